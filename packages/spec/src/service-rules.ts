import { checkConfiguration, checkConfigurationValues } from "./configuration";
import { drainSeconds, type PublishedFile, type SecretReference, type ServiceInputs } from "./agent-document";
import { isDeferred } from "./deferred";
import type { Finding } from "./finding";
import { checkHostFirewall } from "./host-firewall";
import type { ProbeSpec } from "./load-balancer";
import { DOWNLOAD_URL, SERVICE_FIELD, SHA256, type ServiceSpec } from "./service";
import { checkServiceHealth } from "./service-health";
import { checkSchedule } from "./service-schedule";
import { checkServiceSecrets } from "./service-secret-rules";
import { LOCAL_SYSTEM } from "./service-settings";
import { checkServiceSettings } from "./service-settings-rules";
import { CERTIFICATE_PATH, IDENTITY_CLIENT_ID_FIELD, SECRET_URL_FIELD, secretPath } from "./service-secrets";
import { checkShape } from "./shape";

/**
 * What the agent refuses although the shape is right (`packages/agent/internal/spec/rules.go`). Found here, it fails
 * the preview; found there, it fails the install on every machine.
 */
export function checkService(service: ServiceSpec, probe: ProbeSpec): Finding[] {
  // The specification keeps what the arguments said, values from other resources too.
  const { arguments: texts, environment } = service as Partial<Pick<ServiceInputs, "arguments" | "environment">>;
  return [
    ...checkName(service.name),
    ...checkInstallGate(service),
    ...checkDrain(service, probe),
    ...checkArguments(texts ?? []),
    ...checkEnvironment(environment ?? {}),
    ...checkConfiguration(service.configuration),
    ...checkSchedule(service),
    ...checkServiceHealth(service),
    ...checkServiceSecrets(service),
    ...checkServiceSettings(service),
    ...checkHostFirewall(service.hostFirewall, "service.hostFirewall"),
    ...checkFirewallIdentity(service),
  ];
}

/** The host firewall tells services apart by their SID. Other accounts than LocalSystem need one for their folders. */
function checkFirewallIdentity(service: ServiceSpec): Finding[] {
  const { hostFirewall, account } = service;
  if (!hostFirewall.enabled || account.sidType !== "none" || account.name !== LOCAL_SYSTEM) return [];
  return [
    {
      rule: "host-firewall-sid",
      path: "service.account.sidType",
      seen: '"none"',
      allowed: '"unrestricted" or "restricted" with rules in the host firewall, which knows a service by its SID',
      fix: "Leave service.account.sidType out, or give service.hostFirewall.enabled: false.",
    },
  ];
}

/**
 * What is wrong with the values that may come from other resources, once all are known. None of them stands in a
 * finding: they may be secret.
 */
export function checkServiceInputs(inputs: ServiceInputs, agent: PublishedFile | undefined): Finding[] {
  const { arguments: list, environment, configuration } = SERVICE_FIELD.fields;
  const shape = [
    ...(agent ? checkPublishedFile(agent, "agent") : []),
    ...("url" in inputs.artifact ? checkPublishedFile(inputs.artifact, "service.artifact") : []),
    ...checkShape({ ...list!, required: true }, inputs.arguments, "service.arguments"),
    ...checkShape({ ...environment!, required: true }, inputs.environment, "service.environment"),
    ...checkShape(configuration!, inputs.configuration, "service.configuration"),
    ...inputs.secrets.flatMap((secret) => checkReference(secret, secretPath(secret.name))),
    ...(inputs.certificate ? checkReference(inputs.certificate, CERTIFICATE_PATH) : []),
  ];
  if (shape.length > 0) return shape;
  return [
    ...checkArguments(inputs.arguments),
    ...checkEnvironment(inputs.environment),
    ...(inputs.configuration ? checkConfigurationValues(inputs.configuration) : []),
  ];
}

function checkPublishedFile(file: PublishedFile, path: string): Finding[] {
  return [
    ...checkShape(DOWNLOAD_URL, file.url, `${path}.url`),
    ...checkShape(SHA256, file.sha256, `${path}.sha256`),
    ...checkShape(IDENTITY_CLIENT_ID_FIELD, file.identityClientId, `${path}.identityClientId`),
  ];
}

function checkReference({ url, clientId }: SecretReference, path: string): Finding[] {
  return [
    ...checkShape({ ...SECRET_URL_FIELD, required: true }, url, `${path}.url`),
    ...checkShape({ ...IDENTITY_CLIENT_ID_FIELD, required: true }, clientId, `${path}.identityClientId`),
  ];
}

/** Windows keeps these names for devices, with any extension; the service's folder can't have them. */
const DEVICE_NAME = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/** The service as which the agent itself stays on the machine. */
const AGENT_SERVICE = "windows-ha-agent";

function checkName(name: string): Finding[] {
  if (name.toLowerCase() === AGENT_SERVICE) {
    return [
      {
        rule: "agent-service-name",
        path: "service.name",
        seen: JSON.stringify(name),
        allowed: "another name: this is the agent's own service",
        fix: "Give the service another name.",
      },
    ];
  }
  if (!DEVICE_NAME.test(name)) return [];
  return [
    {
      rule: "device-name",
      path: "service.name",
      seen: JSON.stringify(name),
      allowed: "a name that Windows can give to a folder: not CON, PRN, AUX, NUL, COM0 to COM9, LPT0 to LPT9",
      fix: "Give the service another name.",
    },
  ];
}

function checkInstallGate({ installGate }: ServiceSpec): Finding[] {
  const { consecutiveSuccesses, intervalSeconds, deadlineSeconds } = installGate;
  const needed = (consecutiveSuccesses - 1) * intervalSeconds;
  if (needed < deadlineSeconds) return [];
  return [
    {
      rule: "install-gate",
      path: "service.installGate.deadlineSeconds",
      seen: String(deadlineSeconds),
      allowed: `more than (consecutiveSuccesses - 1) × intervalSeconds = ${needed}, else no release can ever be good`,
      fix: "Raise deadlineSeconds, or lower consecutiveSuccesses or intervalSeconds.",
    },
  ];
}

/** Longest drain that the agent takes; the argument's own range says the same. */
const MOST_DRAIN_SECONDS = 300;

function checkDrain(service: ServiceSpec, probe: ProbeSpec): Finding[] {
  const seconds = drainSeconds(service, probe);
  if (seconds <= MOST_DRAIN_SECONDS) return [];
  return [
    {
      rule: "drain-seconds",
      path: "service.stop.drainSeconds",
      seen: `missing, so ${seconds} follows from the probe (interval ${probe.intervalSeconds} s × threshold ${probe.threshold})`,
      allowed: `at most ${MOST_DRAIN_SECONDS} seconds between "not ready" and the stop request`,
      fix: "Lower the probe's intervalSeconds or threshold, or give service.stop.drainSeconds.",
    },
  ];
}

const PLACEHOLDERS = [
  "WINDOWS_HA_ADDRESS",
  "WINDOWS_HA_MACHINE",
  "WINDOWS_HA_DRAIN_FILE",
  "WINDOWS_HA_DATA_FOLDER",
  "WINDOWS_HA_LOG_FOLDER",
];
/** Windows stores a service's command line so that `%NAME%` in it would be replaced. */
const EXPANDED = /%[^%]+%/;

function checkArguments(texts: readonly unknown[]): Finding[] {
  return texts.flatMap((text, index): Finding[] => {
    if (typeof text !== "string") return [];
    const path = `service.arguments[${index}]`;
    const expansion: Finding = {
      rule: "argument-expansion",
      path,
      allowed: "text without %NAME%, which Windows replaces in a service's command line",
      fix: "Hand the value over in service.environment.",
    };
    return [...checkText(text, path), ...(EXPANDED.test(text) ? [expansion] : [])];
  });
}

function checkEnvironment(environment: unknown): Finding[] {
  if (isDeferred(environment)) return [];
  const entries = Object.entries(environment as Record<string, unknown>);
  const names = entries.map(([name]) => name.toUpperCase());
  return entries.flatMap(([name, text], index): Finding[] => {
    const path = `service.environment[${JSON.stringify(name)}]`;
    const refusal: Finding = {
      rule: "environment-name",
      path,
      allowed:
        "a name used once (case doesn't count on Windows) that doesn't begin with WINDOWS_HA_, which the agent sets",
      fix: "Give the variable another name.",
    };
    const refused = names[index]!.startsWith("WINDOWS_HA_") || names.indexOf(names[index]!) < index;
    return [...(refused ? [refusal] : []), ...(typeof text === "string" ? checkText(text, path) : [])];
  });
}

/** The value never stands in the finding: it may be a secret. */
function checkText(text: string, path: string): Finding[] {
  const unknown = [...text.matchAll(/\$\{(WINDOWS_HA_[A-Z_]*)\}/g)].some(([, name]) => !PLACEHOLDERS.includes(name!));
  return [
    ...(text.includes("\0")
      ? [
          {
            rule: "nul-character",
            path,
            allowed: "text without a NUL character",
            fix: "Remove it: it ends a text in Windows.",
          },
        ]
      : []),
    ...(unknown
      ? [
          {
            rule: "placeholder",
            path,
            allowed: `the placeholders ${PLACEHOLDERS.map((name) => `\${${name}}`).join(", ")}`,
            fix: "Correct the placeholder's name.",
          },
        ]
      : []),
  ];
}
