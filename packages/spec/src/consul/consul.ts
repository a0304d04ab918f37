import type { ArtifactSource } from "../artifact";
import { DEFAULTS } from "../defaults";
import { resolve, type Resolved } from "../resolve";
import { withDefaults, type Field, type ObjectField } from "../shape";
import { checkConsul } from "./consul-rules";
import { CONSUL_KUBERNETES, type ConsulKubernetesSpec } from "./kubernetes";
import { CONSUL_AGENT, CONSUL_NAME, CONSUL_PROGRAM, CONSUL_SERVERS, CONSUL_SNAPSHOTS, GOSSIP_KEY } from "./fields";
import { QUERIES_FIELD, type ConsulQuerySpec } from "./queries";
import { REGISTRATION_FIELD, type ConsulRegistrationSpec } from "./registration-settings";

/** Discovery of a cluster: servers of its own, those of a datacenter that is there, or none. */
export interface ConsulSpec {
  enabled: boolean;
  /** What the agents run; missing where it is switched off only. */
  program?: ConsulProgramSpec;
  /** Somebody else's servers, which machines join. */
  existing?: ConsulExistingSpec;
  /** Own ones; missing with `existing`, or where it is switched off. */
  servers?: ConsulServersSpec;
  datacenter: string;
  domain: string;
  /** May be deferred; never shown. */
  gossipKey?: unknown;
  snapshots: ConsulSnapshotsSpec;
  queries: ConsulQuerySpec[];
  registration: ConsulRegistrationSpec;
  /** Clusters of Kubernetes that own servers are open to. */
  kubernetes: ConsulKubernetesSpec[];
  agent?: ArtifactSource;
}

/** Copies of the whole state. */
export interface ConsulSnapshotsSpec {
  enabled: boolean;
  intervalMinutes: number;
  keep: number;
}

/** Consul's own program, which is never part of this product (BUSL-1.1 since 1.17): chosen and fetched by whoever deploys. */
export interface ConsulProgramSpec {
  version: string;
  /** For the servers. */
  linux?: ConsulPackageSpec;
  /** For the machines. */
  windows?: ConsulPackageSpec;
}

/** A zip file with the program. */
export interface ConsulPackageSpec {
  url: string;
  sha256: string;
}

export interface ConsulExistingSpec {
  /** Addresses or names of agents, or a provider. */
  retryJoin: string[];
  /** Who vouches for its servers, as PEM; may be deferred. */
  caCertificate: unknown;
  /** Secret ids of tokens that its owner made; may be deferred, and never shown. */
  agentToken: unknown;
  serviceToken: unknown;
  dnsToken?: unknown;
}

/** Machines with Linux that keep the catalogue, the store and the leader. */
export interface ConsulServersSpec {
  /** 3 stand the loss of one, 5 of two. */
  count: number;
  zones: string[];
  size: string;
  osDiskType: string;
  /** Of the disk that outlives the machine. */
  dataDiskType: string;
  dataDiskSizeGb: number;
  /** Whether Pulumi refuses to delete data disks and interfaces. */
  protect: boolean;
  /** Left out: as the cluster's machines, else yes. */
  encryptionAtHost?: boolean;
  /** Left out: the first free ones of their subnet. */
  addresses?: string[];
}

const TOKEN: Field = {
  kind: "string",
  input: true,
  confidential: true,
  pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  allowed: "the secret id of a token, a UUID",
};

const NO_MESH =
  "Leave it out: Envoy, which a mesh needs, is not made for Windows any more. Let callers ask for healthy instances by DNS or HTTP, and fail over by prepared queries.";

export const CONSUL_FIELD: ObjectField = {
  kind: "object",
  refused: { mesh: NO_MESH, connect: NO_MESH },
  fields: {
    enabled: { kind: "boolean", default: true },
    program: CONSUL_PROGRAM,
    existing: {
      kind: "object",
      optional: true,
      fields: {
        retryJoin: { kind: "list", required: true, minItems: 1, unique: true, of: { kind: "string", minLength: 1 } },
        caCertificate: { kind: "string", required: true, input: true, minLength: 1 },
        agentToken: { ...TOKEN, required: true },
        serviceToken: { ...TOKEN, required: true },
        dnsToken: TOKEN,
      },
    },
    servers: CONSUL_SERVERS,
    datacenter: { ...CONSUL_NAME, default: DEFAULTS.consul.datacenter },
    domain: { ...CONSUL_NAME, default: DEFAULTS.consul.domain },
    gossipKey: GOSSIP_KEY,
    snapshots: CONSUL_SNAPSHOTS,
    queries: { ...QUERIES_FIELD, default: [] },
    registration: REGISTRATION_FIELD,
    kubernetes: CONSUL_KUBERNETES,
    agent: CONSUL_AGENT,
  },
};

/** The complete declaration of a cluster's discovery, or what is wrong with it. */
export function resolveConsul(args: unknown): Resolved<ConsulSpec> {
  return resolve<ConsulSpec>(CONSUL_FIELD, args, completeConsul, checkConsul);
}

/** Servers of its own are what a cluster gets that says nothing else. */
export function completeConsul(spec: ConsulSpec): ConsulSpec {
  if (!spec.enabled || spec.existing || spec.servers) return spec;
  return { ...spec, servers: withDefaults<ConsulServersSpec>(CONSUL_SERVERS, {}) };
}
