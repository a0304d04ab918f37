import { isDeferred } from "../deferred";
import type { Finding } from "../finding";

/** Folders in a pod, with the forward slashes that Kubernetes and Go take on Windows, too. */
export const POD_FOLDERS = {
  data: "C:/windows-ha/data",
  logs: "C:/windows-ha/logs",
  secrets: "C:/windows-ha/secrets",
} as const;

/** What `${NAME}` becomes in a pod, as it does by the agent on a machine. */
export function podPlaceholders(port: number): Readonly<Record<string, string>> {
  return {
    WINDOWS_HA_ADDRESS: `0.0.0.0:${port}`,
    WINDOWS_HA_DATA_FOLDER: POD_FOLDERS.data,
    WINDOWS_HA_LOG_FOLDER: POD_FOLDERS.logs,
  };
}

const MACHINE = "WINDOWS_HA_MACHINE";
const DRAIN_FILE = "WINDOWS_HA_DRAIN_FILE";

function replaced(text: string, port: number): string {
  const values = podPlaceholders(port);
  return text.replace(/\$\{(WINDOWS_HA_[A-Z_]+)\}/g, (whole, name: string) => values[name] ?? whole);
}

/** A value of the environment, which a ConfigMap holds and nobody expands. */
export function podEnvironmentText(text: string, port: number): string {
  return replaced(text, port);
}

/** An argument: Kubernetes itself expands `$(NAME)`, so a text that only looks like it is escaped. */
export function podArgumentText(text: string, port: number): string {
  return replaced(text.split("$(").join("$$("), port).replaceAll(`\${${MACHINE}}`, `$(${MACHINE})`);
}

/** Placeholders that mean nothing in a pod. The text itself may be secret. */
export function checkKubernetesTexts(service: { arguments?: readonly unknown[]; environment?: unknown }): Finding[] {
  const { arguments: texts = [], environment } = service;
  const variables = isDeferred(environment) ? [] : Object.entries((environment ?? {}) as Record<string, unknown>);
  const holds = (text: unknown, name: string): boolean => typeof text === "string" && text.includes(`\${${name}}`);
  return [
    ...texts.flatMap((text, index) => (holds(text, DRAIN_FILE) ? [drainFile(`service.arguments[${index}]`)] : [])),
    ...variables.flatMap(([name, text]): Finding[] => {
      const path = `service.environment[${JSON.stringify(name)}]`;
      if (name.toUpperCase() === AGENT && typeof text === "string" && LOOPBACK.test(text)) return [agentAddress(path)];
      if (holds(text, DRAIN_FILE)) return [drainFile(path)];
      if (!holds(text, MACHINE)) return [];
      return [
        {
          rule: "pod-placeholder",
          path,
          seen: `\${${MACHINE}}`,
          allowed: "placeholders that are the same in every pod: all of them share one configuration",
          fix: `Let the service read ${MACHINE} itself, or hand it over in service.arguments.`,
        },
      ];
    }),
  ];
}

const AGENT = "CONSUL_HTTP_ADDR";
const LOOPBACK = /^(https?:\/\/)?(localhost|127(\.\d+){3}|\[::1\])(:|\/|$)/i;

function agentAddress(path: string): Finding {
  return {
    rule: "consul-agent-address",
    path,
    seen: "an address of loopback, as Consul's client has it on a machine",
    allowed: "nothing that only an agent answers: nodes of AKS have none, and in a pod this is the pod itself",
    fix: "Remove it. Settings are in service.environment, and a leader is elected by a Lease of Kubernetes.",
  };
}

function drainFile(path: string): Finding {
  return {
    rule: "pod-placeholder",
    path,
    seen: `\${${DRAIN_FILE}}`,
    allowed: "no drain file: Kubernetes itself takes a pod out before it stops it",
    fix: "Remove it.",
  };
}
