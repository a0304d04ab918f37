import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  WindowsHaCluster,
  type ClusterFirewallArgs,
  type ClusterLoadBalancerArgs,
  type ConsulArgs,
  type ConsulProgramArgs,
  type MachinesArgs,
  type ServiceArgs,
} from "windows-ha";

/** What the build published: written by the publish step of CI, and by `npm start` for the sandbox. */
interface Release {
  version: string;
  artifact: { url: string; sha256: string };
  agent: { url: string; sha256: string };
  /** Where Consul is, if the cluster has it: the publish step of CI puts its maker's files where servers reach them. */
  consul?: ConsulProgramArgs;
}

const config = new pulumi.Config();
const release = readRelease(config.get("release") ?? "dist/release.json");

const orders = new WindowsHaCluster("orders", {
  service: {
    name: "orders",
    displayName: "Orders",
    version: release.version,
    artifact: release.artifact,
    port: 8080,
    environment: { LOG_LEVEL: config.get("logLevel") ?? "info" },
    stop: config.getObject<ServiceArgs["stop"]>("stop"),
  },
  agent: release.agent,
  machines: config.getObject<MachinesArgs>("machines"),
  loadBalancer: config.getObject<ClusterLoadBalancerArgs>("loadBalancer"),
  firewall: config.getObject<ClusterFirewallArgs>("firewall"),
  consul: release.consul && { ...config.getObject<ConsulArgs>("consul"), program: release.consul },
  tags: { stack: pulumi.getStack() },
});

export const url = orders.url;
export const machines = orders.machineCount;
export const resourceGroup = orders.resourceGroupName;
/** At worst, seconds until clients are served again, by fault; the preview shows it before anything exists. */
export const switchoverSeconds = orders.prediction.apply(({ switchover }) =>
  Object.fromEntries(switchover.map(({ fault, worstSeconds }) => [fault, worstSeconds ?? "no machine is left"])),
);

function readRelease(file: string): Release {
  const path = resolve(__dirname, file);
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Release;
  } catch (error) {
    const reason = (error as Error).message;
    throw new pulumi.RunError(
      `${path}: ${reason}. It is written by the build's publish step; locally, \`npm start\` does that.`,
    );
  }
}
