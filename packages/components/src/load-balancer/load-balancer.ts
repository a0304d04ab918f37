import * as network from "@pulumi/azure-native/network";
import type { network as inputs } from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import {
  checkLoadBalancer,
  DEFAULTS,
  goesOut,
  LOAD_BALANCER_FIELD,
  PLACEMENT,
  resolve,
  SUBNET_ID,
  type Finding,
  type LoadBalancerSpec,
  type ObjectField,
  type Resolved,
} from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import { loadBalancerNames } from "../common/named-parts";
import { withName } from "../common/resource-names";
import type { LoadBalancerArgs } from "./args";
import { BACKEND_POOL, FRONT_END, loadBalancingRules, outboundRule, probe, publicFrontEndName } from "./rules";

/**
 * Zone-redundant Standard load balancing with an HTTP probe: on an internal address, a public one, or both. Azure
 * doesn't mix the two in one balancer, so both are two balancers, which a machine may belong to at once.
 *
 * @throws InvalidArgumentsError with every finding
 */
export class LoadBalancer extends pulumi.ComponentResource {
  /** The address that clients connect to: the public one, if there is one, else the internal one. */
  public readonly address: pulumi.Output<string>;
  /** The internal address, if there is one. */
  public readonly internalAddress?: pulumi.Output<string>;
  /** The public address, if there is one. */
  public readonly publicAddress?: pulumi.Output<string>;
  /** The addresses that machines go out by, if `outbound` takes them out. */
  public readonly outboundAddresses?: pulumi.Output<string[]>;
  /** Id of the pool that machines join for the internal address. */
  public readonly internalBackendPoolId?: pulumi.Output<string>;
  /** Id of the pool that machines join for the public address. */
  public readonly publicBackendPoolId?: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(
      `LoadBalancer "${name}"`,
      withName(name, resolveLoadBalancer(args), (found) => loadBalancerNames(name, found)),
    );
    super("windows-ha:index:LoadBalancer", name, { ...spec }, opts);

    if (spec.internal) {
      const balancer = createBalancer(name, args, spec, [], this);
      this.internalAddress = balancer.frontendIPConfigurations.apply(privateAddress);
      this.internalBackendPoolId = poolOf(balancer);
    }
    if (spec.public) {
      const [address, ...others] = createPublicAddresses(name, args, spec, this);
      this.publicAddress = address.ipAddress.apply(present);
      this.publicBackendPoolId = poolOf(createBalancer(`${name}-public`, args, spec, [address, ...others], this));
      if (goesOut(spec)) {
        this.outboundAddresses = pulumi.all([address, ...others].map(({ ipAddress }) => ipAddress.apply(present)));
      }
    }
    this.address = (this.publicAddress ?? this.internalAddress)!;
    this.registerOutputs({
      address: this.address,
      internalAddress: this.internalAddress,
      publicAddress: this.publicAddress,
      outboundAddresses: this.outboundAddresses,
      internalBackendPoolId: this.internalBackendPoolId,
      publicBackendPoolId: this.publicBackendPoolId,
    });
  }

  /** Ids of all pools that machines join. */
  get backendPoolIds(): pulumi.Output<string>[] {
    return [this.internalBackendPoolId, this.publicBackendPoolId].filter((id) => id !== undefined);
  }
}

function poolOf(balancer: network.LoadBalancer): pulumi.Output<string> {
  return pulumi.interpolate`${balancer.id}/backendAddressPools/${BACKEND_POOL}`;
}

const FIELD: ObjectField = {
  ...LOAD_BALANCER_FIELD,
  fields: {
    ...PLACEMENT,
    resourceGroupName: { ...PLACEMENT.resourceGroupName!, required: true },
    subnetId: SUBNET_ID,
    ...LOAD_BALANCER_FIELD.fields,
  },
};

function resolveLoadBalancer(args: LoadBalancerArgs): Resolved<LoadBalancerSpec> {
  return resolve<LoadBalancerSpec>(
    FIELD,
    args,
    (given) => ({
      public: given.public,
      internal: given.internal ?? !given.public,
      ports: given.ports,
      haPorts: given.haPorts,
      ...(given.outbound && { outbound: given.outbound }),
      zoneRedundant: given.zoneRedundant,
      probe: given.probe,
      sessionAffinity: given.sessionAffinity,
      tcpReset: given.tcpReset,
      idleTimeoutMinutes: given.idleTimeoutMinutes,
    }),
    (spec) => [...checkSubnet(args, spec), ...checkLoadBalancer(spec, "")],
  );
}

function checkSubnet(args: LoadBalancerArgs, spec: LoadBalancerSpec): Finding[] {
  const given = args.subnetId !== undefined && args.subnetId !== null;
  if (spec.internal === given) return [];
  return [
    {
      rule: "front-end",
      path: "subnetId",
      seen: spec.internal ? "missing" : "given, without an internal address",
      allowed: "a subnet for an internal address; none for a public one alone",
      fix: spec.internal ? "Give subnetId, or set public: true." : "Leave subnetId out, or set internal: true.",
    },
  ];
}

type Addresses = readonly [network.PublicIPAddress, ...network.PublicIPAddress[]];

/** The clients' address, and those that machines go out by besides. */
function createPublicAddresses(
  name: string,
  args: LoadBalancerArgs,
  spec: LoadBalancerSpec,
  parent: LoadBalancer,
): Addresses {
  const more = spec.outbound?.enabled ? spec.outbound.addresses - 1 : 0;
  return [
    createPublicAddress(`${name}-public-address`, args, spec, parent),
    ...Array.from({ length: more }, (_, index) =>
      createPublicAddress(`${name}-outbound-address-${index + 2}`, args, spec, parent),
    ),
  ];
}

function zonesOf({ zoneRedundant }: LoadBalancerSpec): { zones?: string[] } {
  return zoneRedundant ? { zones: [...DEFAULTS.machines.zones] } : {};
}

function createPublicAddress(
  name: string,
  args: LoadBalancerArgs,
  spec: LoadBalancerSpec,
  parent: LoadBalancer,
): network.PublicIPAddress {
  const { resourceGroupName, location, tags } = args;
  return new network.PublicIPAddress(
    name,
    {
      resourceGroupName,
      location,
      tags,
      sku: { name: "Standard", tier: "Regional" },
      publicIPAllocationMethod: "Static",
      publicIPAddressVersion: "IPv4",
      ...zonesOf(spec),
    },
    { parent, replaceOnChanges: ["zones"] },
  );
}

/** @param publicAddresses none for the internal balancer */
function createBalancer(
  name: string,
  args: LoadBalancerArgs,
  spec: LoadBalancerSpec,
  publicAddresses: readonly network.PublicIPAddress[],
  parent: LoadBalancer,
): network.LoadBalancer {
  const { resourceGroupName, location, tags } = args;
  const isPublic = publicAddresses.length > 0;
  return new network.LoadBalancer(
    name,
    {
      resourceGroupName,
      location,
      tags,
      sku: { name: "Standard", tier: "Regional" },
      frontendIPConfigurations: isPublic ? publicAddresses.map(publicFrontEnd) : [internalFrontEnd(args, spec)],
      backendAddressPools: [{ name: BACKEND_POOL }],
      probes: [probe(spec)],
      loadBalancingRules: loadBalancingRules(spec, isPublic ? "public" : "internal"),
      ...(isPublic && goesOut(spec) ? { outboundRules: [outboundRule(spec)] } : {}),
    },
    // Azure refuses the change although the preview would call it an update.
    { parent, ...(isPublic ? {} : { replaceOnChanges: ["frontendIPConfigurations[0].zones"] }) },
  );
}

/** A public front end takes its zones from its address; an internal one names them itself. */
function publicFrontEnd({ id }: network.PublicIPAddress, index: number): inputs.FrontendIPConfigurationArgs {
  return { name: publicFrontEndName(index), publicIPAddress: { id } };
}

function internalFrontEnd({ subnetId }: LoadBalancerArgs, spec: LoadBalancerSpec): inputs.FrontendIPConfigurationArgs {
  return {
    name: FRONT_END,
    subnet: { id: subnetId },
    privateIPAllocationMethod: "Dynamic",
    privateIPAddressVersion: "IPv4",
    ...zonesOf(spec),
  };
}

function privateAddress(frontEnds: { privateIPAddress?: string }[] | undefined): string {
  return present(frontEnds?.[0]?.privateIPAddress);
}

function present(address: string | undefined): string {
  return address ?? "";
}
