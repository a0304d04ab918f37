import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentSpecText, renderInstallCommand, type AgentSpec, type SecurityRuleInputs } from "@windows-ha/spec";
import { ResourceStore, type StoredResource } from "../../../../packages/sandbox/src/azure/resource-store";
import { startArtifactServer, type ArtifactServer } from "../../../../packages/sandbox/src/daemon/artifact-server";
import { artifactUrl, sandboxLayout, type SandboxLayout } from "../../../../packages/sandbox/src/layout";
import {
  createDataPlane,
  type DataPlaneSettings,
  type SandboxDataPlane,
} from "../../../../packages/sandbox/src/machines";

const GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/test";
export const POOL = `${GROUP}/providers/Microsoft.Network/loadBalancers/lb/backendAddressPools/machines`;
export const SUBNET = `${GROUP}/providers/Microsoft.Network/virtualNetworks/net/subnets/machines`;
export const PORT = 8080;
export const FRONT_END_PORT = 8000;

/** What a test varies. Times are small, so that seconds of Azure are milliseconds here. */
export interface ScaleSetShape {
  capacity?: number;
  version?: string;
  environment?: Record<string, string>;
  upgradePolicy?: Record<string, unknown>;
  /** Extensions in place of the usual two. */
  extensions?: unknown[];
  agentSha256?: string;
  applicationSecurityGroups?: string[];
  /** `notBeforeTimeout` of the announcement before a machine's deletion. */
  terminateNotice?: string;
}

export interface BalancerShape {
  intervalInSeconds?: number;
  probeThreshold?: number;
  rule?: Record<string, unknown>;
  probe?: Record<string, unknown>;
}

/** A sandbox data plane in a temporary folder, with a published fake agent and program. */
export class TestCluster {
  readonly layout: SandboxLayout;
  readonly store: ResourceStore;
  readonly log: string[] = [];
  settings: DataPlaneSettings = { block: 0, artifacts: {}, pauseScale: 0 };
  plane!: SandboxDataPlane;
  agentSha256 = "";
  programSha256 = "";
  #artifacts: ArtifactServer | undefined;

  private constructor() {
    this.layout = sandboxLayout(mkdtempSync(join(tmpdir(), "data-plane-")));
    this.store = new ResourceStore(this.layout.resources);
  }

  static async start(): Promise<TestCluster> {
    const cluster = new TestCluster();
    cluster.#artifacts = await startArtifactServer(cluster.layout.artifacts, 64 + Math.floor(Math.random() * 160));
    cluster.settings.block = cluster.#artifacts.block;
    const launcher = `#!/bin/sh\nexec '${process.execPath}' '${join(__dirname, "fake-agent.mjs")}' "$@"\n`;
    cluster.agentSha256 = cluster.publish("agent.exe", "MZ agent", launcher);
    cluster.programSha256 = cluster.publish("orders.exe", "MZ orders", "orders for this computer");
    cluster.plane = cluster.newPlane();
    await cluster.plane.start();
    return cluster;
  }

  newPlane(): SandboxDataPlane {
    return createDataPlane({
      layout: this.layout,
      settings: this.settings,
      store: this.store,
      log: (line) => this.log.push(line),
      agentFile: () => this.hostFile(this.agentSha256),
    });
  }

  /** What the daemon's end and a new start are for the data plane. */
  async restart(): Promise<void> {
    await this.plane.stop();
    this.plane = this.newPlane();
    await this.plane.start();
  }

  async end(): Promise<void> {
    await this.plane.stop();
    await this.#artifacts?.close();
    rmSync(this.layout.folder, { recursive: true, force: true });
  }

  publish(fileName: string, windows: string, host: string): string {
    const hostName = fileName.replace(/\.exe$/, "");
    const sha256 = this.#file(fileName, windows);
    this.settings.artifacts[sha256] = {
      fileName,
      sha256,
      host: { fileName: hostName, sha256: this.#file(hostName, host) },
    };
    return sha256;
  }

  hostFile(windowsSha256: string): string {
    const { host } = this.settings.artifacts[windowsSha256]!;
    return join(this.layout.artifacts, host.sha256, host.fileName);
  }

  url(sha256: string): string {
    return artifactUrl(this.settings.block, sha256, this.settings.artifacts[sha256]!.fileName);
  }

  agentSpec({ version = "1.0.0", environment = {} }: ScaleSetShape = {}): AgentSpec {
    return {
      schemaVersion: 1,
      service: {
        name: "orders",
        displayName: "Orders",
        description: "",
        version,
        port: PORT,
        arguments: ["--listen", "${WINDOWS_HA_ADDRESS}"],
        environment,
      },
      artifacts: [{ os: "windows", arch: "amd64", url: this.url(this.programSha256), sha256: this.programSha256 }],
      health: { path: "/health", intervalSeconds: 1, timeoutSeconds: 1, consecutiveSuccesses: 1, deadlineSeconds: 10 },
      stop: { drainSeconds: 0, stopSeconds: 1, killSeconds: 1 },
      releasesToKeep: 3,
    };
  }

  installExtension(shape: ScaleSetShape = {}): Record<string, unknown> {
    const agentSha256 = shape.agentSha256 ?? this.agentSha256;
    const specJson = agentSpecText(this.agentSpec(shape));
    return {
      name: "service-install",
      publisher: "Microsoft.Compute",
      type: "CustomScriptExtension",
      typeHandlerVersion: "1.10",
      settings: { fileUris: [this.url(this.agentSha256)] },
      protectedSettings: { commandToExecute: renderInstallCommand({ agentFile: "agent.exe", agentSha256, specJson }) },
    };
  }

  scaleSet(shape: ScaleSetShape = {}): StoredResource {
    const health = {
      name: "application-health",
      publisher: "Microsoft.ManagedServices",
      type: "ApplicationHealthWindows",
      typeHandlerVersion: "2.0",
      settings: {
        protocol: "http",
        port: PORT,
        requestPath: "/health",
        intervalInSeconds: 0.05,
        numberOfProbes: 2,
        gracePeriod: 0.3,
      },
    };
    const ipConfiguration = {
      name: "primary",
      subnet: { id: SUBNET },
      loadBalancerBackendAddressPools: [{ id: POOL }],
      applicationSecurityGroups: (shape.applicationSecurityGroups ?? []).map((id) => ({ id })),
    };
    return {
      id: `${GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/orders`,
      type: "azure-native:compute:VirtualMachineScaleSet",
      name: "orders",
      inputs: {
        sku: { name: "Standard_D2s_v5", capacity: shape.capacity ?? 3 },
        zones: ["1", "2", "3"],
        upgradePolicy: shape.upgradePolicy ?? {
          mode: "Rolling",
          rollingUpgradePolicy: {
            maxBatchInstancePercent: 33,
            maxUnhealthyInstancePercent: 34,
            maxUnhealthyUpgradedInstancePercent: 34,
            pauseTimeBetweenBatches: "PT1M",
          },
        },
        virtualMachineProfile: {
          ...(shape.terminateNotice
            ? {
                scheduledEventsProfile: {
                  terminateNotificationProfile: { enable: true, notBeforeTimeout: shape.terminateNotice },
                },
              }
            : {}),
          osProfile: { computerNamePrefix: "orders" },
          networkProfile: {
            networkInterfaceConfigurations: [{ name: "primary", primary: true, ipConfigurations: [ipConfiguration] }],
          },
          extensionProfile: { extensions: shape.extensions ?? [this.installExtension(shape), health] },
        },
      },
      outputs: {},
    };
  }

  /** Puts the scale set as the control plane does: into the store when it has come to be. */
  async put(shape: ScaleSetShape = {}): Promise<void> {
    const desired = this.scaleSet(shape);
    this.store.put(desired);
    await this.plane.putMachines(desired);
  }

  /** An internal load balancer before the machines. @returns its address */
  putBalancer(shape: BalancerShape = {}): string {
    const id = POOL.replace(/\/backendAddressPools.*/, "");
    const address = this.plane.allocateAddress(`${id}/frontendIPConfigurations/clients`);
    const frontEnd = { name: "clients", subnet: { id: SUBNET } };
    this.store.put({
      id,
      type: "azure-native:network:LoadBalancer",
      name: "lb",
      inputs: {
        frontendIPConfigurations: [frontEnd],
        backendAddressPools: [{ name: "machines" }],
        probes: [
          {
            name: "ready",
            protocol: "Http",
            port: PORT,
            requestPath: "/ready",
            intervalInSeconds: shape.intervalInSeconds ?? 0.1,
            probeThreshold: shape.probeThreshold ?? 2,
            ...shape.probe,
          },
        ],
        loadBalancingRules: [
          {
            name: "http",
            protocol: "Tcp",
            frontendPort: FRONT_END_PORT,
            backendPort: PORT,
            frontendIPConfiguration: { id: `${id}/frontendIPConfigurations/clients` },
            backendAddressPool: { id: POOL },
            probe: { id: `${id}/probes/ready` },
            loadDistribution: "Default",
            idleTimeoutInMinutes: 4,
            enableTcpReset: true,
            ...shape.rule,
          },
        ],
      },
      outputs: { frontendIPConfigurations: [{ ...frontEnd, privateIPAddress: address }] },
    });
    return address;
  }

  /** A network with a firewall on the machines' subnet. */
  putNetwork(securityRules: Partial<SecurityRuleInputs>[]): void {
    const network = SUBNET.replace(/\/subnets.*/, "");
    const group = `${GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg`;
    const put = (id: string, type: string, inputs: Record<string, unknown>) =>
      this.store.put({ id, type: `azure-native:network:${type}`, name: id.split("/").at(-1)!, inputs, outputs: {} });
    put(group, "NetworkSecurityGroup", { securityRules });
    put(network, "VirtualNetwork", { addressSpace: { addressPrefixes: ["10.20.0.0/16"] } });
    put(SUBNET, "Subnet", { addressPrefix: "10.20.0.0/22", networkSecurityGroup: { id: group } });
  }

  root(machine: string): string {
    return join(this.layout.machines, machine, "root");
  }

  /** Makes a machine not ready, frozen … by a file that the fake service looks for. */
  mark(machine: string, what: "not-ready" | "frozen", on = true): void {
    const file = join(this.root(machine), what);
    if (on) writeFileSync(file, "");
    else rmSync(file);
  }

  names(): string[] {
    return this.plane.machines().map(({ name }) => name);
  }

  versions(): (string | undefined)[] {
    return this.plane.machines().map(({ version }) => version);
  }

  upCount(): number {
    return this.plane.frontEnds()[0]?.backEnds.filter(({ state }) => state === "up").length ?? 0;
  }

  #file(name: string, content: string): string {
    const sha256 = createHash("sha256").update(content).digest("hex");
    mkdirSync(join(this.layout.artifacts, sha256), { recursive: true });
    writeFileSync(join(this.layout.artifacts, sha256, name), content, { mode: 0o755 });
    return sha256;
  }
}
