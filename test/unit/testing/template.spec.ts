import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import { Capture, Match, record, Template, type Recording } from "@windows-ha/testing";
import { expect } from "chai";
import { Site, types } from "./components";
import { failureOf } from "./failure";

describe("testing: Template", () => {
  let recording: Recording;
  let template: Template;

  before(async () => {
    recording = await record(() => {
      new Site("orders", { tags: { team: "a" } });
      new network.VirtualNetwork(
        "other",
        {
          resourceGroupName: "rg",
          addressSpace: { addressPrefixes: ["10.9.0.0/16"] },
          tags: { token: pulumi.secret("hidden-value") },
        },
        { protect: true },
      );
    });
    template = Template.of(recording);
  });

  it("counts resources by type and lists the types seen when it fails", () => {
    template.resourceCountIs(types.network, 2);
    template.resourceCountIs(types.address, 0);
    const message = failureOf(() => template.resourceCountIs(types.network, 1));
    expect(message).to.contain(`wanted 1 resource of type ${types.network}, seen 2`);
    expect(message).to.contain(`1 × ${types.site}`);
  });

  it("finds inputs by a part of them and whole resources by their options", () => {
    template.hasResourceInputs(types.network, { addressSpace: { addressPrefixes: ["10.0.0.0/16"] } });
    template.hasResource(types.network, { name: "other", protect: true, inputs: { resourceGroupName: "rg" } });
    template.hasResource(types.network, { inputs: { tags: { token: Match.secret("hidden-value") } } });
  });

  it("names the closest resource and each differing path when nothing matches", () => {
    const message = failureOf(() =>
      template.hasResourceInputs(types.network, {
        resourceGroupName: "rg",
        addressSpace: { addressPrefixes: ["10.1.0.0/16"] },
      }),
    );
    expect(message).to.contain('closest is "other"');
    expect(message).to.contain(
      "at addressSpace.addressPrefixes[0]\n      seen:   '10.9.0.0/16'\n      wanted: '10.1.0.0/16'",
    );
    expect(failureOf(() => template.hasResource(types.network, { protect: false, retainOnDelete: true }))).to.match(
      /at protect\n.*true\n.*false\n[^]*at retainOnDelete/,
    );
  });

  it("never shows a secret in a failure", () => {
    for (const wanted of [{ tags: { token: "x" } }, { tags: "x" }, { tags: { token: Match.unknown() } }]) {
      const message = failureOf(() =>
        template.hasResourceInputs(types.network, { ...wanted, resourceGroupName: "rg" }),
      );
      expect(message).to.contain("[secret]").and.not.contain("hidden-value");
      expect(failureOf(() => template.hasResource(types.network, { name: "other", inputs: wanted }))).not.to.contain(
        "hidden-value",
      );
    }
  });

  it("fails for a type that nobody registered, and says which there are", () => {
    expect(failureOf(() => template.hasResourceInputs(types.address, {}))).to.contain(`× ${types.network}`);
    expect(failureOf(() => template.allResourcesInputs(types.address, {}))).to.contain("no resource of type");
  });

  it("checks all resources of a type and lists each that differs", () => {
    template.allResourcesInputs(types.network, { addressSpace: { addressPrefixes: [Match.stringLikeRegexp("/16$")] } });
    const message = failureOf(() => template.allResourcesInputs(types.network, { tags: { team: "a" } }));
    expect(message).to.contain("1 of 2").and.to.contain('"other"').and.not.to.contain('"orders-network"');
  });

  it("counts resources whose inputs match", () => {
    template.resourcePropertiesCountIs(types.network, { tags: { team: "a" } }, 1);
    template.resourcePropertiesCountIs(types.network, { tags: { team: "b" } }, 0);
    expect(failureOf(() => template.resourcePropertiesCountIs(types.network, {}, 1))).to.match(
      /seen 2: ("orders-network", "other"|"other", "orders-network")$/,
    );
    expect(failureOf(() => template.resourcePropertiesCountIs(types.network, { tags: { team: "b" } }, 1))).to.contain(
      "at tags.team",
    );
  });

  it("finds the one resource, and fails for none and for several", () => {
    expect(template.findResource(types.network, { tags: { team: "a" } }).name).to.equal("orders-network");
    expect(template.findResources(types.network).map(({ name }) => name)).to.have.members(["orders-network", "other"]);
    expect(failureOf(() => template.findResource(types.network))).to.match(/wanted one .*, seen 2: .*other/);
    expect(failureOf(() => template.findResource(types.network, { tags: { team: "z" } }))).to.contain("at tags.team");
  });

  it("captures a value of every matching resource, and none of those that do not match", () => {
    const prefixes = new Capture<string>();
    expect(() => prefixes.last()).to.throw("nothing was captured");
    template.hasResourceInputs(types.network, { addressSpace: { addressPrefixes: [prefixes] }, tags: { team: "a" } });
    expect(prefixes.all()).to.deep.equal(["10.0.0.0/16"]);
    template.hasResourceInputs(types.network, { addressSpace: { addressPrefixes: [prefixes] } });
    expect(prefixes.all()).to.have.members(["10.0.0.0/16", "10.0.0.0/16", "10.9.0.0/16"]);
  });

  it("draws the same tree in every run, whatever the order of registration", async () => {
    const tree = [
      `${types.network} other`,
      `${types.site} orders`,
      `  ${types.network} orders-network`,
      `  ${types.group} orders`,
      `  ${types.credentials} orders-credentials`,
      `    ${types.password} orders-credentials`,
    ].join("\n");
    expect(template.tree()).to.equal(tree);
    const reversed = { ...recording, resources: recording.resources.toReversed() };
    expect(Template.of(reversed).tree()).to.equal(tree);
    expect(Template.of(reversed).urns()).to.deep.equal(template.urns());
    expect(template.urns()).to.have.length(6);
  });
});
