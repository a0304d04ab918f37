import { DEFAULTS } from "./defaults";
import { isDeferred } from "./deferred";
import type { Finding } from "./finding";
import { installSeconds } from "./agent-document";
import { PROBE_FIELD, type ProbeSpec } from "./load-balancer";
import { SERVICE_FIELD, type ServiceSpec } from "./service";
import type { Field, ObjectField } from "./shape";
import type { CustomTimeoutsSpec } from "./timeouts";

/** A host that somebody else made, and what is known of the way to it when the program runs. */
export interface HostSpec {
  name: string;
  /** May be an Output, as may whatever else has no type here. */
  address: unknown;
  port: number;
}

export interface HostInstallSpec {
  hosts: HostSpec[];
  service: ServiceSpec;
  probe: ProbeSpec;
  atOnce: number;
}

/** OpenSSH's names of the keys that a server can show; Windows makes the first three kinds when its server is installed. */
const HOST_KEY =
  /^(ssh-rsa AAAAB3NzaC1yc2|ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY|ssh-ed25519 AAAAC3NzaC1lZDI1NTE5|ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQ|ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjE)[A-Za-z0-9+/]+={0,2}( .*)?$/;

export const HOST_KEY_FIELD: Field = {
  kind: "string",
  required: true,
  input: true,
  pattern: HOST_KEY,
  allowed: 'a public host key such as "ssh-ed25519 AAAAC3Nz…": its kind and its base64 text',
  fix: "Take a line of `ssh-keyscan <address>` without the host's name, and compare it on the host (C:\\ProgramData\\ssh\\ssh_host_*_key.pub).",
};

const PRIVATE_KEY: Field = {
  kind: "string",
  required: true,
  input: true,
  confidential: true,
  pattern: /^\s*-----BEGIN ([A-Z]+ )?PRIVATE KEY-----\r?\n[\s\S]+-----END ([A-Z]+ )?PRIVATE KEY-----\s*$/,
  allowed: "the text of a private key, from -----BEGIN … PRIVATE KEY----- to its end; not a path, not the .pub file",
  fix: "Give the key's text, for example config.requireSecret(…) or readFileSync of its file.",
};

const HOST: ObjectField = {
  kind: "object",
  fields: {
    name: {
      kind: "string",
      required: true,
      pattern: /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
      allowed: "1 to 63 letters, digits and hyphens, no hyphen first or last",
    },
    address: {
      kind: "string",
      required: true,
      input: true,
      pattern: /^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$/,
      allowed: "a host name or an IP address, without user and port",
    },
    port: { kind: "integer", minimum: 1, maximum: 65535, default: DEFAULTS.hosts.port },
    user: {
      kind: "string",
      required: true,
      input: true,
      pattern: /^[^\s:]+$/,
      allowed: "the name of an administrator of the host, such as deployer or deployer@corp.example.com",
    },
    privateKey: PRIVATE_KEY,
    privateKeyPassword: { kind: "string", input: true, confidential: true, minLength: 1 },
    hostKey: HOST_KEY_FIELD,
  },
};

export const HOST_INSTALL_FIELD: ObjectField = {
  kind: "object",
  fields: {
    // A rollout goes through them one after the other, so more of them take days.
    hosts: { kind: "list", required: true, minItems: 1, maxItems: 200, of: HOST },
    service: SERVICE_FIELD,
    agentPath: { kind: "string", minLength: 1, maxLength: 1024 },
    probe: PROBE_FIELD,
    atOnce: { kind: "integer", minimum: 1, maximum: 50, default: DEFAULTS.hosts.atOnce },
  },
};

/** What the shape can't say about a list of hosts. */
export function checkHosts({ hosts, atOnce }: HostInstallSpec): Finding[] {
  return [
    ...repeated(hosts, "name", ({ name }) => name.toLowerCase()),
    ...repeated(hosts, "address", ({ address, port }) =>
      typeof address === "string" && !isDeferred(address) ? `${address.toLowerCase()} ${port}` : undefined,
    ),
    ...checkAtOnce(hosts.length, atOnce),
  ];
}

function repeated(
  hosts: readonly HostSpec[],
  property: "name" | "address",
  key: (host: HostSpec) => string | undefined,
): Finding[] {
  const keys = hosts.map(key);
  return keys.flatMap((value, index): Finding[] => {
    const first = keys.indexOf(value);
    if (value === undefined || first === index) return [];
    return [
      {
        rule: "host-twice",
        path: `hosts[${index}].${property}`,
        seen: `${JSON.stringify(hosts[index]![property])}, which hosts[${first}] has already`,
        allowed: `each ${property} once: two installations on one host would take turns`,
        fix: "Remove one of the two, or correct it.",
      },
    ];
  });
}

/** Whoever restarts all hosts at the same time has none that serves meanwhile. */
function checkAtOnce(count: number, atOnce: number): Finding[] {
  if (atOnce < count || count === 1) return [];
  return [
    {
      rule: "at-once",
      path: "atOnce",
      seen: `${atOnce} of ${count} hosts`,
      allowed: `1 to ${count - 1}, so that some hosts keep serving`,
      fix: `Set atOnce to ${count - 1} or less.`,
    },
  ];
}

/** Time-outs of the command that installs on one host: what the agent may take, and a margin for a slow download. */
export function hostInstallTimeouts(service: ServiceSpec, probe: ProbeSpec): Required<CustomTimeoutsSpec> {
  const seconds = `${installSeconds(service, probe) + DEFAULTS.hosts.marginSeconds}s`;
  return { create: seconds, update: seconds, delete: seconds };
}

/** The files on a host, in the folder in which its SSH server puts the user. One set per service, never a growing pile. */
export function hostFiles(serviceName: string): { agent: string; program: string; document: string } {
  return {
    agent: `windows-ha-${serviceName}-agent.exe`,
    program: `windows-ha-${serviceName}.exe`,
    document: `windows-ha-${serviceName}.json`,
  };
}

/**
 * The command that installs on a host. It means the same in cmd.exe and in PowerShell, whichever the SSH server starts: a
 * program in the folder where the user lands, and words without anything to quote. Hashes make a change of the files a
 * change of the command, and the agent refuses files that were not copied whole.
 */
export function hostInstallCommand(serviceName: string, agentSha256: string, specSha256: string): string {
  const { agent, document } = hostFiles(serviceName);
  return `.\\${agent} install --spec ${document} --spec-sha256 ${specSha256} --agent-sha256 ${agentSha256}`;
}

/** The command that removes the service. It names no release: a new one must not change how the service is removed. */
export function hostUninstallCommand(serviceName: string): string {
  return `.\\${hostFiles(serviceName).agent} uninstall --service ${serviceName}`;
}
