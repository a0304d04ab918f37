import {
  execEnvironment,
  findPulumiCli,
  recoverKilledCreates,
  removeStaleLocks,
  SandboxError,
  type RecoveredStack,
  type StackLock,
} from "@windows-ha/sandbox";
import type { Command } from "commander";
import { basename } from "node:path";
import { withHelp } from "../help";
import { runChild } from "../run-child";
import type { Terminal } from "../terminal";
import { remark, sandboxOf, startSandbox, withFolder, type FolderOption } from "./common";
import type { CommandContext } from "./sandbox";

export function execCommand(group: Command, { terminal, exitWith }: CommandContext): void {
  const command = withFolder(group.command("exec"))
    .description("run a command, such as pulumi up, against the sandbox; starts the sandbox if need be")
    .argument("<command...>", "the command and its arguments, after --")
    .passThroughOptions()
    .action(async ([name, ...args]: [string, ...string[]], options: FolderOption) => {
      const sandbox = sandboxOf(options, terminal);
      const usesPulumi = basename(name, ".exe") === "pulumi";
      if (usesPulumi) requirePulumi(terminal);
      await startSandbox(sandbox, terminal);

      const locks = removeStaleLocks(sandbox.layout);
      for (const lock of locks.removed)
        remark(terminal, `removed the lock that an ended Pulumi left on ${describe(lock)}`);
      if (usesPulumi) for (const lock of locks.held) remark(terminal, heldLock(lock));

      const env = execEnvironment(sandbox.layout.folder, terminal.env, terminal.cwd);
      // Also for a script that starts Pulumi by itself.
      if (findPulumiCli(env))
        for (const stack of recoverKilledCreates(sandbox.layout, env)) remark(terminal, recovered(stack));
      exitWith(await runChild(name, args, { env, cwd: terminal.cwd }));
    });
  withHelp(command, {
    examples: [
      "windows-ha sandbox exec -- pulumi up",
      "windows-ha sandbox exec -- npm test",
      'windows-ha sandbox exec -- "$SHELL"',
    ],
    exits: ["child"],
  });
}

function requirePulumi(terminal: Terminal): void {
  if (findPulumiCli(terminal.env)) return;
  throw new SandboxError(
    "unusable",
    "the Pulumi CLI is neither on PATH nor in windows-ha's tool cache. Install it: https://www.pulumi.com/docs/install",
  );
}

function describe(lock: StackLock): string {
  return `stack ${lock.stack} (process ${lock.pid} of ${lock.username}, taken ${lock.timestamp})`;
}

function heldLock(lock: StackLock): string {
  return `another Pulumi works on ${describe(lock)} on ${lock.hostname}: wait for it, or end it; if that computer is gone: windows-ha sandbox exec -- pulumi cancel --yes`;
}

function recovered({ stack, found }: RecoveredStack): string {
  const names = found.map((id) => basename(id)).join(", ");
  const outcome = names ? `${names} is deleted by the next update, and made anew` : "nothing of it was there";
  return `an ended Pulumi was creating something in stack ${stack}: ${outcome}`;
}
