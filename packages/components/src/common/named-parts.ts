import {
  activeConsul,
  type ClusterSpec,
  type LoadBalancerSpec,
  type MachineSpec,
  type NetworkSpec,
  type OutboundSpec,
} from "@windows-ha/spec";
import type { NamedPart } from "./resource-names";

/** Of each component the resources with the longest names, by what stands behind its own. */

export function firewallNames(name: string): NamedPart[] {
  return [{ kind: "networkPart", name: `${name}-machines` }];
}

export function networkNames(name: string, { privateEndpoints }: Pick<NetworkSpec, "privateEndpoints">): NamedPart[] {
  return [
    { kind: "virtualNetwork", name },
    { kind: "networkPart", name: `${name}-nat-address` },
    ...privateEndpoints.map((endpoint): NamedPart => ({
      kind: "privateEndpoint",
      name: `${name}-endpoint-${endpoint.name}`,
    })),
  ];
}

export function loadBalancerNames(
  name: string,
  spec: Pick<LoadBalancerSpec, "public"> & { outbound?: OutboundSpec },
): NamedPart[] {
  const { addresses = 1, enabled = false } = spec.outbound ?? {};
  return [
    { kind: "networkPart", name: spec.public ? `${name}-public-address` : name },
    ...(enabled && addresses > 1
      ? [{ kind: "networkPart", name: `${name}-outbound-address-${addresses}` } as const]
      : []),
  ];
}

export function scaleSetNames(name: string): NamedPart[] {
  return [{ kind: "scaleSet", name }];
}

export function machineNames(
  name: string,
  { count, dataDisks }: Pick<MachineSpec, "dataDisks"> & { count: number },
): NamedPart[] {
  const last = `${name}-${count}`;
  return [
    { kind: "machine", name: last },
    ...dataDisks.map(({ lun }): NamedPart => ({ kind: "disk", name: `${last}-disk-${lun}` })),
  ];
}

/** A store's private endpoint; without one nothing of it is named after it at length. */
export function privateStoreNames(name: string, isPrivate: boolean): NamedPart[] {
  return isPrivate ? [{ kind: "privateEndpoint", name: `${name}-endpoint` }] : [];
}

export function aksClusterNames(name: string): NamedPart[] {
  return [{ kind: "kubernetesCluster", name }];
}

export function consulServerNames(name: string, { count }: { count: number }): NamedPart[] {
  return [
    { kind: "machine", name: `${name}-${count}` },
    { kind: "disk", name: `${name}-${count}-disk-0` },
    { kind: "networkPart", name: `${name}-${count}-nic` },
  ];
}

export function clusterNames(name: string, spec: ClusterSpec): NamedPart[] {
  const { compute, machines, network, loadBalancer, artifactStore, secretStore } = spec;
  const machinesName = `${name}-machines`;
  return [
    ...firewallNames(`${name}-firewall`),
    ...(network.existing ? [] : networkNames(`${name}-network`, network)),
    ...loadBalancerNames(`${name}-load-balancer`, loadBalancer),
    ...(compute === "machines" ? machineNames(machinesName, machines) : scaleSetNames(machinesName)),
    ...privateStoreNames(`${name}-artifacts`, artifactStore.private),
    ...privateStoreNames(`${name}-secrets`, secretStore.private),
    ...(activeConsul(spec)?.servers ? consulServerNames(`${name}-consul`, activeConsul(spec)!.servers!) : []),
  ];
}
