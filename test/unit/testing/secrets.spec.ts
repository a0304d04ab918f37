import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { expectNoSecretLeak, expectSecret, record } from "@windows-ha/testing";
import { expect } from "chai";
import { types } from "./components";
import { failureOf } from "./failure";

const canary = "canary-7f3a9b1c5d";
const canaries = { "gossip key": canary };

class Holder extends pulumi.ComponentResource {
  constructor(facts: pulumi.Inputs, outputs: pulumi.Inputs) {
    super("test:index:Holder", "holder", facts);
    this.registerOutputs(outputs);
  }
}

const vnet = (args: Partial<network.VirtualNetworkArgs>, opts?: pulumi.CustomResourceOptions) =>
  new network.VirtualNetwork("net", { resourceGroupName: "rg", ...args }, opts);

describe("testing: expectNoSecretLeak", () => {
  it("passes when the value stands only in secrets, and says where it stands", async () => {
    const recording = await record(() => {
      vnet({ tags: { token: pulumi.secret(canary) }, location: pulumi.secret(`x${canary}`) });
      return { shown: pulumi.secret(canary) };
    });
    const kept = expectNoSecretLeak(recording, { ...canaries, "never used": "canary-of-nothing" });
    expect(kept["gossip key"]).to.have.members([
      'inputs of "net" at tags.token',
      'inputs of "net" at location',
      "stack outputs at shown",
    ]);
    expect(kept["never used"]).to.deep.equal([]);
  });

  const encoded = Buffer.from(`key=${canary}`, "utf16le").toString("base64");
  const leaks: [string, () => unknown, string | RegExp][] = [
    ["an input", () => vnet({ location: canary }), 'inputs of "net" at location (plain)'],
    ["a tag, encoded", () => vnet({ tags: { t: encoded } }), 'inputs of "net" at tags.t (base64 of utf-16le)'],
    ["a property name", () => vnet({ tags: { [canary]: "x" } }), 'property name in inputs of "net" at tags (plain)'],
    ["a resource name", () => new random.RandomId(canary, { byteLength: 4 }), 'options of "[secret]" at name (plain)'],
    [
      "an option",
      () => vnet({}, { ignoreChanges: [`tags.${canary}`] }),
      'options of "net" at ignoreChanges[0] (plain)',
    ],
    ["a component input", () => new Holder({ key: [canary] }, {}), 'inputs of "holder" at key[0] (plain)'],
    [
      "a component output",
      () => new Holder({}, { url: `http://h/?k=${canary}` }),
      'outputs of "holder" at url (plain)',
    ],
    ["a stack output", () => ({ json: JSON.stringify({ canary }) }), "stack outputs at json (plain)"],
    [
      "an id that is looked up",
      () => void network.VirtualNetwork.get("n", `/x/${canary}`),
      "existing resources at [0].id",
    ],
  ];
  for (const [where, program, place] of leaks) {
    it(`finds a value in ${where}, also in a preview, and does not repeat it`, async () => {
      for (const preview of [false, true]) {
        const recording = await record(program, { preview });
        const message = failureOf(() => expectNoSecretLeak(recording, canaries));
        expect(message).to.contain("gossip key").and.to.contain(place).and.not.to.contain(canary);
      }
    });
  }

  it("finds an output that a provider computes from a secret and nobody marks", async () => {
    const program = () => new random.RandomId("id", { byteLength: 4, keepers: { k: pulumi.secret("x") } });
    const recording = await record(program, { outputs: { "random:index/randomId:RandomId": () => ({ hex: canary }) } });
    expect(failureOf(() => expectNoSecretLeak(recording, canaries))).to.contain('outputs of "id" at hex (plain)');
  });

  it("lists every place of every canary at once", async () => {
    const other = "another-canary-42";
    const recording = await record(() => vnet({ location: canary, tags: { a: other, b: canary } }));
    const message = failureOf(() => expectNoSecretLeak(recording, { ...canaries, token: other }));
    expect(message).to.contain("3 secret value(s)");
    expect(message.match(/gossip key: /g)).to.have.length(2);
    expect(message).to.contain('token: inputs of "net" at tags.a');
  });

  it("takes a value as secret that lies inside a secret object", async () => {
    const recording = await record(() => vnet({ tags: pulumi.secret({ deep: canary }) }));
    expectNoSecretLeak(recording, canaries);
  });
});

describe("testing: expectSecret", () => {
  it("passes for a secret value, a value inside a secret, and a secret output", async () => {
    const recording = await record(() => {
      vnet({ tags: { token: pulumi.secret("t") }, addressSpace: pulumi.secret({ addressPrefixes: ["10.0.0.0/8"] }) });
      new Holder({}, { password: pulumi.secret("p") });
    });
    expectSecret(recording, types.network, "tags.token");
    expectSecret(recording, types.network, "addressSpace.addressPrefixes[0]");
    expectSecret(recording, "test:index:Holder", "password", { in: "outputs" });
  });

  it("fails for a value in clear, a value that is not there and a type that is not there", async () => {
    const recording = await record(() => vnet({ tags: { token: "t" } }));
    const failure = (type: string, path: string) => failureOf(() => expectSecret(recording, type, path));
    expect(failure(types.network, "tags.token")).to.contain('"net": inputs at tags.token is in clear');
    expect(failure(types.network, "tags.other")).to.contain('"net": inputs have no tags.other');
    expect(failure(types.address, "tags.token")).to.contain("there is no such resource");
  });

  it("fails when only one of two resources keeps the secret", async () => {
    const recording = await record(() => {
      vnet({ tags: { token: pulumi.secret("t") } });
      new network.VirtualNetwork("other", { resourceGroupName: "rg", tags: { token: "t" } });
    });
    const message = failureOf(() => expectSecret(recording, types.network, "tags.token"));
    expect(message).to.contain('"other"').and.not.to.contain('"net"');
  });
});
