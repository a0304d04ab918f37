import type { AgentArtifact, AgentSpec } from "./agent-spec";
import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import { MAX_COMMAND_LENGTH, renderInstallCommand } from "./install-command";
import type { ProbeSpec } from "./load-balancer";
import type { ServiceSpec } from "./service";
import { healthScheme } from "./service-secrets";

/** A file to download and the hash that it must have. */
export interface PublishedFile {
  url: string;
  sha256: string;
  /** Client id of the machines' identity that may read the file; without it, everybody may. */
  identityClientId?: string;
}

/** The values of a service that may come from other resources, once they are known. */
export interface ServiceInputs {
  artifact: PublishedFile;
  arguments: string[];
  environment: Record<string, string>;
  secrets: (SecretReference & { name: string })[];
  certificate?: SecretReference;
}

/** A secret in a vault, and the identity that may read it. */
export interface SecretReference {
  url: string;
  clientId: string;
}

/**
 * Seconds between "not ready" and the stop request: the balancer has to notice (interval × threshold), and flows that
 * it sent just before have to end.
 */
export function drainSeconds(service: ServiceSpec, probe: ProbeSpec): number {
  return service.stop.drainSeconds ?? probe.intervalSeconds * probe.threshold + DEFAULTS.stop.drainMarginSeconds;
}

/** Longest time that one machine's install takes without being a failure: everything after the download. */
export function installSeconds(service: ServiceSpec, probe: ProbeSpec): number {
  return (
    drainSeconds(service, probe) +
    service.stop.stopSeconds +
    service.stop.killSeconds +
    service.installGate.deadlineSeconds
  );
}

/** The document that the agent on each machine gets. */
export function agentSpec(service: ServiceSpec, inputs: ServiceInputs, probe: ProbeSpec): AgentSpec {
  return {
    schemaVersion: 1,
    service: {
      name: service.name,
      displayName: service.displayName ?? service.name,
      description: service.description ?? "",
      version: service.version,
      port: service.port,
      arguments: inputs.arguments,
      environment: inputs.environment,
    },
    artifacts: [agentArtifact(inputs.artifact)],
    health: {
      path: service.health.livenessPath,
      ...service.installGate,
      ...(healthScheme(service) === "https" ? { scheme: "https" } : {}),
    },
    stop: {
      drainSeconds: drainSeconds(service, probe),
      stopSeconds: service.stop.stopSeconds,
      killSeconds: service.stop.killSeconds,
    },
    releasesToKeep: service.releasesToKeep,
    ...secretsOf(service, inputs),
    resident: { watchdog: service.watchdog, scheduledEvents: service.scheduledEvents, logs: service.logs },
  };
}

/** Nothing is said about secrets where there are none: a document that was fine stays as it is. */
function secretsOf(
  { secretRefreshSeconds }: ServiceSpec,
  { secrets, certificate }: ServiceInputs,
): Pick<AgentSpec, "secrets" | "certificate" | "secretRefreshSeconds"> {
  if (secrets.length === 0 && !certificate) return {};
  return {
    ...(secrets.length > 0 ? { secrets } : {}),
    ...(certificate ? { certificate } : {}),
    secretRefreshSeconds,
  };
}

function agentArtifact({ url, sha256, identityClientId: clientId }: PublishedFile): AgentArtifact {
  return {
    os: "windows",
    arch: "amd64",
    url,
    sha256: sha256.toLowerCase(),
    ...(clientId === undefined ? {} : { authentication: { kind: "managedIdentity", clientId } }),
  };
}

/** The command line that brings the document to the agent on a machine. */
export function installCommand({ agent, specJson }: { agent: PublishedFile; specJson: string }): string {
  return renderInstallCommand({ agentFile: fileName(agent.url), agentSha256: agent.sha256, specJson });
}

export function checkCommandLength(command: string): Finding[] {
  if (command.length <= MAX_COMMAND_LENGTH) return [];
  return [
    {
      rule: "command-length",
      path: "service",
      seen: `a command line of ${command.length} characters`,
      allowed: `${MAX_COMMAND_LENGTH} characters, the limit of the Custom Script Extension's shell`,
      fix: "Shorten service.environment and service.arguments; keep long settings in a file of the service.",
    },
  ];
}

function fileName(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}
