import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { WindowsHaCluster } from "windows-ha";

const config = new pulumi.Config();
const file = (name: string) => ({ url: config.require(`${name}Url`), sha256: config.require(`${name}Sha256`) });

const group = new resources.ResourceGroup("shop");
const theirs = new managedidentity.UserAssignedIdentity("theirs", { resourceGroupName: group.name });
const found = managedidentity.getUserAssignedIdentityOutput({
  resourceGroupName: group.name,
  resourceName: theirs.name,
});

const orders = new WindowsHaCluster("orders", {
  resourceGroupName: group.name,
  service: {
    name: "orders",
    version: "1.4.2",
    artifact: file("artifact"),
    port: 8080,
    stop: { drainSeconds: 1, stopSeconds: 5 },
  },
  agent: file("agent"),
  machines: { count: 2, identity: { id: theirs.id, principalId: found.principalId, clientId: found.clientId } },
  loadBalancer: {
    public: true,
    internal: true,
    allowFrom: ["Internet", "VirtualNetwork"],
    port: 80,
    haPorts: true,
    outbound: { enabled: config.requireBoolean("outbound"), addresses: 2 },
  },
});

export const url = orders.url;
export const internalUrl = pulumi.interpolate`http://${orders.loadBalancer.internalAddress}:8080`;
export const outboundAddresses = orders.loadBalancer.outboundAddresses;
export const identityId = orders.scaleSet.identityId;
export const theirId = theirs.id;
