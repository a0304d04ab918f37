import { expect } from "chai";
import type { Effect } from "@windows-ha/report";
import { updating } from "./support";

type Inputs = Record<string, unknown>;
const rolling = (more: Inputs = {}): Inputs => ({
  upgradePolicy: { mode: "Rolling" },
  sku: { name: "a", capacity: 3 },
  ...more,
});
const profile = (more: Inputs): Inputs => rolling({ virtualMachineProfile: more });
const SCALE_SET = "compute:VirtualMachineScaleSet";

/** Type, inputs before and after, what it does. */
const CASES: [type: string, before: Inputs, after: Inputs, effect: Effect][] = [
  [
    SCALE_SET,
    profile({ storageProfile: { imageReference: { sku: "a" } } }),
    profile({ storageProfile: { imageReference: { sku: "b" } } }),
    "rolls",
  ],
  [SCALE_SET, profile({ osProfile: { customData: "a" } }), profile({ osProfile: { customData: "b" } }), "rolls"],
  [
    SCALE_SET,
    profile({}),
    profile({ applicationProfile: { galleryApplications: [{ packageReferenceId: "x" }] } }),
    "rolls",
  ],
  [SCALE_SET, rolling(), rolling({ sku: { name: "b", capacity: 3 } }), "rolls"],
  [SCALE_SET, rolling(), rolling({ sku: { name: "a", capacity: 4 } }), "inPlace"],
  [SCALE_SET, rolling({ tags: { a: "1" } }), rolling({ tags: { a: "2" } }), "none"],
  [
    SCALE_SET,
    profile({ osProfile: { adminUsername: "a" } }),
    profile({ osProfile: { adminUsername: "b" } }),
    "refused",
  ],
  [SCALE_SET, rolling({ orchestrationMode: "Uniform" }), rolling({ orchestrationMode: "Flexible" }), "refused"],
  [SCALE_SET, rolling({ somethingNew: 1 }), rolling({ somethingNew: 2 }), "unknown"],
  ["compute:VirtualMachine", { hardwareProfile: { vmSize: "a" } }, { hardwareProfile: { vmSize: "b" } }, "interrupts"],
  ["compute:VirtualMachine", { osProfile: { customData: "a" } }, { osProfile: { customData: "b" } }, "refused"],
  ["compute:VirtualMachine", { tags: {} }, { tags: { a: "b" } }, "none"],
  [
    "compute:VirtualMachineRunCommand",
    { parameters: [{ name: "v", value: "1" }] },
    { parameters: [{ name: "v", value: "2" }] },
    "rolls",
  ],
  [
    "network:LoadBalancer",
    { probes: [{ name: "p", intervalInSeconds: 5 }] },
    { probes: [{ name: "p", intervalInSeconds: 10 }] },
    "inPlace",
  ],
  [
    "network:LoadBalancer",
    { loadBalancingRules: [{ name: "r", frontendPort: 80 }] },
    { loadBalancingRules: [{ name: "r", frontendPort: 81 }] },
    "interrupts",
  ],
  [
    "network:LoadBalancer",
    { frontendIPConfigurations: [{ name: "f", zones: ["1"] }] },
    { frontendIPConfigurations: [{ name: "f", zones: ["1", "2"] }] },
    "refused",
  ],
  ["network:NetworkSecurityGroup", { securityRules: [] }, { securityRules: [{ name: "r" }] }, "inPlace"],
  ["network:Subnet", { addressPrefix: "10.0.0.0/28" }, { addressPrefix: "10.0.0.0/27" }, "refused"],
  ["network/v20240501:Subnet", { addressPrefix: "10.0.0.0/28" }, { addressPrefix: "10.0.0.0/27" }, "refused"],
  ["storage:StorageAccount", { publicNetworkAccess: "Enabled" }, { publicNetworkAccess: "Disabled" }, "inPlace"],
  ["keyvault:Secret", { properties: { contentType: "a" } }, { properties: { contentType: "b" } }, "inPlace"],
  ["web:WebApp", { kind: "app" }, { kind: "functionapp" }, "unknown"],
  ["web:WebApp", { tags: {} }, { tags: { a: "1" } }, "none"],
];

describe("what a change does to what runs", () => {
  for (const [type, before, after, effect] of CASES) {
    it(`${effect}: ${type}, ${JSON.stringify(before)} → ${JSON.stringify(after)}`, () => {
      const [change] = updating(type, before, after).changes;
      expect(change!.effect, change!.why).to.equal(effect);
    });
  }

  for (const mode of ["Manual", undefined]) {
    it(`doesn't say that machines roll with the upgrade mode ${mode}`, () => {
      const inputs = (size: string): Inputs => ({ upgradePolicy: { mode }, sku: { name: size, capacity: 3 } });
      const { changes, rollouts, interruptions } = updating(SCALE_SET, inputs("a"), inputs("b"));
      expect(changes[0]!.effect).to.equal("unknown");
      expect(changes[0]!.why).to.contain("keeps the former model until somebody upgrades it");
      expect(rollouts.map(({ leastInService }) => leastInService)).to.deep.equal([undefined]);
      expect(interruptions.map(({ certainty }) => certainty)).to.include("possible");
    });
  }

  it("takes the worst of what is in a branch that changes as a whole", () => {
    const { changes } = updating(
      "network:LoadBalancer",
      { frontendIPConfigurations: "[secret]" },
      { frontendIPConfigurations: [] },
    );
    expect(changes[0]!.effect).to.equal("refused");
  });

  it("doesn't judge other clouds", () => {
    const { changes, interruptions, verdict } = updating("web:WebApp", { a: 1 }, { a: 2 });
    expect(changes[0]!.effect).to.equal("unknown");
    expect(interruptions[0]).to.include({ certainty: "possible", why: "nothing here knows whom it serves" });
    expect(verdict).to.equal("1 update: an interruption can't be ruled out.");
  });
});
