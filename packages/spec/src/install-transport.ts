import type { Finding } from "./finding";
import type { Field, ObjectField } from "./shape";

/** Ways by which a service gets on Azure's machines. */
export const INSTALL_TRANSPORTS = ["customScript", "runCommand", "vmApplication"] as const;

export interface InstallTransportSpec {
  transport: (typeof INSTALL_TRANSPORTS)[number];
  attempt: number;
}

/** Of a VM Application, in a cluster or by itself. */
export const ATTEMPT_FIELD: Field = { kind: "integer", minimum: 0, maximum: 1_000_000, default: 0 };

export const INSTALL_TRANSPORT_FIELD: ObjectField = {
  kind: "object",
  fields: {
    transport: { kind: "string", oneOf: INSTALL_TRANSPORTS },
    attempt: ATTEMPT_FIELD,
  },
};

/** What decides by which ways a cluster's service can be installed. */
interface Installable {
  compute: string;
  install: InstallTransportSpec;
  service: { secretsInEnvironment: string[] };
  agent: { url?: unknown } | undefined;
  artifactStore: { uploadFrom?: unknown; private?: boolean };
}

/**
 * The way that was chosen, or the one that suits the machines: a scale set's has to reach machines that come later, and
 * of two that do the one that Azure keeps, shows and takes away again.
 */
export function completeTransport(
  cluster: Omit<Installable, "install"> & { install: Partial<InstallTransportSpec> & { attempt: number } },
): InstallTransportSpec {
  const { compute, install } = cluster;
  return { transport: install.transport ?? defaultTransport(compute, cluster), attempt: install.attempt };
}

function defaultTransport(compute: string, cluster: Omit<Installable, "install">): InstallTransportSpec["transport"] {
  if (compute === "machines") return "runCommand";
  return packagingFindings(cluster).length === 0 ? "vmApplication" : "customScript";
}

/** What is wrong with the way that was chosen. */
export function checkInstallTransport(cluster: Installable): Finding[] {
  const { compute, install } = cluster;
  const { transport, attempt } = install;
  if (transport === "vmApplication") return packagingFindings(cluster);
  if (transport === "runCommand" && compute === "scaleSet") {
    return [
      {
        rule: "run-command",
        path: "install.transport",
        seen: '"runCommand" with compute "scaleSet"',
        allowed: "a way that also reaches machines which the scale set adds later",
        fix: 'Leave install.transport out, or take "vmApplication", or compute "machines".',
      },
    ];
  }
  if (attempt === 0) return [];
  return [
    {
      rule: "install-attempt",
      path: "install.attempt",
      seen: `${attempt} with transport "${transport}"`,
      allowed: "nothing: an install that failed runs again at the next update",
      fix: "Leave install.attempt out.",
    },
  ];
}

/** What keeps a cluster from installing its service as a VM Application. */
function packagingFindings({ service, agent, artifactStore }: Omit<Installable, "install" | "compute">): Finding[] {
  const other = 'or take install.transport "customScript"';
  const findings: Finding[] = [];
  if (agent?.url !== undefined) {
    findings.push({
      rule: "vm-application-agent",
      path: "agent",
      seen: "given by url",
      allowed: "an agent that is a file: it goes into the package",
      fix: `Give agent.path, or leave agent out; ${other}.`,
    });
  }
  for (const closing of ["uploadFrom", "private"] as const) {
    if (artifactStore[closing] === undefined || artifactStore[closing] === false) continue;
    findings.push({
      rule: "vm-application-store",
      path: `artifactStore.${closing}`,
      seen: "given",
      allowed: "a store without firewall: Azure fetches the package from addresses of its own",
      fix: `Leave artifactStore.${closing} out, ${other}.`,
    });
  }
  if (service.secretsInEnvironment.length > 0) {
    findings.push({
      rule: "vm-application-secret",
      path: "service.secretsInEnvironment",
      seen: JSON.stringify(service.secretsInEnvironment),
      allowed: "none: everybody who may read the gallery can have the package, with the environment in it",
      fix: `Give them as service.secrets, ${other}.`,
    });
  }
  return findings;
}
