import { checkArtifactSource, type ArtifactSource } from "../artifact";
import { PLACEMENT } from "../cluster";
import { DEFAULTS } from "../defaults";
import { checkSources, SOURCES } from "../firewall";
import { isDeferred } from "../deferred";
import type { Finding } from "../finding";
import {
  checkPrivateAccess,
  PRIVATE_ACCESS_FIELDS,
  PRIVATE_DNS_ZONES,
  type PrivateAccessSpec,
} from "../private-endpoints";
import { resolve, type Resolved } from "../resolve";
import { RESOURCE_ID, SUBNET_ID } from "../resource-id";
import type { Field, ObjectField } from "../shape";
import { checkFewTags, FEW_TAGS_OF } from "../tags";
import { checkConsulProgram, checkConsulServers } from "./consul-rules";
import type { ConsulProgramSpec, ConsulServersSpec, ConsulSnapshotsSpec } from "./consul";
import { CONSUL_AGENT, CONSUL_NAME, CONSUL_PROGRAM, CONSUL_SERVERS, CONSUL_SNAPSHOTS, GOSSIP_KEY } from "./fields";
import { checkConsulKeyValues, CONSUL_KEY } from "./key-values";
import { checkConsulKubernetes, CONSUL_KUBERNETES, type ConsulKubernetesSpec } from "./kubernetes";
import { checkConsulQueries, QUERIES_FIELD, type ConsulQuerySpec } from "./queries";
import { checkServerAddresses, serverAddresses } from "./server-addresses";

/** What is known of a datacenter's servers when the program runs. */
export interface ConsulServersComponentSpec extends ConsulServersSpec {
  addresses: string[];
  encryptionAtHost: boolean;
  /** What their names begin with: theirs alone, else a machine could pass itself off as one. */
  nodePrefix: string;
  subnetRange?: string;
  clientRanges: string[];
  program: ConsulProgramSpec;
  datacenter: string;
  domain: string;
  snapshots: ConsulSnapshotsSpec;
  queries: ConsulQuerySpec[];
  agent?: ArtifactSource;
  clients?: { machinePrefixes: string[]; services: string[]; keyPrefixes: Record<string, string> };
  kubernetes: ConsulKubernetesSpec[];
  /** May be deferred, each and all. */
  values: unknown;
  secretStore: { allowFrom: unknown[]; private?: PrivateAccessSpec };
  tags?: unknown;
}

const id: Field = { kind: "string", input: true, minLength: 1 };

/** What stands in the names of services and of machines, and so in rules of access. */
const PREFIX: Field = {
  kind: "string",
  pattern: /^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/,
  allowed: "1 to 63 letters, digits and hyphens, a letter or digit first",
};

export const CONSUL_SERVERS_FIELD: ObjectField = {
  kind: "object",
  required: true,
  refused: CONSUL_SERVERS.refused!,
  fields: {
    ...PLACEMENT,
    resourceGroupName: { ...PLACEMENT.resourceGroupName!, required: true },
    ...CONSUL_SERVERS.fields,
    program: { ...CONSUL_PROGRAM, required: true },
    agent: CONSUL_AGENT,
    subnetId: { ...SUBNET_ID, required: true },
    subnetRange: { kind: "string", allowed: 'an IPv4 range by its first address, such as "10.20.4.0/27"' },
    clientRanges: { ...SOURCES, default: ["VirtualNetwork"] },
    networkSecurityGroupId: RESOURCE_ID,
    applicationSecurityGroupIds: { kind: "list", default: [], of: RESOURCE_ID },
    uploadFrom: { kind: "list", minItems: 1, of: id },
    secretStore: {
      kind: "object",
      required: true,
      fields: {
        allowFrom: { kind: "list", default: [], of: id },
        private: { kind: "object", optional: true, fields: PRIVATE_ACCESS_FIELDS },
        tenantId: id,
        softDeleteRetentionDays: {
          kind: "integer",
          minimum: 7,
          maximum: 90,
          default: DEFAULTS.secretStore.softDeleteRetentionDays,
        },
      },
    },
    datacenter: { ...CONSUL_NAME, default: DEFAULTS.consul.datacenter },
    domain: { ...CONSUL_NAME, default: DEFAULTS.consul.domain },
    gossipKey: GOSSIP_KEY,
    snapshots: CONSUL_SNAPSHOTS,
    queries: { ...QUERIES_FIELD, default: [] },
    values: {
      kind: "map",
      default: {},
      input: true,
      of: { kind: "string", input: true, required: true, confidential: true },
    },
    kubernetes: CONSUL_KUBERNETES,
    clients: {
      kind: "object",
      optional: true,
      fields: {
        principalId: { ...id, required: true },
        machinePrefixes: { kind: "list", required: true, minItems: 1, unique: true, of: PREFIX },
        services: {
          kind: "list",
          required: true,
          minItems: 1,
          maxItems: 50,
          unique: true,
          of: CONSUL_NAME,
        },
        keyPrefixes: {
          kind: "map",
          default: {},
          of: { kind: "string", maxLength: 256, pattern: CONSUL_KEY, allowed: "a key of Consul's store" },
        },
      },
    },
  },
};

/** Checks the arguments of a datacenter's servers and completes them. */
export function resolveConsulServers(name: string, args: unknown): Resolved<ConsulServersComponentSpec> {
  return resolve<ConsulServersComponentSpec>(
    CONSUL_SERVERS_FIELD,
    args,
    (spec) => ({
      ...spec,
      nodePrefix: consulNodePrefix(name),
      addresses: spec.addresses ?? serverAddresses(spec),
      encryptionAtHost: spec.encryptionAtHost ?? true,
    }),
    (spec) => [
      ...checkConsulProgram(spec.program, ["linux"]),
      ...checkConsulServers(spec, ""),
      ...checkServerAddresses(spec, ""),
      ...checkSources(spec.clientRanges, "clientRanges", 8301),
      ...(spec.agent ? checkArtifactSource(spec.agent, "agent") : []),
      ...checkConsulQueries(spec.queries, "queries"),
      ...checkConsulKeyValues(knownValues(spec.values)),
      ...checkPrefixes(spec),
      ...checkConsulKubernetes(spec.kubernetes, [spec.nodePrefix, ...(spec.clients?.machinePrefixes ?? [])]),
      ...checkSecretsReach(spec.secretStore),
      ...checkFewTags(spec.tags, [FEW_TAGS_OF.secrets]),
    ],
  );
}

/** What the names of a datacenter's servers begin with. */
export function consulNodePrefix(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return `consul-${words
    .filter((word) => word !== "consul")
    .join("-")
    .slice(0, 40)}`.replace(/-$/, "");
}

export const consulNodeName = (prefix: string, number: number): string => `${prefix}-${number}`;

/** The token of machines writes whatever begins like a machine's name. */
function checkPrefixes({ nodePrefix, clients }: ConsulServersComponentSpec): Finding[] {
  return (clients?.machinePrefixes ?? []).flatMap((prefix, index): Finding[] =>
    nodePrefix.startsWith(prefix.toLowerCase())
      ? [
          {
            rule: "consul-node-prefix",
            path: `clients.machinePrefixes[${index}]`,
            seen: `${JSON.stringify(prefix)}, with which the servers' names begin, too (${nodePrefix}-1)`,
            allowed: "what the machines' names alone begin with: their token may write every name of that kind",
            fix: "Give the machines, or the servers, another name.",
          },
        ]
      : [],
  );
}

/** Whoever can't reach the vault has no key, and never joins. */
function checkSecretsReach(store: ConsulServersComponentSpec["secretStore"]): Finding[] {
  const { allowFrom, private: access } = store;
  const found = access ? checkPrivateAccess(access, "secretStore.private", PRIVATE_DNS_ZONES.vault) : [];
  if (allowFrom.length > 0 !== (access !== undefined)) return found;
  return [
    ...found,
    {
      rule: "secret-store-reach",
      path: "secretStore",
      seen: access ? "allowFrom and private" : "neither allowFrom nor private",
      allowed: "one way to the vault: the addresses that servers and machines go out with, or a private endpoint",
      fix: "Give secretStore.allowFrom, such as [network.outboundAddress], or secretStore.private.",
    },
  ];
}

const knownValues = (values: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(isDeferred(values) ? {} : (values as object)).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );
