import { drainSeconds, installSeconds } from "./agent-document";
import { checkArtifactSource, type ArtifactSource } from "./artifact";
import {
  checkClusterArtifactStore,
  CLUSTER_ARTIFACT_STORE_FIELD,
  type ClusterArtifactStoreSpec,
} from "./cluster-artifact-store";
import { CLUSTER_FIREWALL_FIELD, checkClusterFirewall, type ClusterFirewallSpec } from "./cluster-firewall";
import { checkFrontEnd, checkProbePort, completeFrontEnd, FRONT_END_FIELD, type FrontEndSpec } from "./load-balancer";
import { checkClusterHaPorts } from "./ha-ports";
import { checkClusterOutbound } from "./cluster-outbound";
import { subnetUse } from "./cluster-subnet";
import { activeConsul, checkClusterConsul, completeClusterConsul } from "./cluster-consul";
import { checkClusterTags } from "./cluster-tags";
import { CONSUL_FIELD, type ConsulSpec } from "./consul/consul";
import { checkExistingNetwork, checkNetwork, CLUSTER_NETWORK_FIELD, type NetworkSpec } from "./network";
import { applyProfile, PROFILES, singleField } from "./profile";
import { resolve, type Resolved } from "./resolve";
import { checkIdentity, CLUSTER_IDENTITY_FIELD } from "./identity";
import { defaultHotpatch } from "./machine-image";
import { AVAILABILITIES, checkCompute, COMPUTES } from "./machines";
import {
  checkMachines,
  checkPassword,
  checkRepairs,
  computerNamePrefix,
  defaultMinimumActive,
  MACHINES_FIELD,
  type MachineSpec,
  type MachinesSpec,
} from "./scale-set";
import { checkTerminateNotification, noticeMinutes } from "./terminate-notification";
import { ARTIFACT_FIELD, SERVICE_FIELD, type ServiceSpec } from "./service";
import { healthEndpoint, healthPortPath } from "./service-health";
import { checkService } from "./service-rules";
import { balancedServiceField } from "./service-schedule";
import { checkClusterSecrets, checkClusterSecretStore } from "./service-secret-rules";
import { CLUSTER_SECRET_STORE_FIELD, type ClusterSecretStoreSpec } from "./service-secrets";
import { whenGiven, type Field, type Fields, type ObjectField } from "./shape";
import { TAGS_FIELD } from "./tags";
import {
  checkInstallTransport,
  completeTransport,
  INSTALL_TRANSPORT_FIELD,
  type InstallTransportSpec,
} from "./install-transport";

/** Everything about a cluster that is known when the program runs. */
export interface ClusterSpec {
  profile: string;
  service: ServiceSpec;
  install: InstallTransportSpec;
  compute: string;
  machines: MachinesSpec & { availability?: string };
  network: NetworkSpec & { existing?: object };
  firewall: ClusterFirewallSpec;
  loadBalancer: FrontEndSpec & { port: number };
  artifactStore: ClusterArtifactStoreSpec;
  secretStore: ClusterSecretStoreSpec;
  /** Left out: none. */
  consul?: ConsulSpec;
}

const text: Field = { kind: "string", input: true, minLength: 1 };

/** Properties that every component passes on to Azure. */
export const PLACEMENT: Fields = {
  resourceGroupName: text,
  location: text,
  tags: TAGS_FIELD,
};

export const CLUSTER_FIELD: ObjectField = {
  kind: "object",
  fields: {
    ...PLACEMENT,
    profile: { kind: "string", oneOf: PROFILES, default: "highlyAvailable" },
    service: balancedServiceField(SERVICE_FIELD),
    agent: ARTIFACT_FIELD,
    install: INSTALL_TRANSPORT_FIELD,
    artifactStore: CLUSTER_ARTIFACT_STORE_FIELD,
    secretStore: CLUSTER_SECRET_STORE_FIELD,
    compute: { kind: "string", oneOf: COMPUTES, default: "scaleSet" },
    machines: {
      ...MACHINES_FIELD,
      fields: {
        ...MACHINES_FIELD.fields,
        availability: { kind: "string", oneOf: AVAILABILITIES },
        identity: CLUSTER_IDENTITY_FIELD,
      },
    },
    network: CLUSTER_NETWORK_FIELD,
    firewall: CLUSTER_FIREWALL_FIELD,
    loadBalancer: FRONT_END_FIELD,
    consul: whenGiven(() => CONSUL_FIELD),
  },
};

/** Checks a cluster's arguments and completes them: the one place where its defaults are decided. */
export function resolveCluster(given: unknown): Resolved<ClusterSpec> {
  const args = applyProfile(given);
  return resolve<ClusterSpec>(fieldOf(args), args, completeCluster, (spec) => [
    ...checkService(spec.service, spec.loadBalancer.probe),
    ...checkClusterSecrets(spec.service),
    ...checkClusterSecretStore(spec.secretStore, spec.service, spec.network, activeConsul(spec) !== undefined),
    ...checkArtifactSource(sourcesOf(spec).artifact, "service.artifact"),
    ...checkArtifactSource(sourcesOf(spec).agent, "agent"),
    ...checkInstallTransport({ ...spec, agent: sourcesOf(spec).agent }),
    ...checkClusterArtifactStore(spec.artifactStore, spec.network),
    ...checkCompute(spec, partOf(args, "machines")),
    ...checkIdentity(partOf(args, "machines")["identity"] as object | undefined, "machines.identity."),
    ...checkMachines(spec.machines, "machines."),
    ...checkRepairs(spec.machines, installSeconds(spec.service, spec.loadBalancer.probe), "machines."),
    ...checkTerminateNotification(
      spec.machines.terminateNotification,
      stopSeconds(spec),
      "machines.terminateNotification.",
    ),
    ...checkPassword((spec.machines as { adminPassword?: unknown }).adminPassword, "machines.adminPassword"),
    ...checkExistingNetwork(args, "network."),
    ...(spec.network.existing ? [] : checkNetwork(spec.network, "network.", subnetUse(spec))),
    ...checkFrontEnd(spec.loadBalancer, "loadBalancer.", spec.service.port),
    ...checkClusterHaPorts(spec.loadBalancer, spec.service.port, "loadBalancer."),
    ...checkClusterOutbound(spec, partOf(args, "network")),
    ...checkClusterFirewall(spec),
    ...checkClusterTags(spec, (args as { tags?: unknown } | undefined)?.tags),
    ...checkProbePort(healthEndpoint(spec.service).port, healthPortPath(spec.service)),
    ...checkClusterConsul(spec),
  ]);
}

const SINGLE_FIELD = singleField(CLUSTER_FIELD);

function fieldOf(args: unknown): ObjectField {
  return (args as { profile?: unknown } | undefined)?.profile === "single" ? SINGLE_FIELD : CLUSTER_FIELD;
}

/** The specification keeps what the arguments said about files, which is none of its own. */
function sourcesOf(spec: ClusterSpec): { artifact?: ArtifactSource; agent?: ArtifactSource } {
  const { artifact } = spec.service as { artifact?: ArtifactSource };
  const { agent = {} } = spec as { agent?: ArtifactSource };
  // The shape fills in an object that wasn't given, too.
  return { artifact, agent: Object.keys(agent).length === 0 ? undefined : agent };
}

/** What was said about a part, before the defaults; its shape has been checked. */
function partOf(args: unknown, part: "machines" | "network"): Readonly<Record<string, unknown>> {
  return ((args ?? {}) as Record<string, Record<string, unknown> | undefined>)[part] ?? {};
}

function completeCluster(spec: ClusterSpec): ClusterSpec {
  const { machines, loadBalancer, service } = spec;
  return {
    ...spec,
    install: completeTransport({ ...spec, agent: sourcesOf(spec).agent }),
    machines: completeNotice(completeMachines(machines, service.name), stopSeconds(spec)),
    loadBalancer: completeFrontEnd(loadBalancer, service.port),
    ...completeClusterConsul(spec),
  };
}

/** Seconds from "you will be deleted" until a machine's service has ended. */
function stopSeconds({ service, loadBalancer }: ClusterSpec): number {
  const { stop } = service;
  return drainSeconds(service, loadBalancer.probe) + stop.stopSeconds + stop.killSeconds;
}

function completeNotice(machines: MachinesSpec, seconds: number): MachinesSpec {
  const { enabled, minutes = noticeMinutes(seconds) } = machines.terminateNotification;
  return { ...machines, terminateNotification: { enabled, minutes } };
}

export function completeMachine(
  machine: MachineSpec,
  serviceName: string,
): Pick<MachineSpec, "computerNamePrefix" | "hotpatch"> {
  return {
    computerNamePrefix: machine.computerNamePrefix ?? computerNamePrefix(serviceName),
    hotpatch: machine.hotpatch ?? defaultHotpatch(machine.image),
  };
}

function completeAutoscale({ count, autoscale }: MachinesSpec): Pick<MachinesSpec, "autoscale"> {
  return autoscale ? { autoscale: { ...autoscale, minimum: autoscale.minimum ?? count } } : {};
}

export function completeMachines(machines: MachinesSpec, serviceName: string): MachinesSpec {
  return {
    ...machines,
    minimumActive: machines.minimumActive ?? defaultMinimumActive(machines.count),
    zoneRebalance: machines.zoneRebalance ?? machines.zones.length > 1,
    ...completeAutoscale(machines),
    ...completeMachine(machines, serviceName),
  };
}
