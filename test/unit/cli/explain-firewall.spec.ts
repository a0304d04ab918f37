import { expect } from "chai";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { runHere, temporaryFolder } from "./support";

const FIXTURES = resolve(__dirname, "fixtures");
/** Of the reference stack, as the engine printed it, cut to the resources that matter here. */
const PREVIEW = join(FIXTURES, "preview.json");
const STATE = join(FIXTURES, "state.json");

interface Document {
  steps?: { op: string; urn: string; newState?: Resource }[];
  deployment?: { resources: Resource[] };
}
interface Resource {
  urn: string;
  id?: string;
  type: string;
  inputs: Record<string, unknown>;
  propertyDependencies?: Record<string, string[]>;
}
interface Profile {
  networkProfile: { networkInterfaceConfigurations: { ipConfigurations: unknown }[] };
}
const read = (file: string): Document => JSON.parse(readFileSync(file, "utf8")) as Document;

describe("windows-ha explain firewall", () => {
  const folder = temporaryFolder();
  const explain = (flow: string, ...files: string[]) =>
    runHere(["explain", "firewall", ...flow.split(" "), ...files], folder());

  /** Writes a document with a change, and returns its path. */
  const changed = (file: string, change: (document: Document) => void): string => {
    const document = read(file);
    change(document);
    const path = join(folder(), "changed.json");
    writeFileSync(path, JSON.stringify(document));
    return path;
  };
  const inputsOf = (document: Document, type: string): Record<string, unknown> =>
    [...(document.deployment?.resources ?? []), ...(document.steps ?? []).map((step) => step.newState!)].find(
      ({ type: token }) => token.startsWith("azure-native:") && token.endsWith(`:${type}`),
    )!.inputs;

  for (const [kind, files] of [
    ["a first preview, in which no id is known yet", ["--preview", PREVIEW]],
    ["an exported state", ["--state", STATE]],
  ] as const) {
    it(`names the rule that lets a flow in, from ${kind}`, async () => {
      const { code, out } = await explain("--from 10.20.0.9 --port 8080", ...files);
      expect(out).to.equal(
        "orders-machines: TCP from 10.20.0.9 to port 8080 is allowed\n" +
          "  orders-firewall (of the subnet): rule allow-clients, priority 3063, Allow\n" +
          "  it is the first rule that matches: sources VirtualNetwork, which hold 10.20.0.9; port 8080; Tcp\n",
      );
      expect(code).to.equal(0);
    });

    it(`names the rule that keeps a flow out, and who could come, from ${kind}`, async () => {
      const { code, out } = await explain("--from 203.0.113.9 --port 8080", ...files);
      expect(out).to.contain("is refused\n").and.to.contain("rule deny-all-inbound, priority 4096, Deny");
      expect(out).to.contain("allow-clients opens this port for VirtualNetwork only");
      expect(code).to.equal(4);
    });
  }

  /** A single machine with an interface of its own, where the scale set stands. */
  const alone = (scaleSet: Resource, networkSecurityGroup?: { id: string }): Resource[] => {
    const { virtualMachineProfile } = scaleSet.inputs as { virtualMachineProfile: Profile };
    const [{ ipConfigurations }] = virtualMachineProfile.networkProfile.networkInterfaceConfigurations as [
      Profile["networkProfile"]["networkInterfaceConfigurations"][0],
    ];
    const part = (type: string, name: string): Pick<Resource, "urn" | "type" | "id"> => ({
      type,
      urn: scaleSet.urn.replace(/[^:$]+:[^:$]+:VirtualMachineScaleSet::.*/, `${type}::${name}`),
      ...(scaleSet.id === undefined ? {} : { id: `${scaleSet.id}-${name}` }),
    });
    const nic: Resource = {
      ...part("azure-native:network:NetworkInterface", "orders-1-nic"),
      inputs: { ipConfigurations, networkSecurityGroup },
      propertyDependencies: { ipConfigurations: scaleSet.propertyDependencies!["virtualMachineProfile"]! },
    };
    const machine: Resource = {
      ...part("azure-native:compute:VirtualMachine", "orders-1"),
      inputs: { networkProfile: { networkInterfaces: [{ id: nic.id ?? "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }] } },
      propertyDependencies: { networkProfile: [nic.urn] },
    };
    return [nic, machine];
  };

  for (const kind of ["a first preview", "an exported state"] as const) {
    it(`answers for single machines by their own interfaces, from ${kind}`, async () => {
      const isPreview = kind === "a first preview";
      const file = changed(isPreview ? PREVIEW : STATE, (document) => {
        const isScaleSet = ({ type }: { type: string }): boolean => type.endsWith(":VirtualMachineScaleSet");
        document.steps = document.steps?.flatMap((step) =>
          isScaleSet(step.newState!)
            ? alone(step.newState!).map((newState) => ({ op: "create", urn: newState.urn, newState }))
            : [step],
        );
        if (document.deployment) {
          const { resources } = document.deployment;
          document.deployment.resources = resources.flatMap((one) => (isScaleSet(one) ? alone(one) : [one]));
        }
      });
      const files = [isPreview ? "--preview" : "--state", file];
      const inside = await explain("--from 10.20.0.9 --port 8080", ...files);
      expect(inside.out).to.match(
        /^orders-1: TCP .* is allowed\n {2}orders-firewall \(of the subnet\): rule allow-clients/,
      );
      expect(inside.code).to.equal(0);
      expect((await explain("--from 203.0.113.9 --port 8080", ...files)).code).to.equal(4);
    });
  }

  it("asks a single machine's own group, and says when the interface isn't in the stack", async () => {
    const closed = { id: "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/theirs" };
    const state = (keepsNic: boolean): string =>
      changed(STATE, (document) => {
        const { resources } = document.deployment!;
        document.deployment!.resources = resources.flatMap((one) =>
          one.type.endsWith(":VirtualMachineScaleSet") ? alone(one, closed).slice(keepsNic ? 0 : 1) : [one],
        );
      });
    expect((await explain("--from 10.20.0.9 --port 8080", "--state", state(true))).out).to.contain(
      "The security group theirs of the interface isn't in this stack",
    );
    const { out, code } = await explain("--from 10.20.0.9 --port 8080", "--state", state(false));
    expect(out).to.contain("The subnet isn't in this stack");
    expect(code).to.equal(4);
  });

  it("looks at the protocol", async () => {
    expect((await explain("--from 10.20.0.9 --port 8080 --protocol udp", "--state", STATE)).code).to.equal(4);
  });

  it("prints the same as data", async () => {
    const { out, code } = await explain("--from 203.0.113.9 --port 8080 --json", "--state", STATE);
    const [one] = JSON.parse(out) as [{ access: string; decidedBy: Record<string, unknown> }];
    expect(code).to.equal(4);
    expect(one.access).to.equal("Deny");
    expect(one.decidedBy).to.include({ securityGroup: "orders-firewall", rule: "deny-all-inbound", priority: 4096 });
  });

  it("answers for the state as a preview would change it", async () => {
    const preview = changed(PREVIEW, (document) => {
      document.steps = document.steps!.filter((step) => step.urn.includes("NetworkSecurityGroup"));
      document.steps[0]!.op = "update";
      const [, clients] = inputsOf(document, "NetworkSecurityGroup")["securityRules"] as Record<string, unknown>[];
      clients!["sourceAddressPrefix"] = "203.0.113.0/24";
    });
    const question = "--from 203.0.113.9 --port 8080";
    expect((await explain(question, "--state", STATE)).code).to.equal(4);
    expect((await explain(question, "--state", STATE, "--preview", preview)).code).to.equal(0);
  });

  it("refuses where machines left the group that the rules are for", async () => {
    const state = changed(STATE, (document) => {
      const text = JSON.stringify(inputsOf(document, "VirtualMachineScaleSet"));
      const [profile] = [JSON.parse(text) as { virtualMachineProfile: object }];
      const left = text.replace(/"applicationSecurityGroups":\[[^\]]*\]/, '"applicationSecurityGroups":[]');
      Object.assign(inputsOf(document, "VirtualMachineScaleSet"), profile, JSON.parse(left));
    });
    expect((await explain("--from 10.20.0.9 --port 8080", "--state", state)).code).to.equal(4);
  });

  it("says what it can't see of a network that isn't in the stack, and takes its ranges", async () => {
    const state = changed(STATE, (document) => {
      const resources = document.deployment!.resources;
      const nsg = resources.find(({ type }) => type.endsWith(":NetworkSecurityGroup")) as Resource;
      document.deployment!.resources = resources.filter(({ type }) => !/:(Subnet|VirtualNetwork)$/.test(type));
      const profile = inputsOf(document, "VirtualMachineScaleSet")["virtualMachineProfile"] as {
        networkProfile: { networkInterfaceConfigurations: Record<string, unknown>[] };
      };
      profile.networkProfile.networkInterfaceConfigurations[0]!["networkSecurityGroup"] = { id: nsg.id!.toUpperCase() };
    });
    const question = "--from 10.7.0.9 --port 8080";
    const without = await explain(question, "--state", state);
    expect(without.code).to.equal(4);
    expect(without.out).to.contain("The subnet isn't in this stack").and.to.contain("--virtual-network");
    const { code, out } = await explain(`${question} --virtual-network 10.7.0.0/16`, "--state", state);
    expect(code).to.equal(0);
    expect(out).to.contain("orders-firewall (of the interface): rule allow-clients");
  });

  it("names a service tag that only Azure can look into", async () => {
    const state = changed(STATE, (document) => {
      const [, clients] = inputsOf(document, "NetworkSecurityGroup")["securityRules"] as Record<string, unknown>[];
      clients!["sourceAddressPrefix"] = "AzureFrontDoor.Backend";
    });
    expect((await explain("--from 10.20.0.9 --port 8080", "--state", state)).out).to.contain(
      "Rule allow-clients names AzureFrontDoor.Backend, whose addresses only Azure knows",
    );
  });

  it("leads from the balancer's port to the machines'", async () => {
    const state = changed(STATE, (document) => {
      const [rule] = inputsOf(document, "LoadBalancer")["loadBalancingRules"] as Record<string, unknown>[];
      rule!["frontendPort"] = 80;
    });
    expect((await explain("--from 10.20.0.9 --port 80", "--state", state)).out).to.contain("ask with --port 8080");
  });

  const WRONG: [title: string, args: string[], code: number, message: RegExp][] = [
    ["no document", [], 2, /give --preview, --state, or both/],
    ["a file that isn't there", ["--state", "gone.json"], 1, /gone\.json can't be read as JSON/],
    ["the wrong kind of document", ["--state", PREVIEW], 1, /has no deployment.*`pulumi stack export`/],
    ["the wrong kind of preview", ["--preview", STATE], 1, /has no steps.*`pulumi preview --json`/],
  ];
  for (const [title, args, code, message] of WRONG) {
    it(`answers ${title} with what to do`, async () => {
      const outcome = await explain("--from 10.0.0.1 --port 80", ...args);
      expect(outcome.err).to.match(message);
      expect(outcome.code).to.equal(code);
    });
  }

  it("says that a preview without changes shows no machines", async () => {
    const preview = changed(PREVIEW, (document) => (document.steps = []));
    const { code, err } = await explain("--from 10.0.0.1 --port 80", "--preview", preview);
    expect(err).to.contain("a preview shows only what changes: give the state too");
    expect(code).to.equal(1);
  });

  for (const [flow, message] of [
    ["--from 10.0.0.300 --port 80", /IPv4 address/],
    ["--from 10.0.0.1 --port 70000", /1 to 65535/],
    ["--from 10.0.0.1 --port 80 --protocol icmp", /tcp or udp/],
  ] as const) {
    it(`refuses ${flow}`, async () => {
      const { code, err } = await explain(flow, "--state", STATE);
      expect(err).to.match(message);
      expect(code).to.equal(2);
    });
  }
});
