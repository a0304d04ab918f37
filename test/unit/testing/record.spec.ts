import * as network from "@pulumi/azure-native/network";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  mockNameSuffix,
  promiseOf,
  record,
  recordBoth,
  Template,
  UNKNOWN,
  type RecordedResource,
} from "@windows-ha/testing";
import { expect } from "chai";
import { Site, types } from "./components";

const urnOf = (resources: RecordedResource[], name: string, type?: string): string =>
  resources.find((resource) => resource.name === name && (type === undefined || resource.type === type))?.urn ?? "none";

describe("testing: record", () => {
  it("lists every resource with the URN that the engine gives, all ancestors' types included", async () => {
    const { resources } = await record(() => new Site("orders"), { project: "shop", stack: "dev" });
    expect(resources.map((resource) => resource.urn)).to.have.members([
      "urn:pulumi:dev::shop::test:index:Site::orders",
      "urn:pulumi:dev::shop::test:index:Site$azure-native:resources:ResourceGroup::orders",
      "urn:pulumi:dev::shop::test:index:Site$azure-native:network:VirtualNetwork::orders-network",
      "urn:pulumi:dev::shop::test:index:Site$test:index:Credentials::orders-credentials",
      "urn:pulumi:dev::shop::test:index:Site$test:index:Credentials$random:index/randomPassword:RandomPassword::orders-credentials",
    ]);
  });

  it("records parents, inputs and options", async () => {
    const { resources } = await record(() => new Site("orders"));
    const vnet = Template.of(await record(() => new Site("orders"))).findResource(types.network);
    expect(vnet.parentUrn).to.equal(urnOf(resources, "orders", types.site));
    expect(vnet.inputs.addressSpace).to.deep.equal({ addressPrefixes: ["10.0.0.0/16"] });
    expect(vnet.ignoreChanges).to.deep.equal(["subnets"]);
    expect(vnet.customTimeouts).to.deep.equal({ create: "10m" });
    expect(vnet.dependsOn).to.deep.equal([urnOf(resources, "orders", types.group)]);
    expect(vnet.propertyDependencies).to.deep.equal({ resourceGroupName: [urnOf(resources, "orders", types.group)] });
    expect(vnet.version).to.match(/^3\./);
  });

  it("records every option that decides about a resource's life", async () => {
    const { resources } = await record(() => {
      const provider = new random.Provider("own");
      const first = new random.RandomId("first", { byteLength: 8 });
      new random.RandomId(
        "second",
        { byteLength: 8 },
        {
          provider,
          protect: true,
          retainOnDelete: true,
          deleteBeforeReplace: false,
          replaceOnChanges: ["byteLength"],
          additionalSecretOutputs: ["hex"],
          aliases: [{ name: "former", parent: pulumi.rootStackResource }, "urn:pulumi:stack::project::x:y:Z::older"],
          import: "existing-id",
          dependsOn: [first],
          hooks: {
            afterCreate: [new pulumi.ResourceHook("check", () => undefined)],
            beforeDelete: [new pulumi.ResourceHook("drain", () => undefined)],
            afterUpdate: [() => undefined],
          },
        },
      );
    });
    const second = resources.find((resource) => resource.name === "second");
    expect(second).to.include({
      protect: true,
      retainOnDelete: true,
      deleteBeforeReplace: false,
      importId: "existing-id",
      id: "existing-id",
      provider: urnOf(resources, "own"),
    });
    expect(second?.replaceOnChanges).to.deep.equal(["byteLength"]);
    expect(second?.additionalSecretOutputs).to.deep.equal(["hex"]);
    expect(second?.aliases).to.deep.equal([
      { name: "former", noParent: true },
      { urn: "urn:pulumi:stack::project::x:y:Z::older" },
    ]);
    expect(second?.dependsOn).to.deep.equal([urnOf(resources, "first")]);
    expect(second?.hooks).to.deep.equal({
      afterCreate: ["check"],
      afterUpdate: ["random:index/randomId:RandomId_second_afterUpdate_0"],
      beforeDelete: ["drain"],
    });
    const first = resources.find((resource) => resource.name === "first");
    expect(first).to.include({ protect: undefined, retainOnDelete: undefined, deleteBeforeReplace: undefined });
  });

  it("keeps values of secrets readable and remembers where they stand", async () => {
    const { resources } = await record(
      () =>
        new network.VirtualNetwork("net", {
          resourceGroupName: "rg",
          tags: { plain: "a", hidden: pulumi.secret("b") },
          addressSpace: pulumi.secret({ addressPrefixes: ["10.0.0.0/16"] }),
        }),
    );
    expect(resources[0]?.inputs.tags).to.deep.equal({ plain: "a", hidden: "b" });
    expect(resources[0]?.inputs.addressSpace).to.deep.equal({ addressPrefixes: ["10.0.0.0/16"] });
    expect(resources[0]?.secretPaths).to.deep.equal(["addressSpace", "tags.hidden"]);
  });

  it("makes outputs secret whose input is secret or that additionalSecretOutputs names, as the engine does", async () => {
    const { result } = await record(
      () => {
        const password = new random.RandomPassword("p", { length: 12 });
        const net = new network.VirtualNetwork("net", { resourceGroupName: "rg", location: pulumi.secret("here") });
        return [password.result, net.location, net.name];
      },
      { outputs: { [types.password]: () => ({ result: "s3cret" }) } },
    );
    expect(await Promise.all(result.map((output) => promiseOf<string | undefined>(output)))).to.deep.equal([
      { value: "s3cret", known: true, secret: true },
      { value: "here", known: true, secret: true },
      { value: `net${mockNameSuffix}`, known: true, secret: false },
    ]);
  });

  it("gives ids and physical names in an update, and leaves both unknown in a preview", async () => {
    const { update, preview } = await recordBoth(() => new Site("orders"));
    expect(await promiseOf(update.result.networkId)).to.deep.include({ value: "orders-network_id", known: true });
    expect(await promiseOf(update.result.groupName)).to.deep.include({ value: `orders${mockNameSuffix}`, known: true });
    expect(await promiseOf(preview.result.networkId)).to.deep.include({ value: undefined, known: false });
    expect(preview.preview).to.equal(true);
    const vnet = Template.of(preview).findResource(types.network);
    expect(vnet.inputs.resourceGroupName).to.equal(UNKNOWN);
    expect(vnet.id).to.equal(undefined);
    expect(await promiseOf(preview.result.password)).to.deep.equal({ value: undefined, known: false, secret: true });
  });

  it("takes the physical name from the name input, whatever azure-native calls it", async () => {
    const { result } = await record(() => [
      new network.VirtualNetwork("a", { resourceGroupName: "rg", virtualNetworkName: "vnet-a" }).name,
      new network.PublicIPAddress("b", { resourceGroupName: "rg", publicIpAddressName: "ip-b" }).name,
    ]);
    expect((await Promise.all(result.map((name) => promiseOf(name)))).map(({ value }) => value)).to.deep.equal([
      "vnet-a",
      "ip-b",
    ]);
  });

  it("lets own mocks answer registrations and calls", async () => {
    const recording = await record(
      () => {
        const address = new network.PublicIPAddress("ip", { resourceGroupName: "rg" });
        const subnet = network.getSubnetOutput({ resourceGroupName: "rg", subnetName: "s", virtualNetworkName: "v" });
        return { address: address.ipAddress, id: address.id, prefix: subnet.addressPrefix };
      },
      {
        mocks: {
          newResource: ({ type }) =>
            type === types.address ? { id: "/ip", state: { ipAddress: "203.0.113.7" } } : undefined,
          call: ({ inputs }) => ({ addressPrefix: `prefix of ${inputs.subnetName}` }),
        },
      },
    );
    expect(recording.outputs).to.deep.equal({ address: "203.0.113.7", id: "/ip", prefix: "prefix of s" });
    expect(recording.calls.map((call) => call.token)).to.deep.equal(["azure-native:network:getSubnet"]);
  });

  it("records looked-up resources apart and knows their outputs in a preview too", async () => {
    const { preview } = await recordBoth(() => network.VirtualNetwork.get("existing", "/vnets/old").name, {
      outputs: { [types.network]: () => ({ name: "old" }) },
    });
    expect(preview.resources).to.deep.equal([]);
    expect(preview.reads).to.deep.equal([
      {
        type: types.network,
        name: "existing",
        urn: `urn:pulumi:stack::project::${types.network}::existing`,
        id: "/vnets/old",
      },
    ]);
    expect(await promiseOf(preview.result)).to.deep.include({ value: "old", known: true });
  });

  it("records component outputs and stack outputs with their secrets", async () => {
    const recording = await record(() => ({ site: new Site("orders"), hidden: pulumi.secret("h"), shown: "s" }), {
      outputs: { [types.password]: () => ({ result: "s3cret" }) },
    });
    expect(recording.outputs).to.deep.equal({ hidden: "h", shown: "s" });
    expect(recording.outputSecretPaths).to.deep.equal(["hidden"]);
    const credentials = Template.of(recording).findResource(types.credentials);
    expect(credentials.outputs).to.deep.equal({ password: "s3cret" });
    expect(credentials.outputSecretPaths).to.deep.equal(["password"]);
  });

  it("gives the program its configuration and identity", async () => {
    const { result } = await record(
      () => [
        new pulumi.Config("shop").require("size"),
        pulumi.getProject(),
        pulumi.getStack(),
        pulumi.getOrganization(),
      ],
      { config: { "shop:size": "3" }, project: "p", stack: "s", organization: "o" },
    );
    expect(result).to.deep.equal(["3", "p", "s", "o"]);
    const { result: later } = await record(() => new pulumi.Config("shop").get("size"));
    expect(later).to.equal(undefined);
  });

  it("waits for resources that follow from slow inputs and asynchronous programs", async () => {
    const slow = <T>(value: T) => new Promise<T>((resolve) => setTimeout(() => resolve(value), 60));
    const { resources } = await record(async () => {
      await slow(undefined);
      new random.RandomId("late", { byteLength: 4, prefix: slow("late") });
    });
    expect(resources.map((resource) => resource.inputs)).to.deep.equal([{ byteLength: 4, prefix: "late" }]);
  });

  it("accepts transforms, which it does not run", async () => {
    const { resources } = await record(() => {
      pulumi.runtime.registerResourceTransform(() => undefined);
      new random.RandomId(
        "id",
        { byteLength: 4 },
        { transforms: [({ opts }) => ({ props: { byteLength: 9 }, opts })] },
      );
    });
    expect(resources[0]?.inputs).to.deep.equal({ byteLength: 4 });
  });

  it("keeps recordings apart, one after the other and overlapping", async () => {
    const first = await record(() => new Site("first"));
    const overlapping = await Promise.all(["a", "b"].map((name) => record(() => new Site(name), { stack: name })));
    expect(first.resources).to.have.length(5);
    expect(overlapping.map((recording) => recording.resources.length)).to.deep.equal([5, 5]);
    expect(
      overlapping.map((recording) =>
        recording.resources.every(({ urn }) => urn.startsWith(`urn:pulumi:${recording.stack}::`)),
      ),
    ).to.deep.equal([true, true]);
  });

  it("does not let a program's straggler reach the next recording", async () => {
    let straggler: Promise<unknown> = Promise.resolve();
    const first = await record(() => {
      straggler = new Promise((resolve) => setTimeout(resolve, 30)).then(
        () => new random.RandomId("straggler", { byteLength: 4 }),
      );
      new random.RandomId("first", { byteLength: 4 });
    });
    const second = await record(async () => {
      await straggler;
      new random.RandomId("second", { byteLength: 4 });
    });
    expect(second.resources.map(({ name }) => name)).to.deep.equal(["second"]);
    expect(first.resources[0]?.name).to.equal("first");
  });

  it("leaves mocks alone that a test has set for itself", async () => {
    await pulumi.runtime.setMocks({ newResource: ({ name }) => ({ id: `${name}-own`, state: {} }), call: () => ({}) });
    await record(() => new Site("orders"), { preview: true });
    expect(pulumi.runtime.isDryRun()).to.equal(false);
    const outside = new random.RandomId("outside", { byteLength: 4 });
    expect((await promiseOf(outside.id)).value).to.equal("outside-own");
  });
});
