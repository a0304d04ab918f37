import { expect } from "chai";
import { largestBody } from "./support/emitted";
import { examine } from "./support/examine";
import type { Finding } from "./support/model-reader";
import { changeAt, keysOf } from "./support/path";

interface Mistake {
  title: string;
  type: string;
  /** Where it is planted. */
  at: string;
  /** What stands there then; nothing at all if undefined. */
  value: unknown;
  /** Where it is found; the client library itself names none. */
  path: string;
  rule: Finding["rule"];
}

const SCALE_SET = "azure-native:compute:VirtualMachineScaleSet";
const SECURITY_GROUP = "azure-native:network:NetworkSecurityGroup";
const BALANCER = "azure-native:network:LoadBalancer";
const ADDRESS = "azure-native:network:PublicIPAddress";

const SUBNET = "azure-native:network:Subnet";

const MISTAKES: readonly Mistake[] = [
  {
    title: "a property that Azure doesn't have",
    type: BALANCER,
    at: "probes[0].treshold",
    value: 2,
    path: "probes[0].treshold",
    rule: "unknown",
  },
  {
    title: "a property of Azure at another resource",
    type: ADDRESS,
    at: "securityRules",
    value: [],
    path: "securityRules",
    rule: "unknown",
  },
  {
    title: "nested properties where azure-native flattens them",
    type: SECURITY_GROUP,
    at: "securityRules[0]",
    value: { name: "allow", properties: { access: "Allow" } },
    path: "securityRules[0].properties",
    rule: "unknown",
  },
  {
    title: "flattened properties where azure-native nests them",
    type: SCALE_SET,
    at: "virtualMachineProfile.storageProfile.osDisk",
    value: { createOption: "FromImage", storageAccountType: "Premium_LRS" },
    path: "virtualMachineProfile.storageProfile.osDisk.storageAccountType",
    rule: "unknown",
  },
  {
    title: "a property one level too high",
    type: SCALE_SET,
    at: "osProfile",
    value: { computerNamePrefix: "orders" },
    path: "osProfile",
    rule: "unknown",
  },
  {
    title: "text for a number",
    type: SECURITY_GROUP,
    at: "securityRules[0].priority",
    value: "100",
    path: "",
    rule: "refused",
  },
  { title: "a number for text", type: BALANCER, at: "probes[0].requestPath", value: 8080, path: "", rule: "refused" },
  { title: "one item for a list", type: SCALE_SET, at: "zones", value: "1", path: "", rule: "refused" },
  {
    title: "a list for an object",
    type: SCALE_SET,
    at: "upgradePolicy",
    value: [{ mode: "Rolling" }],
    path: "upgradePolicy",
    rule: "lost",
  },
  {
    title: "a required property left out",
    type: SECURITY_GROUP,
    at: "securityRules[0].direction",
    value: undefined,
    path: "securityRules[0].direction",
    rule: "missing",
  },
  {
    title: "a required property left out, on which the client insists too",
    type: SCALE_SET,
    at: "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0].name",
    value: undefined,
    path: "",
    rule: "refused",
  },
  {
    title: "a missing part of the resource's path",
    type: SUBNET,
    at: "virtualNetworkName",
    value: undefined,
    path: "",
    rule: "refused",
  },
  {
    title: "a number that is too large",
    type: SCALE_SET,
    at: "upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent",
    value: 101,
    path: "upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent",
    rule: "constraint",
  },
  {
    title: "a number that is too small",
    type: SCALE_SET,
    at: "upgradePolicy.rollingUpgradePolicy.maxUnhealthyInstancePercent",
    value: 4,
    path: "upgradePolicy.rollingUpgradePolicy.maxUnhealthyInstancePercent",
    rule: "constraint",
  },
  {
    title: "a value that the enumeration lacks",
    type: SECURITY_GROUP,
    at: "securityRules[0].access",
    value: "Permit",
    path: "securityRules[0].access",
    rule: "value",
  },
  {
    title: "an exempt property with a value that isn't exempt",
    type: ADDRESS,
    at: "sku.name",
    value: "StandardV3",
    path: "sku.name",
    rule: "value",
  },
  {
    title: "a property that only Azure sets",
    type: BALANCER,
    at: "provisioningState",
    value: "Succeeded",
    path: "provisioningState",
    rule: "read-only",
  },
];

describe("a mistake in a body that a program declares", function () {
  this.timeout(60_000);

  for (const { title, type, at, value, path, rule } of MISTAKES) {
    it(`is caught: ${title}`, async () => {
      const resource = await largestBody(type);
      changeAt(resource.inputs, keysOf(at), () => value);
      const { findings } = await examine(resource);
      expect(findings.map((finding) => ({ path: finding.path, rule: finding.rule }))).to.deep.include({ path, rule });
    });
  }

  it("is caught in a type that nobody has described", async () => {
    const resource = { type: "azure-native:network:Bastion", name: "bastion", inputs: {} };
    const failure = await examine(resource).catch((error: unknown) => error as Error);
    expect((failure as Error).message).to.match(/azure-native:network:Bastion has no row in .*operations\.ts/);
  });
});
