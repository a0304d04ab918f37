import { AUTOSCALE_FIELD } from "../autoscale";
import { DEFAULTS } from "../defaults";
import type { ProbeSpec } from "../load-balancer";
import { defaultMinimumActive } from "../scale-set";
import { SERVICE_FIELD, type ServiceSpec } from "../service";
import { balancedServiceField } from "../service-schedule";
import type { Field, Fields, ObjectField } from "../shape";
import { IMAGE_REFERENCE_FIELD } from "./image-reference";
import { WINDOWS_VERSION_FIELD } from "./windows-os";
import { WORKLOAD_REGISTRATION, type WorkloadRegistrationSpec } from "./workload-registration";

/** A service as pods on Windows nodes: what is known when the program runs. */
export interface WindowsWorkloadSpec {
  service: ServiceSpec & { image: unknown };
  namespace: string;
  createNamespace: boolean;
  replicas: number;
  /** Left out: 2, and 1 of two (S3-06). */
  minimumActive: number;
  autoscale?: { enabled: boolean; minimum: number; maximum: number; cpuPercent: number };
  windowsVersion: string;
  probes: { preset: string };
  loadBalancer: WorkloadBalancerSpec;
  /** Left out: the stop budget. */
  terminationGracePeriodSeconds?: number;
  notReadySeconds: number;
  resources: { cpuRequestMillicores: number; cpuLimitMillicores: number; memoryMegabytes: number };
  rights: string;
  networkPolicy: { enabled: boolean };
  /** How it stands in Consul's catalogue; left out: not at all. */
  registration?: WorkloadRegistrationSpec;
  hostProcess: boolean;
  sidecars: SidecarSpec[];
}

export interface WorkloadBalancerSpec {
  enabled: boolean;
  public: boolean;
  /** Left out: the service's port. */
  port?: number;
  allowFrom: string[];
  probe: ProbeSpec;
}

export interface SidecarSpec {
  name: string;
  image: unknown;
  /** Left out: what the pod is. */
  hostProcess?: boolean;
}

/**
 * How Kubernetes asks whether a container still works: as in S3-18, or with more time at first as in S4-16. The start
 * itself has a probe of its own.
 */
export const PROBE_PRESETS = {
  default: { initialDelaySeconds: 15, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
  slowStart: { initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
} as const;

/** What the pods may read through Kubernetes: nothing, their own configuration, or what S1-24 calls a reader. */
export const WORKLOAD_RIGHTS = ["none", "ownConfiguration", "reader"] as const;

const { workload: defaults } = DEFAULTS.aks;

const machineService = balancedServiceField(SERVICE_FIELD);
const { artifact: _artifact, configuration: _configuration, ...serviceFields } = machineService.fields;

/** The service of a cluster of machines, with an image in the artifact's place. */
export const AKS_SERVICE_FIELD: ObjectField = {
  ...machineService,
  refused: {
    ...machineService.refused,
    configuration:
      "Layers of settings, and Consul's store behind them, are for machines, which have an agent; pods have them in service.environment.",
    artifact: "Pods run an image, machines an artifact: give service.image here, and remove service.artifact.",
  },
  fields: { ...serviceFields, image: { ...IMAGE_REFERENCE_FIELD, required: true } },
};

export const LABEL: Field = {
  kind: "string",
  pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  allowed: "1 to 63 lower-case letters, digits and hyphens, a letter or digit first and last",
};
const millicores = { kind: "integer", minimum: 10, maximum: 64_000 } as const;
const pods = { kind: "integer", minimum: 0, maximum: 1000 } as const;

/** Everything but the service itself. */
export const WORKLOAD_SETTINGS: Fields = {
  namespace: LABEL,
  createNamespace: { kind: "boolean", default: true },
  replicas: { ...pods, default: defaults.replicas },
  minimumActive: pods,
  autoscale: {
    kind: "object",
    optional: true,
    fields: {
      enabled: { kind: "boolean", default: true },
      minimum: pods,
      maximum: { ...pods, required: true },
      cpuPercent: { ...AUTOSCALE_FIELD.fields["cpuAbovePercent"]!, default: defaults.autoscaleCpuPercent },
    },
  },
  windowsVersion: { ...WINDOWS_VERSION_FIELD, default: defaults.windowsVersion },
  probes: {
    kind: "object",
    fields: { preset: { kind: "string", oneOf: Object.keys(PROBE_PRESETS), default: defaults.probePreset } },
  },
  loadBalancer: {
    kind: "object",
    fields: {
      enabled: { kind: "boolean", default: true },
      public: { kind: "boolean", default: false },
      port: { kind: "integer", minimum: 1, maximum: 65535 },
      allowFrom: { kind: "list", default: [], maxItems: 100, of: { kind: "string" } },
      probe: {
        kind: "object",
        fields: {
          intervalSeconds: {
            kind: "integer",
            minimum: 5,
            maximum: 300,
            default: DEFAULTS.loadBalancer.probeIntervalSeconds,
          },
          threshold: { kind: "integer", minimum: 1, maximum: 100, default: DEFAULTS.loadBalancer.probeThreshold },
        },
      },
    },
  },
  terminationGracePeriodSeconds: { kind: "integer", minimum: 1, maximum: 7200 },
  notReadySeconds: { kind: "integer", minimum: 0, maximum: 3600, default: defaults.notReadySeconds },
  resources: {
    kind: "object",
    fields: {
      cpuRequestMillicores: { ...millicores, default: defaults.resources.cpuRequestMillicores },
      cpuLimitMillicores: { ...millicores, default: defaults.resources.cpuLimitMillicores },
      memoryMegabytes: {
        kind: "integer",
        minimum: 64,
        maximum: 1_048_576,
        default: defaults.resources.memoryMegabytes,
      },
    },
  },
  rights: { kind: "string", oneOf: WORKLOAD_RIGHTS, default: "ownConfiguration" },
  networkPolicy: { kind: "object", fields: { enabled: { kind: "boolean", default: true } } },
  registration: WORKLOAD_REGISTRATION,
  hostProcess: { kind: "boolean", default: false },
  sidecars: {
    kind: "list",
    default: [],
    maxItems: 10,
    of: {
      kind: "object",
      fields: {
        name: { ...LABEL, required: true },
        image: { ...IMAGE_REFERENCE_FIELD, required: true },
        hostProcess: { kind: "boolean" },
      },
    },
  },
};

/** Names by which people look for settings that have another one here, or none. */
export const WORKLOAD_REFUSED: Readonly<Record<string, string>> = {
  mesh: "Istio and other meshes know no Windows pods (E47). Check tokens in the service itself.",
  minAvailable: "It is called minimumActive, as it is of machines.",
  maxUnavailable: "Updates take no pod away before its successor is ready; disruptions leave minimumActive of them.",
};

/** Fills in what follows from other values. */
export function completeWorkload(workload: WindowsWorkloadSpec): WindowsWorkloadSpec {
  const { service, replicas, autoscale, loadBalancer } = workload;
  return {
    ...workload,
    namespace: workload.namespace ?? workloadName(service.name),
    minimumActive: workload.minimumActive ?? defaultMinimumActive(replicas),
    ...(autoscale && { autoscale: { ...autoscale, minimum: autoscale.minimum ?? replicas } }),
    loadBalancer: { ...loadBalancer, port: loadBalancer.port ?? service.port },
  };
}

/** A service's name as Kubernetes takes it, of a Service too: a letter first, at most 63 characters. */
export function workloadName(serviceName: string): string {
  const plain = serviceName.toLowerCase().replace(/[._]/g, "-");
  return (/^[a-z]/.test(plain) ? plain : `s-${plain}`).slice(0, 50).replace(/-+$/, "");
}
