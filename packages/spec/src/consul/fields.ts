import { DISK_TYPES } from "../data-disks";
import { DEFAULTS } from "../defaults";
import { DOWNLOAD_URL, SHA256 } from "../service";
import type { Field, ObjectField } from "../shape";

/** Shapes that a cluster's discovery and servers by themselves share. */

export const CONSUL_NAME = {
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

export const CONSUL_PROGRAM: ObjectField = {
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

export const CONSUL_SERVERS: ObjectField = {
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
    protect: { kind: "boolean", default: true },
    encryptionAtHost: { kind: "boolean" },
    addresses: {
      kind: "list",
      unique: true,
      of: { kind: "string", pattern: /^(\d{1,3}\.){3}\d{1,3}$/, allowed: "an IPv4 address of the servers' subnet" },
    },
  },
};

export const CONSUL_SNAPSHOTS: ObjectField = {
  kind: "object",
  fields: {
    enabled: { kind: "boolean", default: true },
    intervalMinutes: { kind: "integer", minimum: 1, maximum: 10_080, default: DEFAULTS.consul.snapshotIntervalMinutes },
    keep: { kind: "integer", minimum: 1, maximum: 1000, default: DEFAULTS.consul.snapshotsKept },
  },
};

/** The agent that installs Consul on servers, which download it anonymously where it is published. */
export const CONSUL_AGENT: ObjectField = {
  kind: "object",
  optional: true,
  fields: {
    path: { kind: "string", minLength: 1, maxLength: 1024 },
    url: { ...DOWNLOAD_URL, required: false },
    sha256: { ...SHA256, required: false },
  },
};

/** The key of gossip: AES-256. Consul would take shorter ones. */
export const GOSSIP_KEY: Field = {
  kind: "string",
  input: true,
  confidential: true,
  pattern: /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/,
  allowed: "32 bytes as base64, which are 44 characters",
  fix: "Make one with `consul keygen`, or from a RandomBytes of 32.",
};
