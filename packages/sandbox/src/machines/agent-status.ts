import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const TIMEOUT_MS = 10_000;

/** What is read of `windows-ha-agent status --json`. */
interface AgentStatus {
  /** Empty when no service is installed. */
  version?: string;
}

/** The version of the service that the machine's agent reports; `undefined` when it has none. */
export async function serviceVersion(
  agent: string,
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { stdout } = await run(agent, ["status", "--json"], { env, signal, timeout: TIMEOUT_MS });
    return (JSON.parse(stdout) as AgentStatus).version || undefined;
  } catch {
    return undefined;
  }
}
