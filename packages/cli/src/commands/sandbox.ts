import type { Command } from "commander";
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
  logsCommand,
  publishCommand,
  downCommand,
];

/** `windows-ha sandbox …` */
export function addSandboxCommands(program: Command, terminal: Terminal, exitWith: (code: number) => void): void {
  const group = program
    .command("sandbox")
    .description("Azure on this computer, for programs that use windows-ha")
    .enablePositionalOptions();
  for (const add of COMMANDS) add(group, { terminal, exitWith });
}
