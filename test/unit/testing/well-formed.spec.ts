import * as resources from "@pulumi/azure-native/resources";
import * as pulumi from "@pulumi/pulumi";
import { expectWellFormed, record } from "@windows-ha/testing";
import { expect } from "chai";
import { Site, types } from "./components";
import { failureOf } from "./failure";

const tags = { team: "a", cost: "1" };
const tagged = { values: tags, types: [types.group, types.network] };

/** A component whose body is given, to break one rule at a time. */
class Broken extends pulumi.ComponentResource {
  constructor(body: (self: Broken) => void, { silent = false } = {}) {
    super("test:index:Broken", "shop", {});
    body(this);
    if (!silent) this.registerOutputs();
  }
}

const group = (name: string, opts?: pulumi.CustomResourceOptions) => new resources.ResourceGroup(name, {}, opts);

describe("testing: expectWellFormed", () => {
  it("passes for well-formed components, as update and as preview", async () => {
    for (const preview of [false, true]) {
      expectWellFormed(await record(() => new Site("orders", { tags }), { preview }), { tags: tagged });
    }
  });

  const broken: [string, () => unknown, string][] = [
    ["without a parent", () => new Broken(() => group("shop-group")), '"shop-group" has no parent'],
    [
      "not named after its parent",
      () => new Broken((self) => group("shopping", { parent: self })),
      '"shopping" is not named after its parent; use "shop" or "shop-<role>"',
    ],
    [
      "registered twice",
      () => new Broken((self) => [1, 2].map(() => group("shop", { parent: self }))),
      '"shop" is registered 2 times',
    ],
  ];
  for (const [what, program, finding] of broken) {
    it(`fails for a resource that is ${what}`, async () => {
      const recording = await record(program);
      const message = failureOf(() => expectWellFormed(recording));
      expect(message).to.contain("1 finding(s)").and.to.contain(finding);
    });
  }

  it("fails for a component that never calls registerOutputs", async () => {
    const recording = await record(() => new Broken(() => undefined, { silent: true }));
    expect(failureOf(() => expectWellFormed(recording))).to.contain('"shop" never calls registerOutputs');
  });

  it("fails for a child that lacks tags, and names those", async () => {
    const recording = await record(() => new Site("orders", { tags: { team: "a" } }));
    const message = failureOf(() => expectWellFormed(recording, { tags: tagged }));
    expect(message).to.contain("2 finding(s)").and.to.contain('"orders-network" lacks the tags cost');
  });

  it("lets the test bring resources of its own", async () => {
    const recording = await record(() => [group("existing"), new Site("orders")]);
    expect(failureOf(() => expectWellFormed(recording))).to.contain('"existing" has no parent');
    expectWellFormed(recording, { fixtures: ["existing"] });
  });

  it("reports every finding at once", async () => {
    const recording = await record(
      () => new Broken((self) => [group("a"), group("b", { parent: self })], { silent: true }),
    );
    expect(failureOf(() => expectWellFormed(recording))).to.contain("3 finding(s)");
  });
});
