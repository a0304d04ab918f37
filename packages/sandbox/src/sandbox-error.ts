/** What kind of trouble it is, for programs; the message is for people. */
export type SandboxErrorCode =
  /** No daemon runs for this folder. */
  | "not-running"
  /** The daemon ended, or never answered. */
  | "daemon-failed"
  /** The daemon refused what was asked. */
  | "refused"
  /** An argument, a file or a tool is not usable. */
  | "unusable";

/** Trouble with the sandbox, in one sentence that says what to do. */
export class SandboxError extends Error {
  constructor(
    readonly code: SandboxErrorCode,
    message: string,
  ) {
    super(message);
    this.name = "SandboxError";
  }
}
