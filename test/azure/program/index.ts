import * as pulumi from "@pulumi/pulumi";
import * as resources from "@pulumi/azure-native/resources";
import { WindowsHaCluster, type MachinesArgs } from "windows-ha";

interface Release {
  version: string;
  artifact: { url: string; sha256: string };
  agent: { url: string; sha256: string };
}

const config = new pulumi.Config();
const { version, artifact, agent } = config.requireObject<Release>("release");

// A name that is known before anything exists: the run's end deletes this group, whatever became of the state.
const group = new resources.ResourceGroup("test", { resourceGroupName: config.require("resourceGroup") });

const orders = new WindowsHaCluster("orders", {
  service: { name: "orders", version, artifact, port: 8080 },
  agent,
  machines: config.getObject<MachinesArgs>("machines"),
  resourceGroupName: group.name,
  location: group.location,
  loadBalancer: { public: true, allowFrom: [config.require("allowFrom")] },
  tags: { purpose: "windows-ha-test" },
});

export const url = orders.url;
