import { DAYS } from "../autoscale";
import { DEFAULTS } from "../defaults";
import { RESOURCE_ID, SUBNET_ID } from "../resource-id";
import type { Field, Fields, ObjectField } from "../shape";
import type { AksNetworkSpec } from "./aks-network";
import { KUBERNETES_VERSION_FIELD } from "./kubernetes-version";

/** Everything about a cluster of Kubernetes that is known when the program runs. */
export interface AksClusterSpec {
  kubernetesVersion?: string;
  upgradeChannel: string;
  nodeImageChannel: string;
  maintenance: MaintenanceSpec;
  systemPool: SystemPoolSpec;
  network: AksNetworkSpec;
  apiServer: { private: boolean; allowFrom: unknown[] };
  administrators: { groupObjectIds: unknown[]; deployer: boolean };
  registries: { name: string; id: unknown }[];
  prometheus?: { dataCollectionRuleId: unknown };
  secretRotationSeconds: number;
  hybridBenefit: boolean;
  login: string;
  existing?: { clusterName: unknown };
}

export interface MaintenanceSpec {
  dayOfWeek: string;
  startTime: string;
  utcOffset: string;
  durationHours: number;
}

export interface SystemPoolSpec {
  count: number;
  /** Left out: no autoscaler. */
  maximum?: number;
  size: string;
  zones: string[];
}

const { cluster: defaults } = DEFAULTS.aks;

export const ZONES_FIELD: Field = {
  kind: "list",
  default: DEFAULTS.machines.zones,
  unique: true,
  minItems: 1,
  maxItems: 3,
  of: { kind: "string", oneOf: ["1", "2", "3"] },
};

const uuid: Field = {
  kind: "string",
  input: true,
  pattern: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  allowed: "the object id of a group in Microsoft Entra ID, a UUID",
};

export const UPGRADE_CHANNELS = ["none", "patch", "stable", "rapid", "node-image"] as const;
export const NODE_IMAGE_CHANNELS = ["NodeImage", "None"] as const;
export const LOGINS = ["azurecli", "workloadidentity", "msi", "spn"] as const;
export const NETWORK_POLICIES = ["calico", "none"] as const;
export const OUTBOUND_TYPES = [
  "userAssignedNATGateway",
  "managedNATGateway",
  "loadBalancer",
  "userDefinedRouting",
] as const;

/** Azure's limit. */
export const MOST_API_SERVER_RANGES = 200;

const NETWORK: Fields = {
  subnetId: SUBNET_ID,
  podCidr: range(defaults.network.podCidr),
  serviceCidr: range(defaults.network.serviceCidr),
  dnsServiceIp: { kind: "string", pattern: /^\d+\.\d+\.\d+\.\d+$/, allowed: "an IPv4 address inside serviceCidr" },
  networkPolicy: {
    kind: "string",
    oneOf: NETWORK_POLICIES,
    default: defaults.network.networkPolicy,
    fix: 'Take "calico": Cilium runs on Linux nodes only, and Azure\'s own engine takes no new clusters with Windows nodes.',
  },
  outboundType: { kind: "string", oneOf: OUTBOUND_TYPES },
};

function range(value: string): Field {
  return {
    kind: "string",
    default: value,
    pattern: /^\d+\.\d+\.\d+\.\d+\/\d+$/,
    allowed: `an IPv4 range by its first address, such as "${value}"`,
  };
}

const ONE_NETWORK = "Windows nodes have Azure CNI and nothing else, in overlay mode here. Remove it.";

export const AKS_CLUSTER_FIELDS: Fields = {
  kubernetesVersion: KUBERNETES_VERSION_FIELD,
  upgradeChannel: { kind: "string", oneOf: UPGRADE_CHANNELS, default: defaults.upgradeChannel },
  nodeImageChannel: {
    kind: "string",
    oneOf: NODE_IMAGE_CHANNELS,
    default: defaults.nodeImageChannel,
    fix: 'Take "NodeImage": there is no SecurityPatch for Windows, and Unmanaged does nothing there.',
  },
  maintenance: {
    kind: "object",
    fields: {
      dayOfWeek: { kind: "string", oneOf: DAYS, default: defaults.maintenance.dayOfWeek },
      startTime: {
        kind: "string",
        pattern: /^([01]\d|2[0-3]):[0-5]\d$/,
        default: defaults.maintenance.startTime,
        allowed: 'a time of day such as "02:00"',
      },
      utcOffset: {
        kind: "string",
        pattern: /^[+-](0\d|1[0-4]):[0-5]\d$/,
        default: defaults.maintenance.utcOffset,
        allowed: 'an offset from UTC such as "+01:00"',
      },
      durationHours: { kind: "integer", minimum: 4, maximum: 24, default: defaults.maintenance.durationHours },
    },
  },
  systemPool: {
    kind: "object",
    refused: { osType: "System pools run Linux. Remove it.", osSku: "System pools run Linux. Remove it." },
    fields: {
      count: { kind: "integer", minimum: 2, maximum: 1000, default: defaults.systemPool.count },
      maximum: { kind: "integer", minimum: 2, maximum: 1000 },
      size: { kind: "string", minLength: 1, default: defaults.systemPool.size },
      zones: ZONES_FIELD,
    },
  },
  network: {
    kind: "object",
    refused: {
      networkPlugin: ONE_NETWORK,
      networkPluginMode: ONE_NETWORK,
      networkDataplane: "Cilium runs on Linux nodes only. Remove it.",
    },
    fields: NETWORK,
  },
  apiServer: {
    kind: "object",
    fields: {
      private: { kind: "boolean", default: false },
      allowFrom: { kind: "list", default: [], maxItems: MOST_API_SERVER_RANGES, of: { kind: "string", input: true } },
    },
  },
  administrators: {
    kind: "object",
    fields: {
      groupObjectIds: { kind: "list", default: [], maxItems: 20, unique: true, of: uuid },
      deployer: { kind: "boolean", default: true },
    },
  },
  registries: {
    kind: "list",
    default: [],
    maxItems: 50,
    of: {
      kind: "object",
      fields: {
        name: {
          kind: "string",
          required: true,
          pattern: /^[A-Za-z0-9-]{1,50}$/,
          allowed: "1 to 50 letters, digits and hyphens",
        },
        id: { ...RESOURCE_ID, required: true },
      },
    },
  },
  prometheus: { kind: "object", optional: true, fields: { dataCollectionRuleId: { ...RESOURCE_ID, required: true } } },
  secretRotationSeconds: { kind: "integer", minimum: 60, maximum: 86_400, default: defaults.secretRotationSeconds },
  hybridBenefit: { kind: "boolean", default: false },
  login: { kind: "string", oneOf: LOGINS, default: defaults.login },
};

export const AKS_EXISTING_FIELD: ObjectField = {
  kind: "object",
  optional: true,
  fields: { clusterName: { kind: "string", input: true, required: true, minLength: 1 } },
};

const NO_MESH = "Istio and other meshes know no Windows pods (E47). Remove it; a pool of Linux may have one beside.";

export const AKS_REFUSED: Readonly<Record<string, string>> = {
  serviceMesh: NO_MESH,
  serviceMeshProfile: NO_MESH,
  istio: NO_MESH,
  windowsPool: "Declare the Windows nodes as a WindowsNodePool: a pool inside the cluster couldn't be replaced alone.",
};

/** A name in the cluster's address: 1 to 54 letters, digits and hyphens. */
export function dnsPrefix(name: string): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, "-")
    .slice(0, 54);
  return plain.replace(/^-+|-+$/g, "");
}
