import * as network from "@pulumi/azure-native/network";
import type { network as inputs } from "@pulumi/azure-native/types/input";
import * as pulumi from "@pulumi/pulumi";
import {
  checkLoadBalancer,
  DEFAULTS,
  LOAD_BALANCER_FIELD,
  PLACEMENT,
  resolve,
  type Finding,
  type LoadBalancerSpec,
  type ObjectField,
  type Resolved,
} from "@windows-ha/spec";
import { specOrFail } from "../common/invalid-arguments";
import type { LoadBalancerArgs } from "./args";
import { BACKEND_POOL, FRONT_END, loadBalancingRules, probe } from "./rules";

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
  /** Id of the pool that machines join for the internal address. */
  public readonly internalBackendPoolId?: pulumi.Output<string>;
  /** Id of the pool that machines join for the public address. */
  public readonly publicBackendPoolId?: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(`LoadBalancer "${name}"`, resolveLoadBalancer(args));
    super("windows-ha:index:LoadBalancer", name, { ...spec }, opts);

    if (spec.internal) {
      const balancer = createBalancer(name, args, spec, undefined, this);
      this.internalAddress = balancer.frontendIPConfigurations.apply(privateAddress);
      this.internalBackendPoolId = poolOf(balancer);
    }
    if (spec.public) {
      const address = createPublicAddress(name, args, this);
      this.publicAddress = address.ipAddress.apply(present);
      this.publicBackendPoolId = poolOf(createBalancer(`${name}-public`, args, spec, address, this));
    }
    this.address = (this.publicAddress ?? this.internalAddress)!;
    this.registerOutputs({
      address: this.address,
      internalAddress: this.internalAddress,
      publicAddress: this.publicAddress,
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
    subnetId: { kind: "string", input: true, minLength: 1 },
    ...LOAD_BALANCER_FIELD.fields,
  },
};

function resolveLoadBalancer(args: LoadBalancerArgs): Resolved<LoadBalancerSpec> {
  return resolve<LoadBalancerSpec>(
    FIELD,
    args,
    ({ public: isPublic, internal, ports, haPorts, probe, sessionAffinity, tcpReset, idleTimeoutMinutes }) => ({
      public: isPublic,
      internal: internal ?? !isPublic,
      ports,
      haPorts,
      probe,
      sessionAffinity,
      tcpReset,
      idleTimeoutMinutes,
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

function createPublicAddress(name: string, args: LoadBalancerArgs, parent: LoadBalancer): network.PublicIPAddress {
  const { resourceGroupName, location, tags } = args;
  return new network.PublicIPAddress(
    `${name}-public-address`,
    {
      resourceGroupName,
      location,
      tags,
      sku: { name: "Standard", tier: "Regional" },
      publicIPAllocationMethod: "Static",
      publicIPAddressVersion: "IPv4",
      zones: [...DEFAULTS.machines.zones],
    },
    { parent },
  );
}

function createBalancer(
  name: string,
  args: LoadBalancerArgs,
  spec: LoadBalancerSpec,
  publicAddress: network.PublicIPAddress | undefined,
  parent: LoadBalancer,
): network.LoadBalancer {
  const { resourceGroupName, location, tags } = args;
  return new network.LoadBalancer(
    name,
    {
      resourceGroupName,
      location,
      tags,
      sku: { name: "Standard", tier: "Regional" },
      frontendIPConfigurations: [frontEnd(args, publicAddress)],
      backendAddressPools: [{ name: BACKEND_POOL }],
      probes: [probe(spec)],
      loadBalancingRules: loadBalancingRules(spec, publicAddress ? "public" : "internal"),
    },
    { parent },
  );
}

/** A public front end takes its zones from its address; an internal one names them itself. */
function frontEnd(
  args: LoadBalancerArgs,
  publicAddress: network.PublicIPAddress | undefined,
): inputs.FrontendIPConfigurationArgs {
  return publicAddress
    ? { name: FRONT_END, publicIPAddress: { id: publicAddress.id } }
    : {
        name: FRONT_END,
        subnet: { id: args.subnetId },
        privateIPAllocationMethod: "Dynamic",
        privateIPAddressVersion: "IPv4",
        zones: [...DEFAULTS.machines.zones],
      };
}

function privateAddress(frontEnds: { privateIPAddress?: string }[] | undefined): string {
  return present(frontEnds?.[0]?.privateIPAddress);
}

function present(address: string | undefined): string {
  return address ?? "";
}
