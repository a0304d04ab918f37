import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { azureNativeProvider, ProfileEffects, ResourceStore } from "../../../../packages/sandbox/src/azure";
import type { SandboxProfile } from "../../../../packages/sandbox/src/azure";
import type {
  CheckRequest,
  CheckResult,
  DiffResult,
  PropertyMap,
  ResourceProviderImplementation,
} from "../../../../packages/sandbox/src/provider";
import { FakeDataPlane } from "./fake-data-plane";
import type { ShortType } from "./valid-inputs";

export const SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000";
export const GROUP = `${SUBSCRIPTION}/resourceGroups/shop`;

const TOKENS: Record<ShortType, string> = {
  group: "azure-native:resources:ResourceGroup",
  identity: "azure-native:managedidentity:UserAssignedIdentity",
  flowLog: "azure-native:network:FlowLog",
  applicationGroup: "azure-native:network:ApplicationSecurityGroup",
  firewall: "azure-native:network:NetworkSecurityGroup",
  network: "azure-native:network:VirtualNetwork",
  subnet: "azure-native:network:Subnet",
  address: "azure-native:network:PublicIPAddress",
  nat: "azure-native:network:NatGateway",
  balancer: "azure-native:network:LoadBalancer",
  scaleSet: "azure-native:compute:VirtualMachineScaleSet",
  vault: "azure-native:keyvault:Vault",
  secret: "azure-native:keyvault:Secret",
  zone: "azure-native:privatedns:PrivateZone",
  link: "azure-native:privatedns:VirtualNetworkLink",
  endpoint: "azure-native:network:PrivateEndpoint",
  zoneGroup: "azure-native:network:PrivateDnsZoneGroup",
  alert: "azure-native:monitor:ActivityLogAlert",
  aks: "azure-native:containerservice:ManagedCluster",
  aksPool: "azure-native:containerservice:AgentPool",
  aksMaintenance: "azure-native:containerservice:MaintenanceConfiguration",
  monitorWorkspace: "azure-native:monitor:AzureMonitorWorkspace",
  ruleAssociation: "azure-native:monitor:DataCollectionRuleAssociation",
  federation: "azure-native:managedidentity:FederatedIdentityCredential",
};

/** An emulated Azure in a temporary folder, spoken to as the engine does it, but without gRPC between. */
export class Harness {
  readonly folder = mkdtempSync(join(tmpdir(), "windows-ha-azure-"));
  readonly storeFile = join(this.folder, "resources.json");
  readonly store = new ResourceStore(this.storeFile);
  readonly dataPlane = new FakeDataPlane();
  readonly provider: ResourceProviderImplementation;

  constructor(profile: SandboxProfile | string = {}) {
    const effects = new ProfileEffects(profile);
    this.provider = azureNativeProvider({
      store: this.store,
      dataPlane: this.dataPlane,
      log: () => {},
      profile: effects,
    });
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  check(type: ShortType, news: PropertyMap, more: Partial<CheckRequest> = {}): CheckResult {
    const request = { olds: {}, news, randomSeed: new Uint8Array(), autonaming: undefined };
    return this.provider.check({ ...this.#subject(type), ...request, ...more });
  }

  diff(type: ShortType, oldInputs: PropertyMap, news: PropertyMap): DiffResult {
    return this.provider.diff({ ...this.#subject(type), id: "", oldInputs, news });
  }

  create(type: ShortType, inputs: PropertyMap, preview = false): Promise<{ id: string; outputs: PropertyMap }> {
    return this.provider.create({ ...this.#subject(type), inputs, preview, signal: new AbortController().signal });
  }

  update(type: ShortType, id: string, news: PropertyMap, preview = false): Promise<{ outputs: PropertyMap }> {
    const state = (this.store.get(id)?.outputs ?? {}) as PropertyMap;
    const { signal } = new AbortController();
    return this.provider.update({ ...this.#subject(type), id, oldInputs: {}, state, news, preview, signal });
  }

  read(
    type: ShortType,
    id: string,
    inputs: PropertyMap = {},
  ): Promise<{ id: string; inputs: PropertyMap; outputs: PropertyMap } | undefined> {
    return this.provider.read({ ...this.#subject(type), id, inputs, state: {} });
  }

  delete(type: ShortType, id: string): Promise<void> {
    return this.provider.delete({ ...this.#subject(type), id, state: {}, signal: new AbortController().signal });
  }

  #subject(type: ShortType): { urn: string; name: string; type: string; connection: string } {
    return {
      urn: `urn:pulumi:dev::shop::${TOKENS[type]}::orders`,
      name: "orders",
      type: TOKENS[type],
      connection: "test",
    };
  }
}

/** What a promise was refused with. */
export async function refusal(work: Promise<unknown>): Promise<Error & { [detail: string]: unknown }> {
  try {
    await work;
  } catch (error) {
    return error as Error & { [detail: string]: unknown };
  }
  throw new Error("nothing was refused");
}
