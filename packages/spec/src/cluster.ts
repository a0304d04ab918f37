import { checkFrontEnd, checkProbePort, defaultSources, FRONT_END_FIELD, type FrontEndSpec } from "./load-balancer";
import { checkNetwork, NETWORK_FIELD, type NetworkSpec } from "./network";
import { resolve, type Resolved } from "./resolve";
import {
  checkMachines,
  checkPassword,
  computerNamePrefix,
  defaultMinimumActive,
  MACHINES_FIELD,
  type MachinesSpec,
} from "./scale-set";
import { DOWNLOAD_URL, SERVICE_FIELD, SHA256, type ServiceSpec } from "./service";
import { checkService } from "./service-rules";
import type { Field, Fields, ObjectField } from "./shape";

/** Everything about a cluster that is known when the program runs. */
export interface ClusterSpec {
  service: ServiceSpec;
  machines: MachinesSpec;
  network: NetworkSpec;
  loadBalancer: FrontEndSpec & { port: number };
}

/** Where the agent's program is downloaded from. */
export const AGENT_SOURCE_FIELD: ObjectField = {
  kind: "object",
  required: true,
  fields: { url: DOWNLOAD_URL, sha256: SHA256 },
};

const text: Field = { kind: "string", input: true, minLength: 1 };

/** Properties that every component passes on to Azure. */
export const PLACEMENT: Fields = {
  resourceGroupName: text,
  location: text,
  tags: { kind: "map", input: true, of: { kind: "string", input: true, maxLength: 256, required: true } },
};

export const CLUSTER_FIELD: ObjectField = {
  kind: "object",
  fields: {
    ...PLACEMENT,
    service: SERVICE_FIELD,
    agent: AGENT_SOURCE_FIELD,
    machines: MACHINES_FIELD,
    network: NETWORK_FIELD,
    loadBalancer: FRONT_END_FIELD,
  },
};

/** Checks a cluster's arguments and completes them: the one place where its defaults are decided. */
export function resolveCluster(args: unknown): Resolved<ClusterSpec> {
  return resolve<ClusterSpec>(CLUSTER_FIELD, args, completeCluster, (spec) => [
    ...checkService(spec.service, spec.loadBalancer.probe),
    ...checkMachines(spec.machines, "machines."),
    ...checkPassword((spec.machines as { adminPassword?: unknown }).adminPassword, "machines.adminPassword"),
    ...checkNetwork(spec.network, "network.", spec.machines.count),
    ...checkFrontEnd(spec.loadBalancer, "loadBalancer.", spec.service.port),
    ...checkProbePort(spec.service.port, "service.port"),
  ]);
}

function completeCluster(spec: ClusterSpec): ClusterSpec {
  const { machines, loadBalancer, service } = spec;
  return {
    ...spec,
    machines: completeMachines(machines, service.name),
    loadBalancer: {
      ...loadBalancer,
      port: loadBalancer.port ?? service.port,
      allowFrom: loadBalancer.allowFrom ?? defaultSources(loadBalancer.public),
    },
  };
}

export function completeMachines(machines: MachinesSpec, serviceName: string): MachinesSpec {
  return {
    ...machines,
    minimumActive: machines.minimumActive ?? defaultMinimumActive(machines.count),
    computerNamePrefix: machines.computerNamePrefix ?? computerNamePrefix(serviceName),
  };
}
