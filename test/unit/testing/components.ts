import * as network from "@pulumi/azure-native/network";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

export const types = {
  site: "test:index:Site",
  credentials: "test:index:Credentials",
  group: "azure-native:resources:ResourceGroup",
  network: "azure-native:network:VirtualNetwork",
  address: "azure-native:network:PublicIPAddress",
  password: "random:index/randomPassword:RandomPassword",
};

/** A component inside a component. */
export class Credentials extends pulumi.ComponentResource {
  readonly password: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super(types.credentials, name, {}, opts);
    this.password = new random.RandomPassword(name, { length: 24 }, { parent: this }).result;
    this.registerOutputs({ password: this.password });
  }
}

export interface SiteArgs {
  tags?: Record<string, string>;
  addressPrefix?: pulumi.Input<string>;
}

/** A small component of the kind that this package is made to test. */
export class Site extends pulumi.ComponentResource {
  readonly networkId: pulumi.Output<string>;
  readonly groupName: pulumi.Output<string>;
  readonly password: pulumi.Output<string>;

  constructor(name: string, args: SiteArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super(types.site, name, { addressSpaces: 1 }, opts);
    const group = new resources.ResourceGroup(name, { tags: args.tags }, { parent: this });
    const vnet = new network.VirtualNetwork(
      `${name}-network`,
      {
        resourceGroupName: group.name,
        addressSpace: { addressPrefixes: [args.addressPrefix ?? "10.0.0.0/16"] },
        tags: args.tags,
      },
      { parent: this, ignoreChanges: ["subnets"], customTimeouts: { create: "10m" } },
    );
    this.networkId = vnet.id;
    this.groupName = group.name;
    this.password = new Credentials(`${name}-credentials`, { parent: this }).password;
    this.registerOutputs({ networkId: this.networkId, groupName: this.groupName });
  }
}
