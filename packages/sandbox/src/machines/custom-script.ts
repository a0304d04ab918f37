import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseInstallCommand, type AgentSpec, type InstallCommand } from "@windows-ha/spec";
import type { PublishedArtifact, SandboxLayout, SandboxSettings } from "../layout";
import { consulProblems } from "./linux-model";
import { windowsArtifacts } from "./render-host-spec";
import type { Extension } from "./scale-set-model";

/** What a Custom Script Extension does, in the one form that the sandbox can run. */
export interface CustomScript {
  fileUris: string[];
  command: InstallCommand;
  spec: AgentSpec;
  /** Client id of the identity that downloads from private blobs. */
  identityClientId: string | undefined;
}

/** Where published files are looked for. */
export interface Published {
  layout: Pick<SandboxLayout, "artifacts">;
  settings: Pick<SandboxSettings, "artifacts" | "consul">;
}

/** The settings of the extension, or every reason why they aren't understood. */
export function readCustomScript(extension: Extension): CustomScript | { problems: string[] } {
  const { settings, protectedSettings } = extension;
  const {
    fileUris = [],
    commandToExecute,
    managedIdentity,
  } = { ...settings, ...protectedSettings } as {
    fileUris?: string[];
    commandToExecute?: string;
    managedIdentity?: { clientId?: string };
  };
  const command = parseInstallCommand(commandToExecute ?? "");
  if (!command) {
    // A protected command may hold a secret, so only a public one is shown.
    const seen =
      typeof settings["commandToExecute"] === "string" ? `: seen ${excerpt(settings["commandToExecute"])}` : "";
    return {
      problems: [
        `commandToExecute isn't the install command that ServiceInstall renders${seen}; ` +
          "a sandbox machine has no PowerShell and runs solely that command",
      ],
    };
  }
  if (!fileUris.some((uri) => fileNameOf(uri) === command.agentFile)) {
    return { problems: [`no fileUris entry ends with /${command.agentFile}, which commandToExecute starts`] };
  }
  try {
    const spec = JSON.parse(command.specJson) as AgentSpec;
    if (!Array.isArray(spec.artifacts)) return { problems: ["the AgentSpec in commandToExecute has no artifacts"] };
    return { fileUris, command, spec, identityClientId: managedIdentity?.clientId };
  } catch (error) {
    return { problems: [`the AgentSpec in commandToExecute isn't JSON: ${(error as Error).message}`] };
  }
}

/** What would make this extension fail on every machine. */
export function customScriptProblems(extension: Extension, published: Published): string[] {
  const script = readCustomScript(extension);
  if ("problems" in script) return script.problems;
  return hostBuildProblems(script.command, script.spec, published);
}

/** What this computer has no build of, of the programs that an install step names. */
export function hostBuildProblems(
  { agentFile, agentSha256 }: Pick<InstallCommand, "agentFile" | "agentSha256">,
  spec: AgentSpec,
  published: Published,
): string[] {
  const builds = [
    { what: `the agent ${agentFile}`, sha256: agentSha256 },
    ...windowsArtifacts(spec).map(({ url, sha256 }) => ({ what: `the program ${fileNameOf(url)}`, sha256 })),
  ];
  return [
    ...builds.flatMap(({ what, sha256 }) => hostBuildProblem(what, sha256, published)),
    ...(spec.consul ? consulProblems(published.settings.consul) : []),
  ];
}

/** The file of the host build; it exists only as long as nobody removes it from the sandbox's folder. */
export function hostBuildFile(artifact: PublishedArtifact, layout: Pick<SandboxLayout, "artifacts">): string {
  return join(layout.artifacts, artifact.host.sha256, artifact.host.fileName);
}

export function fileNameOf(uri: string): string {
  const path = URL.canParse(uri) ? new URL(uri).pathname : uri;
  return decodeURIComponent(path.slice(path.lastIndexOf("/") + 1));
}

function hostBuildProblem(what: string, sha256: string, { layout, settings }: Published): string[] {
  const artifact = settings.artifacts[sha256];
  if (!artifact) {
    return [
      `${what} with SHA-256 ${sha256} isn't published in this sandbox; run \`windows-ha sandbox publish <file.exe>\``,
    ];
  }
  const file = hostBuildFile(artifact, layout);
  return existsSync(file)
    ? []
    : [
        `the host build of ${what} is missing (${file}); run \`windows-ha sandbox publish <${artifact.fileName}>\` again`,
      ];
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
