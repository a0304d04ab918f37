import type { AgentSpec } from "./agent-spec";
import { sortedJson } from "./sorted-json";

/** What the Custom Script Extension runs on a machine, as data. */
export interface InstallCommand {
  /** Name of the downloaded agent: the last segment of its address. */
  agentFile: string;
  /** SHA-256 of the agent, lower-case hex. */
  agentSha256: string;
  /** The AgentSpec, as JSON text. */
  specJson: string;
}

/** Longest command line that cmd.exe takes, and with it the Custom Script Extension. */
export const MAX_COMMAND_LENGTH = 8191;

const PREFIX = 'powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command "';
const SUFFIX = '; exit $LASTEXITCODE"';
const AGENT_FILE = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const AGENT_SHA256 = /^[0-9a-f]{64}$/i;

/**
 * The command line of the Custom Script Extension: checks the downloaded agent's hash, then hands over to it.
 *
 * It is a static line in which only a file name, a hash and base64 text vary, so nothing in it can be quoted wrongly.
 * The extension itself checks no hashes. Exit code 30: the agent isn't the declared one.
 */
export function renderInstallCommand(command: InstallCommand): string {
  const { agentFile, agentSha256, specJson } = command;
  if (!AGENT_FILE.test(agentFile)) {
    throw new RangeError(
      `The agent's file name ${JSON.stringify(agentFile)} may have only letters, digits, dot, underscore and hyphen.`,
    );
  }
  if (!AGENT_SHA256.test(agentSha256)) {
    throw new RangeError(`The agent's SHA-256 ${JSON.stringify(agentSha256)} must be 64 hexadecimal digits.`);
  }
  const spec = Buffer.from(specJson, "utf8").toString("base64");
  return (
    PREFIX +
    `if ((Get-FileHash -Algorithm SHA256 -LiteralPath .\\${agentFile}).Hash -ne '${agentSha256.toUpperCase()}') ` +
    `{ [Console]::Error.WriteLine('${agentFile} does not have the declared SHA-256'); exit 30 }; ` +
    `& .\\${agentFile} install --spec-base64 ${spec}` +
    SUFFIX
  );
}

const COMMAND =
  /^powershell\.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command "if \(\(Get-FileHash -Algorithm SHA256 -LiteralPath \.\\([A-Za-z0-9][A-Za-z0-9._-]*)\)\.Hash -ne '([0-9A-F]{64})'\) \{ \[Console\]::Error\.WriteLine\('\1 does not have the declared SHA-256'\); exit 30 \}; & \.\\\1 install --spec-base64 ([A-Za-z0-9+/]+=*); exit \$LASTEXITCODE"$/;

/** The parts of a command that {@link renderInstallCommand} wrote, or `undefined` for any other text. */
export function parseInstallCommand(text: string): InstallCommand | undefined {
  const match = COMMAND.exec(text);
  if (!match) return undefined;
  const [, agentFile, agentSha256, spec] = match as unknown as [string, string, string, string];
  const command = {
    agentFile,
    agentSha256: agentSha256.toLowerCase(),
    specJson: Buffer.from(spec, "base64").toString("utf8"),
  };
  // Decoding forgives wrong padding and bytes that are no UTF-8; this text would not have been written by us.
  return renderInstallCommand(command) === text ? command : undefined;
}

/** The AgentSpec as the text that goes to the machine: keys in a fixed order, so that equal documents are equal text. */
export function agentSpecText(spec: AgentSpec): string {
  return sortedJson(spec);
}
