import { expect } from "chai";
import { expectWellFormed, Template, UNKNOWN, type Recording, type Values } from "@windows-ha/testing";
import { AksCluster, WindowsNodePool, type AksClusterArgs, type WindowsNodePoolArgs } from "windows-ha";
import { attempt, bodyOf, inBothPasses, known, PLACE, recordUpdate, TAGS } from "../support";

const CLUSTER = "azure-native:containerservice:ManagedCluster";
const POOL = "azure-native:containerservice:AgentPool";
const MAINTENANCE = "azure-native:containerservice:MaintenanceConfiguration";
const ROLE = "azure-native:authorization:RoleAssignment";

const cluster =
  (changes: Partial<AksClusterArgs> = {}) =>
  () =>
    new AksCluster("shop", { ...PLACE, ...changes });

const rolesOf = (recording: Recording): Values =>
  Object.fromEntries(
    recording.resources
      .filter(({ type }) => type === ROLE)
      .map(({ name, inputs }) => [name, String(inputs.roleDefinitionId).split("/").at(-1)] as const),
  );

describe("AksCluster", () => {
  inBothPasses(
    "is of the Standard tier, over three zones, with a system pool of Linux of its own",
    cluster(),
    (recording) => {
      const body = bodyOf(recording, CLUSTER);
      expect(body).to.deep.include({ ...PLACE, sku: { name: "Base", tier: "Standard" }, dnsPrefix: "shop" });
      const [system, ...others] = body.agentPoolProfiles as Values[];
      expect(others).to.deep.equal([]);
      expect(system).to.deep.include({
        name: "system",
        mode: "System",
        osType: "Linux",
        count: 3,
        availabilityZones: ["1", "2", "3"],
        nodeTaints: ["CriticalAddonsOnly=true:NoSchedule"],
      });
    },
  );

  inBothPasses("has the network that Windows nodes take", cluster(), (recording) => {
    expect(bodyOf(recording, CLUSTER).networkProfile).to.deep.equal({
      networkPlugin: "azure",
      networkPluginMode: "overlay",
      networkPolicy: "calico",
      loadBalancerSku: "standard",
      outboundType: "managedNATGateway",
      podCidr: "10.244.0.0/16",
      serviceCidr: "10.0.0.0/16",
      dnsServiceIP: "10.0.0.10",
    });
  });

  inBothPasses("knows no local account, and lets in nobody who isn't named", cluster(), (recording) => {
    const body = bodyOf(recording, CLUSTER);
    expect(body).to.deep.include({
      enableRBAC: true,
      disableLocalAccounts: true,
      aadProfile: { managed: true, enableAzureRBAC: true },
      apiServerAccessProfile: { authorizedIPRanges: ["0.0.0.0/32"] },
    });
  });

  inBothPasses(
    "is there for Windows nodes, workload identities, vaults and updates from the start",
    cluster(),
    (recording) => {
      const body = bodyOf(recording, CLUSTER);
      expect(body.windowsProfile).to.include({ adminUsername: "clusteradmin", licenseType: "None" });
      expect(body).to.deep.include({
        oidcIssuerProfile: { enabled: true },
        securityProfile: { workloadIdentity: { enabled: true } },
        autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" },
        addonProfiles: {
          azureKeyvaultSecretsProvider: {
            enabled: true,
            config: { enableSecretRotation: "true", rotationPollInterval: "300s" },
          },
        },
      });
      const windows = recording.resources.filter(({ type }) => type === MAINTENANCE).map(({ inputs }) => inputs);
      expect(windows.map(({ configName }) => String(configName))).to.have.members([
        "aksManagedAutoUpgradeSchedule",
        "aksManagedNodeOSUpgradeSchedule",
      ]);
      expect(windows[0]!.maintenanceWindow).to.deep.equal({
        schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } },
        startTime: "02:00",
        utcOffset: "+00:00",
        durationHours: 4,
      });
    },
  );

  inBothPasses("keeps the Windows password and the kubeconfig as secrets", cluster(), (recording) => {
    const found = Template.of(recording).findResource(CLUSTER);
    expect(found.additionalSecretOutputs).to.deep.equal(["windowsProfile"]);
    expect(found.secretPaths).to.include("windowsProfile.adminPassword");
    const outer = Template.of(recording).findResource("windows-ha:index:AksCluster");
    expect(outer.outputs.kubeconfig).to.equal(known(recording, outer.outputs.kubeconfig));
  });

  inBothPasses("says who issues tokens only when it is known", cluster(), (recording) => {
    const { outputs } = Template.of(recording).findResource("windows-ha:index:AksCluster");
    expect(outputs.oidcIssuerUrl).to.equal(known(recording, "https://issuer.example.com/"));
  });

  it("hands out a kubeconfig without a key: kubelogin proves who one is", async () => {
    const { outputs } = Template.of(await recordUpdate(cluster({ login: "workloadidentity" }))).findResource(
      "windows-ha:index:AksCluster",
    );
    const config = JSON.parse(outputs.kubeconfig as string) as {
      clusters: [{ cluster: Values }];
      users: [{ user: { exec: { command: string; args: string[] } } }];
    };
    expect(config.clusters[0].cluster).to.deep.equal({
      server: "https://orders.example.com:443",
      "certificate-authority-data": "QUJD",
    });
    expect(config.users[0].user.exec.command).to.equal("kubelogin");
    expect(config.users[0].user.exec.args).to.deep.equal([
      "get-token",
      "--login",
      "workloadidentity",
      "--server-id",
      "6dae42f8-4368-4678-94ff-3960e28e3630",
    ]);
  });

  inBothPasses(
    "gives roles: to itself in its subnet, to its nodes in registries, to whoever deploys",
    cluster({
      network: { subnetId: "/subscriptions/s/resourceGroups/g/providers/n/virtualNetworks/v/subnets/nodes" },
      registries: [{ name: "orders", id: "/subscriptions/s/resourceGroups/g/providers/r/registries/orders" }],
    }),
    (recording) => {
      if (recording.preview) {
        expect(Object.keys(rolesOf(recording))).to.have.members(["shop-network", "shop-pulls-orders", "shop-deployer"]);
        return;
      }
      expect(rolesOf(recording)).to.deep.equal({
        "shop-network": "4d97b98b-1d4f-4787-a291-c67834d212e7",
        "shop-pulls-orders": "7f951dda-4ed3-4680-a7ca-43fe172d538d",
        "shop-deployer": "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
      });
      expect(bodyOf(recording, CLUSTER).networkProfile).to.include({ outboundType: "userAssignedNATGateway" });
    },
  );

  inBothPasses("lets Azure find out whether a person deploys or a pipeline", cluster(), (recording) => {
    const role = recording.resources.find(({ name }) => name === "shop-deployer")!;
    expect(role.inputs.principalType, "the SDK's default would be User").to.equal(undefined);
  });

  inBothPasses("is private when asked", cluster({ apiServer: { private: true } }), (recording) => {
    expect(bodyOf(recording, CLUSTER).apiServerAccessProfile).to.deep.equal({
      enablePrivateCluster: true,
      enablePrivateClusterPublicFQDN: false,
      privateDNSZone: "system",
    });
  });

  inBothPasses(
    "leaves the number of system nodes to the autoscaler, and sends metrics by the given rule",
    cluster({ systemPool: { maximum: 9 }, prometheus: { dataCollectionRuleId: "/rule" } }),
    (recording) => {
      const found = Template.of(recording).findResource(CLUSTER);
      expect((found.inputs.agentPoolProfiles as Values[])[0]).to.include({
        enableAutoScaling: true,
        minCount: 3,
        maxCount: 9,
      });
      expect(found.ignoreChanges).to.deep.equal(["agentPoolProfiles[0].count"]);
      expect(bodyOf(recording, "azure-native:monitor:DataCollectionRuleAssociation")).to.deep.include({
        dataCollectionRuleId: "/rule",
        resourceUri: known(recording, "shop_id"),
      });
    },
  );

  inBothPasses(
    "leaves a cluster alone that is there",
    cluster({ location: undefined, tags: undefined, existing: { clusterName: "shared" } }),
    (recording) => {
      expect(recording.resources.filter(({ custom }) => custom).map(({ type }) => type)).to.deep.equal([]);
      const { outputs } = Template.of(recording).findResource("windows-ha:index:AksCluster");
      expect(outputs).to.include({ clusterName: "shared", oidcIssuerUrl: "https://shared.example.com/" });
      expect(outputs.kubeconfig).to.be.a("string").and.not.equal(UNKNOWN);
    },
  );

  inBothPasses("is well formed: parents, and tags on everything that takes them", cluster(), (recording) =>
    expectWellFormed(recording, {
      tags: { values: TAGS, types: [CLUSTER, "azure-native:managedidentity:UserAssignedIdentity"] },
    }),
  );

  it("names everything that is wrong with it, before anything exists", async () => {
    const { failure, registered } = await attempt(
      cluster({ systemPool: { count: 1, size: "Standard_B2s" }, network: { networkPolicy: "cilium" as "calico" } }),
    );
    expect(failure.message).to.include("systemPool.count").and.include("network.networkPolicy");
    expect(registered).to.deep.equal([]);
  });
});

describe("WindowsNodePool", () => {
  const pool =
    (changes: Partial<WindowsNodePoolArgs> = {}) =>
    () =>
      new WindowsNodePool("shop-windows", {
        resourceGroupName: "orders-group",
        clusterName: "shop",
        tags: TAGS,
        ...changes,
      });

  inBothPasses("is a pool of Windows over three zones, for nobody who doesn't tolerate it", pool(), (recording) => {
    expect(bodyOf(recording, POOL)).to.deep.include({
      resourceGroupName: "orders-group",
      resourceName: "shop",
      mode: "User",
      osType: "Windows",
      osSKU: "Windows2022",
      enableFIPS: false,
      count: 3,
      availabilityZones: ["1", "2", "3"],
      osDiskType: "Ephemeral",
      nodeTaints: ["os=windows:NoSchedule"],
      upgradeSettings: { maxSurge: "33%", drainTimeoutInMinutes: 30, nodeSoakDurationInMinutes: 0 },
      tags: TAGS,
    });
  });

  inBothPasses("is there before its predecessor goes, unless its name is given", pool(), async (recording) => {
    const found = Template.of(recording).findResource(POOL);
    expect(found.replaceOnChanges).to.include.members(["osSKU", "vmSize", "maxPods", "availabilityZones"]);
    expect(found.inputs.agentPoolName).to.match(/^win[a-z0-9]{3}$/);
    expect(found.deleteBeforeReplace).to.not.equal(true);
    const other = Template.of(await recordUpdate(pool({ size: "Standard_D8ds_v5" }))).findResource(POOL);
    expect(other.inputs.agentPoolName).not.to.equal(found.inputs.agentPoolName);
    const named = Template.of(await recordUpdate(pool({ poolName: "shop" }))).findResource(POOL);
    expect(named.deleteBeforeReplace).to.equal(true);
  });

  inBothPasses(
    "is Windows 2025 with FIPS, as the SDK's own list has it not, and scaled by what pods ask for",
    pool({ osSku: "Windows2025", autoscale: { maximum: 6 }, labels: { "example.com/tier": "front" } }),
    (recording) => {
      const found = Template.of(recording).findResource(POOL);
      expect(found.inputs).to.deep.include({
        osSKU: "Windows2025",
        enableFIPS: true,
        enableAutoScaling: true,
        minCount: 3,
        maxCount: 6,
        nodeLabels: { "example.com/tier": "front" },
      });
      expect(found.ignoreChanges).to.deep.equal(["count"]);
    },
  );

  it("is never a system pool, nor one of seven characters or an ended Windows: one error says so", async () => {
    const wrong = {
      mode: "System",
      poolName: "windows",
      osSku: "Windows2019",
    } as object as Partial<WindowsNodePoolArgs>;
    const { failure, registered } = await attempt(pool(wrong));
    expect(failure.message).to.include("3 problems").and.include("System pools run Linux");
    expect(registered).to.deep.equal([]);
  });
});
