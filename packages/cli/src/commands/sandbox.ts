import type { Command } from "commander";
import { withHelp } from "../help";
import type { Terminal } from "../terminal";
import { downCommand } from "./down";
import { envCommand } from "./env";
import { execCommand } from "./exec";
import { logsCommand } from "./logs";
import { machinesCommand } from "./machines";
import { publishCommand } from "./publish";
import { startMachineCommand } from "./start-machine";
import { statusCommand } from "./status";
import { stopMachineCommand } from "./stop-machine";
import { startZoneCommand, stopZoneCommand } from "./zones";

/** What a command gets to work with. */
export interface CommandContext {
  terminal: Terminal;
  /** Sets another exit code than 0. */
  exitWith: (code: number) => void;
}

const COMMANDS = [
  execCommand,
  envCommand,
  statusCommand,
  machinesCommand,
  stopMachineCommand,
  startMachineCommand,
  stopZoneCommand,
  startZoneCommand,
  logsCommand,
  publishCommand,
  downCommand,
];

/** `windows-ha sandbox …` */
export function addSandboxCommands(program: Command, context: CommandContext): void {
  const group = program
    .command("sandbox")
    .description("Azure on this computer, for programs that use windows-ha")
    .enablePositionalOptions();
  withHelp(group, {
    examples: ["windows-ha sandbox exec -- pulumi up", "windows-ha sandbox machines", "windows-ha sandbox down"],
    exits: ["notRunning"],
  });
  for (const add of COMMANDS) add(group, context);
}
