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
import { runChild } from "../run-child";
import type { Terminal } from "../terminal";
import { progress, sandboxOf, withFolder, type FolderOption } from "./common";
import type { CommandContext } from "./sandbox";

export function execCommand(group: Command, { terminal, exitWith }: CommandContext): void {
  withFolder(group.command("exec"))
    .description("run a command, such as pulumi up, against the sandbox; starts the sandbox if need be")
    .argument("<command...>", "the command and its arguments, after --")
    .passThroughOptions()
    .addHelpText("after", "\nExample: windows-ha sandbox exec -- pulumi up\nThe exit code is the command's own.")
    .action(async ([command, ...args]: [string, ...string[]], options: FolderOption) => {
      const sandbox = sandboxOf(options, terminal);
      const usesPulumi = basename(command, ".exe") === "pulumi";
      if (usesPulumi) requirePulumi(terminal);
      await sandbox.ensureRunning({ onProgress: progress(terminal) });

      const locks = removeStaleLocks(sandbox.layout);
      for (const lock of locks.removed)
        progress(terminal)(`removed the lock that an ended Pulumi left on ${describe(lock)}`);
      if (usesPulumi) for (const lock of locks.held) progress(terminal)(heldLock(lock));

      const env = execEnvironment(sandbox.layout.folder, terminal.env, terminal.cwd);
      // Also for a script that starts Pulumi by itself.
      if (findPulumiCli(env))
        for (const stack of recoverKilledCreates(sandbox.layout, env)) progress(terminal)(recovered(stack));
      exitWith(await runChild(command, args, { env, cwd: terminal.cwd }));
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
