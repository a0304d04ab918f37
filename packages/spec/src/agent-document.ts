import type { AgentConsul } from "./agent-consul";
import type { AgentService } from "./agent-service";
import type { AgentArtifact, AgentHealthGate, AgentSpec } from "./agent-spec";
import { configurationPrefix, knownConfiguration, type ConfigurationSpec } from "./configuration";
import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import { agentHostFirewall } from "./host-firewall";
import { MAX_COMMAND_LENGTH, renderInstallCommand } from "./install-command";
import type { ProbeSpec } from "./load-balancer";
import { failureActions } from "./models/recovery";
import { SERVICE_FIELD, type ServiceSpec } from "./service";
import { healthEndpoint } from "./service-health";
import { isScheduledTask } from "./service-schedule";
import { hasVirtualAccount } from "./service-settings-rules";
import { withDefaults } from "./shape";

/** A file to download and the hash that it must have. */
export interface PublishedFile {
  url: string;
  sha256: string;
  /** Client id of the machines' identity that may read the file; without it, everybody may. */
  identityClientId?: string;
}

/** A file that was copied to the machine before, into the folder that the agent is started in. */
export interface CopiedFile {
  /** Letters, digits, dots, underscores and hyphens. */
  fileName: string;
  sha256: string;
}

/** The values of a service that may come from other resources, once they are known. */
export interface ServiceInputs {
  artifact: PublishedFile | CopiedFile;
  arguments: string[];
  environment: Record<string, string>;
  configuration?: ConfigurationSpec;
  secrets: (SecretReference & { name: string })[];
  certificate?: SecretReference;
  consul?: AgentConsul;
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
  if (isScheduledTask(service)) return 0;
  return service.stop.drainSeconds ?? probe.intervalSeconds * probe.threshold + DEFAULTS.stop.drainMarginSeconds;
}

/**
 * Seconds after "ready" until the balancer sends a machine new connections again. An upgrade waits for them as long as
 * the drain before it waited for the opposite: without a drain there is nobody who needs either.
 */
export function admissionSeconds(service: ServiceSpec, probe: ProbeSpec): number {
  return Math.min(drainSeconds(service, probe), probe.intervalSeconds * probe.threshold);
}

/** Longest time that one machine's install takes without being a failure: everything after the download. */
export function installSeconds(service: ServiceSpec, probe: ProbeSpec): number {
  return (
    drainSeconds(service, probe) +
    // The end of a run.
    (isScheduledTask(service) ? service.stop.stopSeconds : 0) +
    service.stop.stopSeconds +
    service.stop.killSeconds +
    service.installGate.deadlineSeconds +
    admissionSeconds(service, probe)
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
      ...(isScheduledTask(service) ? {} : { port: service.port }),
      arguments: inputs.arguments,
      environment: inputs.environment,
      ...configurationOf(service, inputs),
      ...(service.mode === "service" ? {} : { mode: service.mode }),
      ...(service.schedule ? { schedule: service.schedule } : {}),
      ...settingsOf(service),
    },
    artifacts: [agentArtifact(inputs.artifact)],
    health: {
      path: service.health.livenessPath,
      ...service.installGate,
      ...answererOf(service),
      ...admissionOf(service, probe),
    },
    stop: {
      drainSeconds: drainSeconds(service, probe),
      stopSeconds: service.stop.stopSeconds,
      killSeconds: service.stop.killSeconds,
      ...(service.stop.preShutdownSeconds === undefined ? {} : { preShutdownSeconds: service.stop.preShutdownSeconds }),
    },
    releasesToKeep: service.releasesToKeep,
    ...secretsOf(service, inputs),
    ...exposureOf(service),
    ...(inputs.consul ? { consul: inputs.consul } : {}),
    resident: { watchdog: service.watchdog, scheduledEvents: service.scheduledEvents, logs: service.logs },
  };
}

function configurationOf(service: ServiceSpec, { configuration }: ServiceInputs): Partial<AgentService> {
  if (!configuration) return {};
  return configuration.store === "consul"
    ? { configurationPrefix: configurationPrefix(service) }
    : { configuration: knownConfiguration(configuration) };
}

/** What the agent does anyway isn't said: the whole document has to fit into one command line. */
function settingsOf(service: ServiceSpec): Partial<AgentService> {
  const { account, startMode, dependencies, recovery } = service;
  const usual = withDefaults<ServiceSpec>(SERVICE_FIELD, {});
  const actions = failureActions(recovery);
  const isUsual = JSON.stringify(actions) === JSON.stringify(failureActions(usual.recovery));
  return {
    ...(hasVirtualAccount(service) ? {} : { account: account.name! }),
    ...(account.sidType === usual.account.sidType ? {} : { sidType: account.sidType }),
    ...(account.requiredPrivileges.length > 0 ? { requiredPrivileges: account.requiredPrivileges } : {}),
    ...(startMode === usual.startMode ? {} : { startMode }),
    ...(dependencies.length > 0 ? { dependencies } : {}),
    ...(isUsual ? {} : { recovery: actions }),
  };
}

/** Nothing is said of a service that answers itself, by http. */
function answererOf(service: ServiceSpec): Pick<AgentHealthGate, "provider" | "port" | "scheme"> {
  const { provider } = service.health;
  const { scheme, port } = healthEndpoint(service);
  if (provider === "agent") return { provider, port };
  return scheme === "https" ? { scheme } : {};
}

function admissionOf(service: ServiceSpec, probe: ProbeSpec): Pick<AgentHealthGate, "admission"> {
  const seconds = admissionSeconds(service, probe);
  return seconds === 0 ? {} : { admission: { path: service.health.readinessPath, seconds } };
}

/** How the service can be reached and read on its machine. */
function exposureOf(service: ServiceSpec): Pick<AgentSpec, "hostFirewall" | "eventSource"> {
  const { name, hostFirewall, eventLog } = service;
  const firewall = agentHostFirewall(hostFirewall, service);
  return {
    ...(firewall ? { hostFirewall: firewall } : {}),
    ...(eventLog.enabled ? { eventSource: eventLog.source ?? name } : {}),
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

function agentArtifact(file: PublishedFile | CopiedFile): AgentArtifact {
  const platform = { os: "windows", arch: "amd64" } as const;
  if ("fileName" in file) return { ...platform, url: `file:${file.fileName}`, sha256: file.sha256 };
  const { url, sha256, identityClientId: clientId } = file;
  return {
    ...platform,
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
      fix: 'Shorten service.environment, service.arguments, service.configuration and the firewall\'s lists of sources, or take a way without a command line: install.transport "vmApplication".',
    },
  ];
}

function fileName(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}
