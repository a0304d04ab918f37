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
 * A zone-redundant Standard load balancer with an HTTP probe.
 *
 * @throws InvalidArgumentsError with every finding
 */
export class LoadBalancer extends pulumi.ComponentResource {
  /** The address that clients connect to. */
  public readonly address: pulumi.Output<string>;
  /** Id of the pool that machines join. */
  public readonly backendPoolId: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    const spec = specOrFail(`LoadBalancer "${name}"`, resolveLoadBalancer(args));
    super("windows-ha:index:LoadBalancer", name, { ...spec }, opts);

    const publicAddress = spec.public ? createPublicAddress(name, args, this) : undefined;
    const balancer = createBalancer(name, args, spec, publicAddress, this);

    this.address = publicAddress
      ? publicAddress.ipAddress.apply(present)
      : balancer.frontendIPConfigurations.apply(privateAddress);
    this.backendPoolId = pulumi.interpolate`${balancer.id}/backendAddressPools/${BACKEND_POOL}`;
    this.registerOutputs({ address: this.address, backendPoolId: this.backendPoolId });
  }
}

const FIELD: ObjectField = {
  kind: "object",
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
    (spec) => ({
      public: spec.public,
      ports: spec.ports,
      probe: spec.probe,
      idleTimeoutMinutes: spec.idleTimeoutMinutes,
    }),
    (spec) => [...checkSubnet(args, spec), ...checkLoadBalancer(spec, "")],
  );
}

function checkSubnet(args: LoadBalancerArgs, spec: LoadBalancerSpec): Finding[] {
  const given = args.subnetId !== undefined && args.subnetId !== null;
  if (spec.public !== given) return [];
  return [
    {
      rule: "front-end",
      path: "subnetId",
      seen: spec.public ? "given, with public: true" : "missing",
      allowed: "a subnet for an internal address; none for a public one",
      fix: spec.public ? "Leave subnetId out, or leave public out." : "Give subnetId, or set public: true.",
    },
  ];
}

function createPublicAddress(name: string, args: LoadBalancerArgs, parent: LoadBalancer): network.PublicIPAddress {
  const { resourceGroupName, location, tags } = args;
  return new network.PublicIPAddress(
    `${name}-address`,
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
      loadBalancingRules: loadBalancingRules(spec),
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
