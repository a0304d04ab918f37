import { DEFAULTS } from "../defaults";
import { DISK_TYPES } from "../data-disks";
import { resolve, type Resolved } from "../resolve";
import { SHA256 } from "../service";
import { withDefaults, type Field, type ObjectField } from "../shape";
import { checkConsul } from "./consul-rules";

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
}

const NAME = {
  kind: "string",
  pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  allowed: "1 to 63 lower-case letters, digits and hyphens, no hyphen first or last",
} as const;

const PACKAGE: ObjectField = {
  kind: "object",
  optional: true,
  fields: {
    url: {
      kind: "string",
      required: true,
      pattern: /^https:\/\/[^\s?#]+\.zip$/,
      allowed: "an https address of a zip file",
    },
    sha256: { ...SHA256, required: true },
  },
};

const PROGRAM: ObjectField = {
  kind: "object",
  optional: true,
  fields: {
    version: {
      kind: "string",
      required: true,
      pattern: /^\d+\.\d+\.\d+$/,
      allowed: "three numbers, such as 1.21.5, of Consul 1.17 or newer",
    },
    linux: PACKAGE,
    windows: PACKAGE,
  },
};

const NO_MESH =
  "Leave it out: Envoy, which a mesh needs, is not made for Windows any more. Let callers ask for healthy instances by DNS or HTTP, and fail over by prepared queries.";

const SERVERS: ObjectField = {
  kind: "object",
  optional: true,
  refused: {
    os: "Leave it out: servers run on Linux, as Consul's log store and its snapshots don't work on Windows. Windows machines are clients.",
    bootstrapExpect: "Leave it out: it is count.",
  },
  fields: {
    count: { kind: "integer", default: DEFAULTS.consul.servers },
    zones: {
      kind: "list",
      default: [...DEFAULTS.consul.zones],
      unique: true,
      minItems: 1,
      of: { kind: "string", oneOf: ["1", "2", "3"] },
    },
    size: {
      kind: "string",
      default: DEFAULTS.consul.size,
      pattern: /^(Standard|Basic)_[A-Za-z0-9_-]+$/,
      allowed: "a size of virtual machines such as Standard_D2s_v5",
    },
    osDiskType: { kind: "string", oneOf: DISK_TYPES, default: DEFAULTS.consul.osDiskType },
    dataDiskType: { kind: "string", oneOf: DISK_TYPES, default: DEFAULTS.consul.dataDiskType },
    dataDiskSizeGb: { kind: "integer", minimum: 4, maximum: 1024, default: DEFAULTS.consul.dataDiskSizeGb },
  },
};

/** The key of gossip: AES-256. Consul would take shorter ones. */
const GOSSIP_KEY: Field = {
  kind: "string",
  input: true,
  confidential: true,
  pattern: /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/,
  allowed: "32 bytes as base64, which are 44 characters",
  fix: "Make one with `consul keygen`, or from a RandomBytes of 32.",
};

export const CONSUL_FIELD: ObjectField = {
  kind: "object",
  refused: { mesh: NO_MESH, connect: NO_MESH },
  fields: {
    enabled: { kind: "boolean", default: true },
    program: PROGRAM,
    existing: {
      kind: "object",
      optional: true,
      fields: {
        retryJoin: { kind: "list", required: true, minItems: 1, unique: true, of: { kind: "string", minLength: 1 } },
        caCertificate: { kind: "string", required: true, input: true, minLength: 1 },
      },
    },
    servers: SERVERS,
    datacenter: { ...NAME, default: DEFAULTS.consul.datacenter },
    domain: { ...NAME, default: DEFAULTS.consul.domain },
    gossipKey: GOSSIP_KEY,
  },
};

/** The complete declaration of a cluster's discovery, or what is wrong with it. */
export function resolveConsul(args: unknown): Resolved<ConsulSpec> {
  return resolve<ConsulSpec>(CONSUL_FIELD, args, withServers, checkConsul);
}

/** Servers of its own are what a cluster gets that says nothing else. */
function withServers(spec: ConsulSpec): ConsulSpec {
  if (!spec.enabled || spec.existing || spec.servers) return spec;
  return { ...spec, servers: withDefaults<ConsulServersSpec>(SERVERS, {}) };
}
