import { command, type CommandResult } from "./command";
import { WineMachine } from "./wine";

/** Where programs for Windows run: this computer if it is one, or one that Wine makes. */
export interface WindowsMachine {
  /** With which the agent is built for it. */
  readonly buildTags: readonly string[];
  boot(): Promise<void>;
  /** Runs a Windows program, named by its path on this computer. */
  run(program: string, args: readonly string[], env?: Record<string, string>): Promise<CommandResult>;
  /** A file of this computer as programs on the machine name it. */
  path(file: string): string;
  remove(): Promise<void>;
}

/** @param env of everything that runs there */
export function windowsMachine(env: Record<string, string>): WindowsMachine {
  return process.platform === "win32" ? new ThisComputer(env) : new WineMachine(env);
}

/** Real Windows, with an administrator at work. */
class ThisComputer implements WindowsMachine {
  readonly buildTags = [];
  constructor(private readonly env: Record<string, string>) {}

  boot(): Promise<void> {
    return Promise.resolve();
  }

  run(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
    return command(program, args, { env: { ...process.env, ...this.env, ...env }, timeoutSeconds: 120 });
  }

  path(file: string): string {
    return file;
  }

  remove(): Promise<void> {
    return Promise.resolve();
  }
}
