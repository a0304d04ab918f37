import { createHash } from "node:crypto";
import { parseInstallCommand } from "./install-command";

/** How a managed Run Command brings the agent to a single machine: one script for everybody, and its parameters. */

/**
 * The script, which never varies: what does comes as parameters that need no quotes. It is written for Windows
 * PowerShell 5.1, which Run Command starts as LocalSystem, in plain ASCII and without a byte order mark, which that
 * would take for a character.
 *
 * - The folder is made with its access list in one call, so that no other account can put a file beside the agent.
 * - A role that was given a moment ago counts after up to ten minutes: so long is a download tried again.
 * - Revision is there to make another document another command: Azure doesn't run an equal one again.
 * - Exit code 30: the agent isn't the declared one.
 */
export const RUN_COMMAND_SCRIPT = String.raw`param(
  [Parameter(Mandatory = $true)][string] $AgentUri,
  [Parameter(Mandatory = $true)][string] $AgentSha256,
  [Parameter(Mandatory = $true)][string] $Revision,
  [Parameter(Mandatory = $true)][string] $Spec,
  [string] $IdentityClientId = ''
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
$access = New-Object Security.AccessControl.DirectorySecurity
$access.SetSecurityDescriptorSddlForm('D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
$folder = [IO.Directory]::CreateDirectory("$env:SystemRoot\Temp\windows-ha-$([Guid]::NewGuid())", $access).FullName
$agent = "$folder\windows-ha-agent.exe"
for ($attempt = 1; ; $attempt++) {
  try {
    $download = @{ Uri = $AgentUri; OutFile = $agent }
    if ($IdentityClientId -ne '') {
      $query = "api-version=2018-02-01&resource=https%3A%2F%2Fstorage.azure.com%2F&client_id=$IdentityClientId"
      $token = Invoke-RestMethod -UseBasicParsing -Headers @{ Metadata = 'true' } -Uri "http://169.254.169.254/metadata/identity/oauth2/token?$query"
      $download += @{ Headers = @{ Authorization = "Bearer $($token.access_token)"; 'x-ms-version' = '2021-12-02' }; MaximumRedirection = 0 }
    }
    Invoke-WebRequest -UseBasicParsing @download; break
  } catch { if ($attempt -ge 20) { throw } else { Start-Sleep -Seconds 30 } }
}
if ((Get-FileHash -Algorithm SHA256 -LiteralPath $agent).Hash -ne $AgentSha256) { [Console]::Error.WriteLine('windows-ha-agent.exe does not have the declared SHA-256'); exit 30 }
[IO.File]::WriteAllBytes("$folder\spec.json", [Convert]::FromBase64String($Spec))
& { $ErrorActionPreference = 'Continue'; & $agent install --spec "$folder\spec.json"; $script:code = $LASTEXITCODE }
Remove-Item -Recurse -Force -ErrorAction SilentlyContinue -LiteralPath $folder; exit $code
`;

/** The agent's exit code, and the script's, for an agent that isn't the declared one. */
export const AGENT_HASH_EXIT_CODE = 30;

/** One parameter as Azure names it. */
export interface RunCommandParameter {
  name: string;
  value: string;
}

/** What the script gets. Protected ones are encrypted on their way, and Azure never shows them again. */
export interface RunCommandParameters {
  parameters: RunCommandParameter[];
  protectedParameters: RunCommandParameter[];
}

/** An install step as the Custom Script Extension takes it. */
export interface ScriptedInstall {
  fileUris: string[];
  commandToExecute: string;
  identityClientId?: string;
}

/** Enough to tell two documents apart, and too little to find out by guessing what is in one. */
const REVISION_DIGITS = 8;

/** The same step for a Run Command, or `undefined` where the command isn't one that `ServiceInstall` made. */
export function runCommandParameters(step: ScriptedInstall): RunCommandParameters | undefined {
  const { fileUris, commandToExecute, identityClientId } = step;
  const command = parseInstallCommand(commandToExecute);
  const uri = fileUris.find((address) => address.endsWith(`/${command?.agentFile}`));
  if (!command || uri === undefined) return undefined;
  return {
    parameters: [
      { name: "AgentUri", value: uri },
      { name: "AgentSha256", value: command.agentSha256 },
      { name: "Revision", value: revisionOf(command.specJson) },
      ...(identityClientId === undefined ? [] : [{ name: "IdentityClientId", value: identityClientId }]),
    ],
    protectedParameters: [{ name: "Spec", value: Buffer.from(command.specJson, "utf8").toString("base64") }],
  };
}

function revisionOf(specJson: string): string {
  return createHash("sha256").update(specJson, "utf8").digest("hex").slice(0, REVISION_DIGITS);
}

const KNOWN = ["AgentUri", "AgentSha256", "Revision", "Spec", "IdentityClientId"];

/** What the script does with its parameters, for who plays the machine; or what keeps it from doing so. */
export interface RunCommandWork {
  agentUri: string;
  agentSha256: string;
  specJson: string;
  identityClientId: string | undefined;
}

export function readRunCommand(
  script: string | undefined,
  { parameters, protectedParameters }: RunCommandParameters,
): RunCommandWork | { problems: string[] } {
  if (script !== RUN_COMMAND_SCRIPT) return { problems: ["source.script isn't the script that windows-ha writes"] };
  const given = [...parameters, ...protectedParameters];
  const value = (name: string): string | undefined => given.find((parameter) => parameter.name === name)?.value;
  const problems = [
    ...given
      .filter(({ name }) => !KNOWN.includes(name))
      .map(({ name }) => `the script has no parameter ${name}; it has ${KNOWN.join(", ")}`),
    ...KNOWN.filter((name) => name !== "IdentityClientId" && !value(name)).map(
      (name) => `the script's parameter ${name} is missing`,
    ),
  ];
  if (problems.length > 0) return { problems };
  return {
    agentUri: value("AgentUri")!,
    agentSha256: value("AgentSha256")!.toLowerCase(),
    specJson: Buffer.from(value("Spec")!, "base64").toString("utf8"),
    identityClientId: value("IdentityClientId") || undefined,
  };
}
