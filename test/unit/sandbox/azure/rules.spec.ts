import { expect } from "chai";
import { Harness } from "./harness";
import { changed, networkId, securityRule, VALID, type ShortType } from "./valid-inputs";

const PROFILE = "virtualMachineProfile";
const HEALTH = `${PROFILE}.extensionProfile.extensions[1]`;
const INSTALL = VALID.scaleSet.virtualMachineProfile.extensionProfile.extensions[0]!;

/** What is changed, and how Azure's answer begins. */
const REFUSED: [type: ShortType, path: string, value: unknown, answer: RegExp][] = [
  ["firewall", "securityRules[0].priority", 99, /priority: SecurityRuleInvalidPriority: .*Value provided: 99/],
  ["firewall", "securityRules[0].priority", 4097, /SecurityRuleInvalidPriority/],
  [
    "firewall",
    "securityRules[2]",
    securityRule("again", 100),
    /\[2\]\.priority: SecurityRuleConflict: .*again .*probe/,
  ],
  ["firewall", "securityRules[0].destinationPortRange", "80-", /SecurityRuleInvalidPortRange/],
  ["firewall", "securityRules[0].sourceAddressPrefixes", ["10.0.0.0/8"], /exactly one of sourceAddressPrefix/],
  [
    "firewall",
    "securityRules[0]",
    {
      ...securityRule("mixed", 100),
      sourceAddressPrefix: undefined,
      sourceAddressPrefixes: ["10.0.0.0/8", "Internet"],
    },
    /SecurityRuleParameterContainsUnsupportedValue: .*system tags.*Internet/,
  ],
  [
    "firewall",
    "securityRules[0]",
    {
      ...securityRule("nested", 100),
      sourceAddressPrefix: undefined,
      sourceAddressPrefixes: ["10.1.0.0/16", "10.0.0.0/8"],
    },
    /sourceAddressPrefixes\[0\]: OverlappingSubnetsNotPermittedInSecurityRule: .*nested .*10\.1\.0\.0\/16/,
  ],
  ["network", "addressSpace.addressPrefixes", ["10.0.0.1/16"], /InvalidCIDRNotation/],
  [
    "network",
    "subnets",
    [
      { name: "far", addressPrefix: "10.9.0.0/24" },
      { name: "out", addressPrefix: "11.0.0.0/24" },
    ],
    /subnets\[1\]: NetcfgSubnetRangeOutsideVnet/,
  ],
  [
    "network",
    "subnets",
    [
      { name: "a", addressPrefix: "10.0.0.0/23" },
      { name: "b", addressPrefix: "10.0.1.0/24" },
    ],
    /subnets\[1\]: NetcfgSubnetRangesOverlap/,
  ],
  ["subnet", "addressPrefix", "10.0.1.0/30", /NetcfgInvalidSubnet/],
  ["subnet", "addressPrefixes", ["10.0.2.0/24"], /both are given/],
  ["address", "publicIPAllocationMethod", "Dynamic", /StandardSkuPublicIPAddressesMustBeStatic/],
  ["address", "sku.name", "Basic", /sku\.name: IPv4BasicSkuPublicIpCountLimitReached/],
  ["address", "idleTimeoutInMinutes", 31, /4 to 30 minutes, not 31/],
  ["nat", "idleTimeoutInMinutes", 3, /4 to 120 minutes, not 3/],
  ["nat", "", { sku: { name: "Standard" }, zones: ["1", "2"] }, /ResourceCannotHaveMultipleZonesSpecified/],
  ["balancer", "sku.name", "Basic", /sku\.name: .*Standard/],
  ["balancer", "probes[0].intervalInSeconds", 4, /intervalInSeconds: .*5 seconds, not 4/],
  ["balancer", "probes[0].probeThreshold", 101, /probeThreshold: .*1 to 100, not 101/],
  ["balancer", "probes[0].requestPath", undefined, /needs a requestPath/],
  ["balancer", "probes[0].port", 25, /HTTP probes to port 25/],
  [
    "balancer",
    "loadBalancingRules[0].probe.id",
    "$self/probes/gone",
    /probe: InvalidResourceReference: .*gone.*probes: ready/,
  ],
  ["balancer", "loadBalancingRules[0].frontendIPConfiguration", undefined, /frontendIPConfiguration specified/],
  ["balancer", "loadBalancingRules[0].idleTimeoutInMinutes", 101, /4 to 100 minutes/],
  ["balancer", "loadBalancingRules[0].enableFloatingIP", true, /floating IP the ports are the same/],
  [
    "balancer",
    "loadBalancingRules[1]",
    { ...VALID.balancer.loadBalancingRules[0], name: "second", frontendPort: 81 },
    /RulesUseSameBackendPortProtocolAndPool/,
  ],
  ["balancer", "loadBalancingRules[0].protocol", "All", /ports 0 and 0/],
  [
    "balancer",
    "loadBalancingRules[1]",
    { ...VALID.balancer.loadBalancingRules[0], name: "all", protocol: "All", frontendPort: 0, backendPort: 0 },
    /loadBalancingRules\[1\]\.protocol: .*all can't share front end front/,
  ],
  [
    "balancer",
    "frontendIPConfigurations[1]",
    { name: "outside", publicIPAddress: { id: networkId("publicIPAddresses/x") } },
    /public or internal; for both use two/,
  ],
  [
    "flowLog",
    "targetResourceId",
    networkId("networkSecurityGroups/orders-firewall"),
    /NSG flow logs can't be created since 30 June 2025/,
  ],
  ["flowLog", "retentionPolicy.days", 366, /365 days, not 366/],
  [
    "flowLog",
    "flowAnalyticsConfiguration",
    { networkWatcherFlowAnalyticsConfiguration: { enabled: true, trafficAnalyticsInterval: 5 } },
    /10 or 60 minutes, not 5/,
  ],
  ["balancer", "frontendIPConfigurations[0].publicIPAddress", { id: networkId("publicIPAddresses/x") }, /it has both/],
  [
    "balancer",
    "frontendIPConfigurations[0]",
    { name: "front", publicIPAddress: { id: "x" }, zones: ["1"] },
    /LoadBalancerFrontendIPConfigCannotHaveZoneWhenReferencingPublicIPAddress/,
  ],
  ["scaleSet", "orchestrationMode", "Uniform", /"Flexible" only/],
  ["scaleSet", `${PROFILE}.storageProfile.dataDisks`, [{ lun: 0, createOption: "Empty" }], /has no diskSizeGB/],
  ["scaleSet", `${PROFILE}.osProfile.computerNamePrefix`, "orders-web", /computerNamePrefix: .*9 characters/],
  ["scaleSet", `${PROFILE}.osProfile.computerNamePrefix`, "123", /numeric/],
  ["scaleSet", "identity.type", "SystemAssigned", /user-assigned identities only/],
  ["scaleSet", `${PROFILE}.networkProfile.networkApiVersion`, undefined, /2020-11-01 or later; it is missing/],
  ["scaleSet", "platformFaultDomainCount", 2, /'2' of parameter 'platformFaultDomainCount' is not allowed/],
  ["scaleSet", "overprovision", true, /overprovisioned/],
  ["scaleSet", "singlePlacementGroup", true, /single placement group/],
  ["scaleSet", "sku.capacity", 1001, /0 to 1000 machines, not 1001/],
  ["scaleSet", `${HEALTH}.type`, "SomethingElse", /upgradePolicy\.mode: .*health extension/],
  ["scaleSet", `${HEALTH}.settings.protocol`, "udp", /protocol is http, https or tcp, not "udp"/],
  ["scaleSet", `${HEALTH}.settings.intervalInSeconds`, 61, /5 to 60, not 61/],
  ["scaleSet", "upgradePolicy.rollingUpgradePolicy", undefined, /needs a rollingUpgradePolicy/],
  ["scaleSet", "upgradePolicy.rollingUpgradePolicy.maxUnhealthyInstancePercent", 101, /not between 5 and 100/],
  [
    "scaleSet",
    "upgradePolicy.rollingUpgradePolicy.maxUnhealthyInstancePercent",
    20,
    /MaxUnhealthyInstancePercentExceededInRollingUpgrade: 20 % of 3 machines rounds to 0/,
  ],
  [
    "scaleSet",
    "upgradePolicy",
    {
      mode: "Rolling",
      rollingUpgradePolicy: { maxUnhealthyInstancePercent: 34, maxSurge: true },
      automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true },
    },
    /maxSurge: .*only one without the other/,
  ],
  [
    "scaleSet",
    `${PROFILE}.osProfile.windowsConfiguration`,
    { enableAutomaticUpdates: false, patchSettings: { patchMode: "AutomaticByPlatform" } },
    /needs provisionVMAgent and enableAutomaticUpdates/,
  ],
  [
    "scaleSet",
    PROFILE,
    {
      ...VALID.scaleSet.virtualMachineProfile,
      osProfile: {
        ...VALID.scaleSet.virtualMachineProfile.osProfile,
        windowsConfiguration: { patchSettings: { patchMode: "AutomaticByPlatform" } },
      },
      extensionProfile: { extensions: [] },
    },
    /patchMode: .*need the application health extension/,
  ],
  ["alert", "location", "westus", /LocationNotAvailableForResourceType: .*global,westeurope,northeurope/],
  ["alert", "scopes", [], /at least one scope/],
  ["alert", "condition.allOf", [{ field: "level", equals: "Informational" }], /must name the category/],
  ["alert", "condition.allOf", [{ field: "category" }], /either equals or containsAny/],
  ["scaleSet", "automaticRepairsPolicy.gracePeriod", "PT5M", /PT5M is not between PT10M and PT90M/],
  ["scaleSet", `${PROFILE}.osProfile.adminUsername`, "Administrator", /Admin Username specified is not allowed/],
  ["scaleSet", `${PROFILE}.osProfile.adminPassword`, "short-canary", /adminPassword: .*3 of password complexity/],
  [
    "scaleSet",
    `${PROFILE}.extensionProfile.extensions[2]`,
    { ...INSTALL, name: "second" },
    /\[2\]\.type: BadRequest: Multiple VMExtensions/,
  ],
  [
    "scaleSet",
    `${PROFILE}.extensionProfile.extensions[0].settings.commandToExecute`,
    "x",
    /both settings and protectedSettings/,
  ],
  ["scaleSet", `${PROFILE}.extensionProfile.extensions[0].provisionAfterExtensions`, ["gone"], /names gone/],
];

describe("sandbox: what Azure refuses about inputs", () => {
  let azure: Harness;
  before(() => (azure = new Harness()));
  after(() => azure.dispose());

  for (const [type, path, value, answer] of REFUSED) {
    it(`refuses a ${type} with ${path || "a combination"}: ${JSON.stringify(value)}`, () => {
      const inputs = path === "" ? { ...VALID[type], ...(value as object) } : changed(VALID[type], path, value);
      const { failures } = azure.check(type, inputs);
      expect(failures.join("\n")).to.match(answer);
    });
  }

  it("refuses extensions that wait for each other", () => {
    const first = changed(VALID.scaleSet, `${PROFILE}.extensionProfile.extensions[0].provisionAfterExtensions`, [
      "health",
    ]);
    const both = changed(first, `${HEALTH}.provisionAfterExtensions`, ["install"]);
    expect(azure.check("scaleSet", both).failures.join()).to.contain("wait for each other: install, health");
  });

  it("accepts four machines with a quarter unhealthy, and one machine with all of them", () => {
    const limit = "upgradePolicy.rollingUpgradePolicy.maxUnhealthyInstancePercent";
    for (const [capacity, percent] of [
      [4, 25],
      [1, 100],
    ]) {
      const inputs = changed(changed(VALID.scaleSet, "sku.capacity", capacity), limit, percent);
      expect(azure.check("scaleSet", inputs).failures).to.deep.equal([]);
    }
  });

  it("never says a password", () => {
    const inputs = changed(VALID.scaleSet, `${PROFILE}.osProfile.adminPassword`, "short-canary");
    expect(azure.check("scaleSet", inputs).failures.join()).to.not.contain("canary");
  });

  it("reports all that is wrong at once", () => {
    const wrong = changed(
      changed(VALID.balancer, "probes[0].intervalInSeconds", 1),
      "loadBalancingRules[0].frontendPort",
      0,
    );
    expect(azure.check("balancer", wrong).failures).to.have.length(2);
  });
});
