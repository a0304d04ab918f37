import { SandboxError, type SandboxErrorCode } from "@windows-ha/sandbox";
import { CommanderError } from "commander";
import { EXIT } from "./exit-codes";
import { StartError } from "./run-child";

/** What went wrong, for programs: `--json` prints it as `{"error": …}`. */
export interface CommandFailure {
  /** `usage`, `failed`, or what kind of trouble with the sandbox it is. */
  code: "usage" | "failed" | SandboxErrorCode;
  exitCode: number;
  /** One or more sentences that say what to do. */
  message: string;
}

const SANDBOX_EXIT: Record<SandboxErrorCode, number> = {
  "not-running": EXIT.notRunning,
  "daemon-failed": EXIT.failed,
  refused: EXIT.failed,
  unusable: EXIT.failed,
};

/** Help and version were asked for: not an error. */
const ANSWERED = ["commander.helpDisplayed", "commander.version"];

/** Commander has shown the help, since a group of commands was named and none of them. */
const NO_COMMAND = "commander.help";

/** @returns nothing for what isn't a failure */
export function failureOf(error: unknown): CommandFailure | undefined {
  if (error instanceof CommanderError) {
    if (ANSWERED.includes(error.code)) return undefined;
    const message = error.code === NO_COMMAND ? "a command is missing" : error.message.replace(/^error: /, "");
    return { code: "usage", exitCode: EXIT.usage, message };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof StartError) return { code: error.code, exitCode: error.exitCode, message };
  if (error instanceof SandboxError) return { code: error.code, exitCode: SANDBOX_EXIT[error.code], message };
  return { code: "failed", exitCode: EXIT.failed, message };
}
