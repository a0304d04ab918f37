import { readFileSync } from "node:fs";
import * as managedidentity from "@pulumi/azure-native/managedidentity";
import * as network from "@pulumi/azure-native/network";
import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { SecretStore } from "windows-ha";

interface Settings {
  /** Values by name, in clear on purpose: the component has to make secrets of them. */
  secrets: Record<string, string>;
  retentionDays?: number;
  /** Number of the subnet that the first private store's endpoint is in. */
  subnet?: number;
}

const config = new pulumi.Config();
const { secrets, retentionDays, subnet = 1 } = JSON.parse(readFileSync(config.require("settings"), "utf8")) as Settings;

const group = new resources.ResourceGroup("shop");
const place = { resourceGroupName: group.name, tags: { team: "shop" } };
const net = new network.VirtualNetwork("shop", { ...place, addressSpace: { addressPrefixes: ["10.50.0.0/16"] } });
const endpoints = new network.Subnet("endpoints", {
  resourceGroupName: group.name,
  virtualNetworkName: net.name,
  addressPrefix: "10.50.1.0/24",
});
const others = new network.Subnet("other-endpoints", {
  resourceGroupName: group.name,
  virtualNetworkName: net.name,
  addressPrefix: "10.50.2.0/24",
});
const identity = new managedidentity.UserAssignedIdentity("machines", place);
const readers = [{ name: "machines", principalId: identity.principalId }];

const open = new SecretStore("shop", {
  ...place,
  secrets,
  readers,
  allowFrom: ["198.51.100.7"],
  softDeleteRetentionDays: retentionDays,
});
const closed = new SecretStore("shop-behind-an-endpoint", {
  ...place,
  secrets: { key: secrets["password"]! },
  readers,
  private: { subnetId: (subnet === 1 ? endpoints : others).id, virtualNetworkId: net.id },
});
new SecretStore("shop-behind-another", {
  ...place,
  secrets: {},
  private: { subnetId: endpoints.id, privateDnsZoneId: closed.privateDnsZoneId! },
});

export const vaultUri = open.vaultUri;
export const secretUris = open.secretUris;
