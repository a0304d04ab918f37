import { expect } from "chai";
import type { PropertyMap } from "../../../../packages/sandbox/src/provider";
import { GROUP, Harness, refusal, SUBSCRIPTION } from "./harness";
import { changed, createUpTo, networkId, VALID, type ShortType } from "./valid-inputs";

const SUBNET = networkId("virtualNetworks/orders-network/subnets/machines");
const CLUSTER_ID = `${GROUP}/providers/Microsoft.ContainerService/managedClusters/shop`;
const NETWORK_CONTRIBUTOR = "4d97b98b-1d4f-4787-a291-c67834d212e7";

/** A network with a way out, and the right to join nodes to it. */
async function placeFor(azure: Harness): Promise<void> {
  const { identity } = await createUpTo(azure, "subnet");
  const { principalId } = azure.store.get(identity)!.outputs as { principalId: string };
  const roleDefinitionId = `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${NETWORK_CONTRIBUTOR}`;
  azure.store.put({
    id: `${SUBNET}/providers/Microsoft.Authorization/roleAssignments/1`,
    type: "azure-native:authorization:RoleAssignment",
    name: "1",
    inputs: { scope: SUBNET, principalId, roleDefinitionId },
    outputs: {},
  });
}

const failures = (azure: Harness, type: ShortType, path: string, value: unknown): string =>
  azure.check(type, changed(VALID[type] as PropertyMap, path, value)).failures.join("\n");

describe("sandbox: clusters of Kubernetes", () => {
  let azure: Harness;
  beforeEach(() => (azure = new Harness()));
  afterEach(() => azure.dispose());

  it("are created with their pools, and say who issues the pods' tokens and who the nodes are", async () => {
    await placeFor(azure);
    const { id, outputs } = await azure.create("aks", VALID.aks);
    expect(id).to.equal(CLUSTER_ID);
    expect(outputs).to.deep.include({ nodeResourceGroup: "MC_shop_shop_westeurope" });
    expect((outputs["oidcIssuerProfile"] as { issuerURL: string }).issuerURL).to.match(/^https:\/\/westeurope\./);
    expect(outputs["identityProfile"]).to.have.nested.property("kubeletidentity.objectId");
    expect(JSON.stringify(azure.store.get(id)), "Azure never returns it").not.to.include("Correct-horse");
    await azure.create("aksPool", VALID.aksPool);
    await azure.create("aksMaintenance", VALID.aksMaintenance);
    await azure.create("federation", VALID.federation);
  });

  it("answer with the address and the authority of their API server, and that one signs in by Microsoft Entra ID", async () => {
    await placeFor(azure);
    const { id } = await azure.create("aks", VALID.aks);
    const kubeconfig = async (): Promise<string> => {
      const token = "azure-native:containerservice:listManagedClusterUserCredentials";
      const args = { resourceGroupName: "shop", resourceName: "shop", format: "exec" };
      const { kubeconfigs } = (await azure.provider.invoke(token, args, "1")) as { kubeconfigs: [{ value: string }] };
      return Buffer.from(kubeconfigs[0].value, "base64").toString("utf8");
    };
    expect(await kubeconfig(), "none runs").to.include("server: https://shop.sandbox.invalid:443\n");
    azure.dataPlane.apiServers.set(id, { server: "https://127.100.1.9:6443", authority: "PEM" });
    expect(await kubeconfig())
      .to.include("server: https://127.100.1.9:6443\n")
      .and.include(`certificate-authority-data: ${Buffer.from("PEM").toString("base64")}\n`)
      .and.include("command: kubelogin\n");
  });

  it("have the data plane follow them and their pools, and end with them", async () => {
    await placeFor(azure);
    const { id } = await azure.create("aks", VALID.aks);
    await azure.create("aksPool", VALID.aksPool);
    expect(azure.dataPlane.calls.filter((call) => call.startsWith("put"))).to.deep.equal(["put shop", "put shop"]);
    await azure.delete("aks", id);
    expect(azure.dataPlane.calls).to.include("delete shop");
  });

  /** What is planted, where, and what is said. */
  const PLANTED: readonly [string, ShortType, string, unknown, RegExp][] = [
    [
      "a system pool of Windows",
      "aksPool",
      "mode",
      "System",
      /mode: InvalidParameter: A System agent pool must run Linux/,
    ],
    [
      "a Windows pool with seven characters",
      "aksPool",
      "agentPoolName",
      "windows",
      /1 to 6 lowercase letters and digits/,
    ],
    ["an ended Windows", "aksPool", "osSKU", "Windows2019", /Windows2019 .*is retired/],
    ["Windows 2025 without FIPS", "aksPool", "osSKU", "Windows2025", /need enableFIPS: true/],
    ["Windows on ARM", "aksPool", "vmSize", "Standard_D4pds_v5", /ARM sizes run Linux only/],
    ["a Linux with Windows' name", "aksPool", "osSKU", "Ubuntu", /Ubuntu doesn't go with the OS type Windows/],
    ["too many pods", "aksPool", "maxPods", 251, /maxPods is 10 to 250, not 251/],
    ["an autoscaler without limits", "aksPool", "enableAutoScaling", true, /needs minCount and maxCount/],
    ["a taint in no form", "aksPool", "nodeTaints", ["os"], /A taint is written key=value/],
    [
      "a drain of two days",
      "aksPool",
      "upgradeSettings.drainTimeoutInMinutes",
      2880,
      /drainTimeoutInMinutes is 1 to 1440/,
    ],
    ["no system pool", "aks", "agentPoolProfiles[0].mode", "User", /at least one System agent pool with Linux/],
    ["a small system pool", "aks", "agentPoolProfiles[0].vmSize", "Standard_B2s", /at least 4 processors/],
    ["Cilium without its data plane", "aks", "networkProfile.networkPolicy", "cilium", /needs networkDataplane cilium/],
    [
      "pods over services",
      "aks",
      "networkProfile.serviceCidr",
      "10.244.0.0/20",
      /10\.244\.0\.0\/20 overlaps 10\.244\.0\.0\/16/,
    ],
    ["DNS outside", "aks", "networkProfile.dnsServiceIP", "10.99.0.10", /must lie in 10\.100\.0\.0\/16/],
    [
      "ranges of a private cluster",
      "aks",
      "apiServerAccessProfile",
      { enablePrivateCluster: true, authorizedIPRanges: ["203.0.113.7/32"] },
      /private cluster takes no authorized IP ranges/,
    ],
    [
      "local accounts off without Entra",
      "aks",
      "aadProfile",
      undefined,
      /only with a managed Microsoft Entra integration/,
    ],
    ["workload identity without an issuer", "aks", "oidcIssuerProfile", undefined, /needs oidcIssuerProfile\.enabled/],
    ["a short password", "aks", "windowsProfile.adminPassword", "Short-1234", /at least 14 characters/],
    [
      "a name of its own for maintenance",
      "aksMaintenance",
      "configName",
      "weekends",
      /is called default, aksManagedAutoUpgradeSchedule/,
    ],
    ["a window of an hour", "aksMaintenance", "maintenanceWindow.durationHours", 1, /durationHours is 4 to 24/],
    [
      "metrics by no rule",
      "ruleAssociation",
      "dataCollectionRuleId",
      undefined,
      /either a data collection rule or a data collection endpoint/,
    ],
    [
      "metrics by two ways",
      "ruleAssociation",
      "dataCollectionEndpointId",
      "/subscriptions/s/endpoint",
      /either a data collection rule or a data collection endpoint/,
    ],
    ["an issuer without TLS", "federation", "issuer", "http://issuer.example.com", /https address/],
  ];
  for (const [title, type, path, value, expected] of PLANTED) {
    it(`refuse in a preview: ${title}`, () => {
      expect(failures(azure, type, path, value)).to.match(expected);
    });
  }

  it("take Windows 2025 with FIPS, which the SDK's list lacks, but no other unknown system", () => {
    const newer = changed(changed(VALID.aksPool as PropertyMap, "osSKU", "Windows2025"), "enableFIPS", true);
    expect(azure.check("aksPool", newer).failures).to.deep.equal([]);
    expect(failures(azure, "aksPool", "osSKU", "Windows2031")).to.include("osSKU");
  });

  it("have a resource group for their nodes with a name of at most 80 characters", async () => {
    await placeFor(azure);
    const long = changed(VALID.aks as PropertyMap, "resourceName", "s".repeat(63));
    const { message } = await refusal(azure.create("aks", long));
    expect(message).to.include("MC_shop_sss").and.include("maximum length is 80");
    await azure.create("aks", changed(long, "nodeResourceGroup", "shop-nodes"));
  });

  it("send metrics by the rule that comes with a workspace, or one that is there", async () => {
    await placeFor(azure);
    await azure.create("aks", VALID.aks);
    const { outputs } = await azure.create("monitorWorkspace", VALID.monitorWorkspace);
    const { dataCollectionRuleResourceId: rule } = outputs["defaultIngestionSettings"] as Record<string, string>;
    expect(rule).to.match(
      /\/resourceGroups\/MA_shop-metrics_westeurope_managed\/.*\/dataCollectionRules\/shop-metrics$/,
    );
    const { id } = await azure.create("ruleAssociation", { ...VALID.ruleAssociation, dataCollectionRuleId: rule! });
    expect(id).to.equal(`${CLUSTER_ID}/providers/Microsoft.Insights/dataCollectionRuleAssociations/shop-metrics`);
    const lost = { ...VALID.ruleAssociation, associationName: "other" };
    expect((await refusal(azure.create("ruleAssociation", lost))).message).to.include("was not found");
    const nowhere = { ...VALID.ruleAssociation, dataCollectionRuleId: rule!, resourceUri: `${CLUSTER_ID}2` };
    expect((await refusal(azure.create("ruleAssociation", nowhere))).message).to.include("shop2");
  });

  it("need the right to join nodes to the subnet, and its gateway", async () => {
    await createUpTo(azure, "subnet");
    expect((await refusal(azure.create("aks", VALID.aks))).message).to.include("subnets/join/action");
    const { message } = await refusal(
      azure.create("aks", changed(VALID.aks as PropertyMap, "networkProfile.outboundType", "managedNATGateway")),
    );
    expect(message).to.include("takes no subnet of yours");
  });

  it("take no Windows pool without a Windows profile, or with another network", async () => {
    await placeFor(azure);
    const { id } = await azure.create("aks", changed(VALID.aks as PropertyMap, "windowsProfile", undefined));
    expect((await refusal(azure.create("aksPool", VALID.aksPool))).message).to.include("Windows profile");
    const { message } = await refusal(azure.update("aks", id, VALID.aks));
    expect(message).to.include("can't be added");
  });

  it("go to the next minor version of Kubernetes, and neither further nor back", async () => {
    await placeFor(azure);
    const of = (version: string): PropertyMap => changed(VALID.aks as PropertyMap, "kubernetesVersion", version);
    const { id } = await azure.create("aks", of("1.34"));
    for (const version of ["1.36", "1.33"]) {
      expect((await refusal(azure.update("aks", id, of(version)))).message).to.include("one minor version at a time");
    }
    await azure.update("aks", id, of("1.35.2"));
    await azure.update("aks", id, of("1.36"));
  });

  it("keep what AKS keeps: networks, policies, and a pool's Windows, size and zones", async () => {
    await placeFor(azure);
    const { id } = await azure.create("aks", VALID.aks);
    for (const [path, value] of [
      ["networkProfile.networkPolicy", "none"],
      ["networkProfile.podCidr", "10.245.0.0/16"],
      ["dnsPrefix", "store"],
    ] as const) {
      const { message } = await refusal(azure.update("aks", id, changed(VALID.aks as PropertyMap, path, value)));
      expect(message).to.include(`Changing property '${path}' is not allowed`);
    }
    await azure.update(
      "aks",
      id,
      changed(VALID.aks as PropertyMap, "autoUpgradeProfile", { upgradeChannel: "stable" }),
    );
    const pool = await azure.create("aksPool", VALID.aksPool);
    for (const [path, value] of [
      ["vmSize", "Standard_D8ds_v5"],
      ["maxPods", 50],
    ] as const) {
      const { message } = await refusal(
        azure.update("aksPool", pool.id, changed(VALID.aksPool as PropertyMap, path, value)),
      );
      expect(message).to.include(`Changing property '${path}' is not allowed`);
    }
    await azure.update("aksPool", pool.id, changed(VALID.aksPool as PropertyMap, "count", 5));
  });
});
