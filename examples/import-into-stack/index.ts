import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { Firewall, LoadBalancer, ServiceInstall, WindowsScaleSet } from "windows-ha";
import { theirNetwork } from "./their-network";

const config = new pulumi.Config();
const file = (name: string) => ({ url: config.require(`${name}Url`), sha256: config.require(`${name}Sha256`) });
const port = 8080;

const group = new resources.ResourceGroup("shop");
const place = { resourceGroupName: group.name };
const { machinesSubnetId } = theirNetwork(group.name);

const firewall = new Firewall("orders-firewall", {
  ...place,
  probePort: port,
  rules: [
    { name: "clients", port, sources: [...config.requireObject<string[]>("allowFrom"), "VirtualNetwork"] },
    { name: "bastion", port: 3389, sources: ["10.60.250.0/26"] },
  ],
});

const loadBalancer = new LoadBalancer("orders-balancer", {
  ...place,
  public: true,
  internal: true,
  subnetId: machinesSubnetId,
  ports: [{ name: "orders", frontendPort: port, backendPort: port }],
  probe: { port },
});

const install = new ServiceInstall("orders-service", {
  service: { name: "orders", version: "1.4.2", artifact: file("artifact"), port },
  agent: file("agent"),
});

new WindowsScaleSet("orders", {
  ...place,
  count: 2,
  zones: ["1", "2"],
  subnetId: machinesSubnetId,
  backendPoolIds: loadBalancer.backendPoolIds,
  applicationSecurityGroupIds: [firewall.applicationSecurityGroupId],
  networkSecurityGroupId: firewall.networkSecurityGroupId,
  health: { port },
  install: { fileUris: install.fileUris, commandToExecute: install.commandToExecute },
});

export const publicUrl = pulumi.interpolate`http://${loadBalancer.publicAddress!}:${port}`;
export const internalUrl = pulumi.interpolate`http://${loadBalancer.internalAddress!}:${port}`;
