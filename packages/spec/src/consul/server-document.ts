import type { AgentBlobReference, AgentConsul, AgentConsulServerSpec, AgentSecretReference } from "../agent-consul";
import { DEFAULTS } from "../defaults";
import { consulClientConfiguration, consulServerConfiguration } from "./configuration";
import type { ConsulProgramSpec } from "./consul";
import { consulServiceDocument, type ConsulServiceInput } from "./registration";

/** A datacenter, as far as each of its agents knows it. */
export interface ConsulDatacenterInput {
  program: ConsulProgramSpec;
  datacenter: string;
  domain: string;
  /** Addresses of the servers. */
  retryJoin: readonly string[];
  /** Who vouches for the servers, as PEM. */
  caCertificate: string;
}

/** One server, and where it finds what it needs. */
export interface ConsulServerNode extends ConsulDatacenterInput {
  nodeName: string;
  address: string;
  servers: number;
  /** Ranges of those who have no agent. */
  apiRanges?: readonly string[];
  secrets: Record<"gossipKey" | "agentToken" | "managementToken" | "certificate", AgentSecretReference>;
  declaredData: AgentBlobReference;
  /** Left out: no snapshots. */
  snapshots?: { container: AgentBlobReference; intervalMinutes: number; keep: number };
}

/** The document of a server. */
export function agentConsulServerSpec(node: ConsulServerNode): AgentConsulServerSpec {
  const { datacenter, domain, retryJoin, nodeName, address, servers, apiRanges } = node;
  const { secrets, declaredData, snapshots } = node;
  const { gossipKey, agentToken, managementToken, certificate } = secrets;
  return {
    schemaVersion: 1,
    consul: {
      ...programOf(node, "linux"),
      configuration: consulServerConfiguration({
        datacenter,
        domain,
        retryJoin,
        nodeName,
        address,
        servers,
        ...(apiRanges === undefined ? {} : { apiRanges }),
      }),
      secrets: { gossipKey, tokens: { agent: agentToken, management: managementToken }, certificate },
      services: [],
    },
    server: {
      declaredData: { ...declaredData, intervalSeconds: DEFAULTS.consul.declaredDataSeconds },
      ...(snapshots === undefined ? {} : { snapshots }),
    },
  };
}

/** The client of a machine with Windows, and what it registers. */
export interface ConsulClientNode extends ConsulDatacenterInput {
  /** A machine of a scale set. */
  ephemeral: boolean;
  secrets: Record<"gossipKey" | "agentToken" | "serviceToken", AgentSecretReference> & {
    dnsToken?: AgentSecretReference;
  };
  services: readonly ConsulServiceInput[];
}

/** Consul beside the service: a part of the machine's document. */
export function agentConsulClient(node: ConsulClientNode): AgentConsul {
  const { datacenter, domain, retryJoin, ephemeral, secrets, services } = node;
  const address = "{{ GetPrivateIP }}";
  const { gossipKey, agentToken, serviceToken, dnsToken } = secrets;
  return {
    ...programOf(node, "windows"),
    configuration: consulClientConfiguration({ datacenter, domain, retryJoin, address, ephemeral }),
    secrets: {
      gossipKey,
      tokens: { agent: agentToken, ...(dnsToken === undefined ? {} : { dns: dnsToken }), services: serviceToken },
    },
    services: services.map((service) => consulServiceDocument(service).service),
  };
}

function programOf(
  { program, caCertificate }: ConsulDatacenterInput,
  os: "linux" | "windows",
): Pick<AgentConsul, "version" | "programs" | "caCertificate"> {
  const { url, sha256 } = program[os]!;
  return {
    version: program.version,
    programs: [{ os, arch: "amd64", url, sha256: sha256.toLowerCase() }],
    caCertificate,
  };
}
