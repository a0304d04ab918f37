import type { ArtifactSource } from "../artifact";
import { checkArtifactSource } from "../artifact";
import { CONSUL_FIELD, completeConsul, type ConsulProgramSpec, type ConsulServersSpec } from "../consul/consul";
import type { ConsulSnapshotsSpec } from "../consul/consul";
import { checkConsulProgram, checkConsulServers } from "../consul/consul-rules";
import { checkConsulQueries, type ConsulQuerySpec } from "../consul/queries";
import { checkServerAddresses } from "../consul/server-addresses";
import { checkConsulSubnet } from "../consul-subnet";
import { DEFAULTS } from "../defaults";
import type { Finding } from "../finding";
import type { NetworkSpec } from "../network";
import type { ObjectField } from "../shape";
import {
  CATALOG_SYNC_SETTINGS,
  catalogNodeName,
  checkCatalogNodeName,
  checkConsulAddresses,
  CONSUL_API_FIELDS,
  type CatalogSyncSpec,
} from "./catalog-sync";
import { catalogSyncImage, checkCatalogSyncImage } from "./catalog-sync-image";
import type { WindowsWorkloadSpec } from "./workload";
import { preStopSeconds } from "./workload-timing";

/** Discovery of a service on AKS: servers on machines, and a sync that writes the service into their catalogue. */
export interface AksConsulSpec {
  enabled: boolean;
  /** What own servers run. */
  program?: ConsulProgramSpec;
  /** Somebody else's servers. */
  existing?: { addresses: unknown; caCertificate: unknown; syncToken: unknown } & Pick<
    CatalogSyncSpec,
    "tlsServerName" | "ports"
  >;
  /** Own ones; missing with `existing`. */
  servers?: ConsulServersSpec;
  datacenter: string;
  domain: string;
  gossipKey?: unknown;
  snapshots: ConsulSnapshotsSpec;
  queries: ConsulQuerySpec[];
  agent?: ArtifactSource;
  sync: Pick<CatalogSyncSpec, "nodeName" | "address" | "intervalSeconds" | "image">;
}

const { registration: _registration, existing: _existing, kubernetes: _kubernetes, ...fields } = CONSUL_FIELD.fields;
const TOKEN = (CONSUL_FIELD.fields["existing"] as ObjectField).fields["serviceToken"]!;
const NO_AGENT =
  "Leave it out: nodes of AKS have no agent. A sync writes the service into the catalogue: consul.sync, workload.registration.";

export const AKS_CONSUL_FIELD: ObjectField = {
  kind: "object",
  optional: true,
  refused: {
    ...CONSUL_FIELD.refused,
    registration: NO_AGENT,
    clients: NO_AGENT,
    kubernetes: "Leave it out: this cluster is let in by itself. A ConsulServers lets in several.",
    connectInject: CONSUL_FIELD.refused!["mesh"]!,
  },
  fields: {
    ...fields,
    existing: {
      kind: "object",
      optional: true,
      refused: { retryJoin: NO_AGENT, agentToken: NO_AGENT, serviceToken: NO_AGENT, dnsToken: NO_AGENT },
      fields: { ...CONSUL_API_FIELDS, syncToken: { ...TOKEN, required: true } },
    },
    sync: { kind: "object", fields: CATALOG_SYNC_SETTINGS },
  },
};

/** What follows from other values. */
export function completeAksConsul(
  consul: AksConsulSpec | undefined,
  { namespace }: Pick<WindowsWorkloadSpec, "namespace">,
): AksConsulSpec | undefined {
  if (!consul?.enabled) return undefined;
  const { sync, program } = consul;
  const image = sync.image ?? (program && catalogSyncImage(program.version));
  return {
    ...(completeConsul(consul as never) as unknown as AksConsulSpec),
    sync: { ...sync, nodeName: sync.nodeName ?? catalogNodeName(namespace), ...(image === undefined ? {} : { image }) },
  };
}

export interface AroundConsul {
  network: NetworkSpec;
  workload: WindowsWorkloadSpec;
  /** Whether the cluster of Kubernetes is somebody else's, with its own network. */
  isAdopted: boolean;
}

export function checkAksConsul(consul: AksConsulSpec | undefined, prefix: string, around: AroundConsul): Finding[] {
  if (!consul) return [];
  const { sync, program, existing, queries, agent } = consul;
  return [
    ...(existing ? checkExisting(consul, prefix) : checkOwn(consul, prefix, around)),
    ...checkCatalogSyncImage(sync.image, program?.version, `${prefix}sync.image`),
    ...checkCatalogNodeName(sync.nodeName, `${prefix}sync.nodeName`),
    ...checkNodeName(consul, `${prefix}sync.nodeName`),
    ...checkConsulQueries(queries, `${prefix}queries`),
    ...(agent ? checkArtifactSource(agent, `${prefix}agent`) : []),
    ...checkAddress(consul, `${prefix}sync.address`, around),
  ];
}

/** Names of own servers begin like this. */
function checkNodeName({ servers, sync }: AksConsulSpec, path: string): Finding[] {
  if (!servers || !sync.nodeName.startsWith("consul-")) return [];
  return [
    {
      rule: "consul-node-prefix",
      path,
      seen: JSON.stringify(sync.nodeName),
      allowed: "another beginning than that of the servers' names, consul-: their token may write every such name",
      fix: `Leave ${path} out.`,
    },
  ];
}

/** What has no part in servers of somebody else. */
function checkExisting(
  { existing, servers, queries, gossipKey, program, agent }: AksConsulSpec,
  prefix: string,
): Finding[] {
  const given = { servers, gossipKey, program, agent, queries: queries.length > 0 ? queries : undefined };
  return [
    ...Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([name]) => ({
        rule: "consul-parts",
        path: `${prefix}${name}`,
        seen: "given, with existing servers",
        allowed: "left out: they have theirs, and nodes of AKS run no agent",
        fix: `Remove ${prefix}${name}.`,
      })),
    ...checkConsulAddresses(existing!.addresses, `${prefix}existing.addresses`),
  ];
}

function checkOwn(consul: AksConsulSpec, prefix: string, { network, isAdopted }: AroundConsul): Finding[] {
  const { servers, program } = consul;
  const { count, addresses } = servers!;
  const place = isAdopted
    ? [
        {
          rule: "consul-network",
          path: `${prefix}existing`,
          seen: "missing, with cluster.existing",
          allowed: "servers that are there: the network of a cluster that is there has no subnet for new ones",
          fix: `Give ${prefix}existing, for example that of a ConsulServers in a subnet beside it.`,
        },
      ]
    : [
        ...checkConsulSubnet(network, "network."),
        ...checkServerAddresses({ count, addresses, subnetRange: network.consulSubnet }, `${prefix}servers.`)
          .filter(({ rule }) => rule !== "cidr")
          .map((item) => (item.path.endsWith("subnetRange") ? { ...item, path: "network.consulSubnet" } : item)),
      ];
  return [
    ...checkConsulProgram(program, ["linux"]).map((item) => ({ ...item, path: `${prefix}${item.path}` })),
    ...checkConsulServers(servers!, `${prefix}servers.`),
    ...place,
  ];
}

/** An address that callers outside of the cluster can connect to. */
function checkAddress({ sync }: AksConsulSpec, path: string, { workload, isAdopted }: AroundConsul): Finding[] {
  if (sync.address === "balancer") {
    return workload.loadBalancer.enabled
      ? []
      : [
          {
            rule: "consul-address",
            path: "workload.loadBalancer.enabled",
            seen: "false, with consul",
            allowed: "a balancer: the address that callers outside of the cluster are told is its own",
            fix: "Leave workload.loadBalancer.enabled out, or consul.",
          },
        ];
  }
  if (isAdopted) return checkDrain(sync.intervalSeconds, workload);
  return [
    {
      rule: "consul-address",
      path,
      seen: '"pods"',
      allowed:
        '"balancer": pods of an overlay network have addresses that nobody outside of the cluster can connect to',
      fix: `Leave ${path} out. Clusters that are there, with pods in the network itself, can take "pods".`,
    },
  ];
}

/** A pod that ends is told to callers until the next write, and answers of DNS are kept for a while after it. */
function checkDrain(intervalSeconds: number, workload: WindowsWorkloadSpec): Finding[] {
  const least = intervalSeconds + DEFAULTS.consul.dnsTtlSeconds;
  const seconds = preStopSeconds(workload);
  if (seconds >= least) return [];
  return [
    {
      rule: "consul-drain",
      path: "service.stop.drainSeconds",
      seen: String(seconds),
      allowed: `at least ${least}: consul.sync.intervalSeconds (${intervalSeconds}), and ${DEFAULTS.consul.dnsTtlSeconds} s for which callers keep an answer`,
      fix: "Leave service.stop.drainSeconds out, or lower consul.sync.intervalSeconds.",
    },
  ];
}
