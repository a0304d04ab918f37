import { expect } from "chai";
import { UNKNOWN } from "../../../../packages/sandbox/src/provider";
import { Harness } from "./harness";
import { changed, createUpTo, VALID, type ShortType } from "./valid-inputs";

describe("sandbox: what azure-native checks before Azure is asked", () => {
  let azure: Harness;
  beforeEach(() => (azure = new Harness()));
  afterEach(() => azure.dispose());

  for (const [type, inputs] of Object.entries(VALID)) {
    it(`accepts a right ${type}`, () => {
      expect(azure.check(type as ShortType, inputs).failures).to.deep.equal([]);
    });
  }

  it("names every unknown property with its path, and what was meant", () => {
    const { failures } = azure.check("balancer", {
      ...changed(VALID.balancer, "probes[0].intervalInSecond", 5),
      skuu: { name: "Standard" },
    });
    expect(failures).to.deep.equal([
      "probes[0].intervalInSecond: there is no such property; did you mean intervalInSeconds?",
      "skuu: there is no such property; did you mean sku?",
    ]);
  });

  it("names missing properties, nested ones too", () => {
    const { failures } = azure.check("balancer", changed(VALID.balancer, "loadBalancingRules[0].protocol", undefined));
    expect(failures).to.include("loadBalancingRules[0].protocol: is required");
  });

  it("names wrong types", () => {
    const { failures } = azure.check(
      "balancer",
      changed(VALID.balancer, "probes", [{ name: "ready", protocol: "Tcp", port: "80" }]),
    );
    expect(failures).to.deep.equal(["probes[0].port: should be a number, but is a string"]);
  });

  it("checks the rest beside a wrong type", () => {
    const wrong = changed(VALID.balancer, "loadBalancingRules[0].frontendPort", "80");
    const { failures } = azure.check("balancer", changed(wrong, "probes[0].intervalInSeconds", 2));
    expect(failures).to.have.length(2);
    expect(failures[1]).to.match(/^probes\[0\]\.intervalInSeconds/);
  });

  it("names values outside of an enum, and compares like Azure without case", () => {
    expect(azure.check("balancer", changed(VALID.balancer, "probes[0].protocol", "Htp")).failures).to.deep.equal([
      'probes[0].protocol: "Htp" is not allowed; did you mean "Http"? allowed: Http, Tcp, Https',
    ]);
    expect(azure.check("balancer", changed(VALID.balancer, "probes[0].protocol", "http")).failures).to.deep.equal([]);
  });

  it("takes SKUs that the service has and the SDK's enum lacks, but no others", () => {
    expect(azure.check("nat", VALID.nat).failures).to.deep.equal([]);
    const [failure] = azure.check("nat", changed(VALID.nat, "sku.name", "StandardV3")).failures;
    expect(failure).to.match(/^sku\.name: "StandardV3" is not allowed/);
  });

  it("accepts what is not known yet everywhere", () => {
    const inputs = { ...VALID.balancer, resourceGroupName: UNKNOWN, probes: UNKNOWN, sku: { name: UNKNOWN } };
    expect(azure.check("balancer", inputs).failures).to.deep.equal([]);
  });

  it("still checks in a preview what is known beside unknown ids", () => {
    const inputs = changed(VALID.balancer, "frontendIPConfigurations[0].subnet", { id: UNKNOWN });
    const { failures } = azure.check("balancer", changed(inputs, "probes[0].intervalInSeconds", 2));
    expect(failures).to.have.length(1);
    expect(failures[0]).to.match(/^probes\[0\]\.intervalInSeconds: InvalidParameter: .*5 seconds, not 2/);
  });

  it("names a top-level resource at random, the same in the preview and the update of one seed", () => {
    const inputs = changed(VALID.balancer, "loadBalancerName", undefined);
    const seeded = (seed: number): unknown =>
      azure.check("balancer", inputs, { randomSeed: new Uint8Array([seed]) }).inputs["loadBalancerName"];
    expect(seeded(1)).to.match(/^orders[0-9a-f]{8}$/);
    expect(seeded(1)).to.equal(seeded(1));
    expect(seeded(1)).to.not.equal(seeded(2));
    expect(azure.check("balancer", inputs).inputs).to.include({ __createBeforeDelete: true });
  });

  it("keeps the name that a resource has", () => {
    const inputs = changed(VALID.balancer, "loadBalancerName", undefined);
    const olds = { loadBalancerName: "orders0a1b2c3d", __createBeforeDelete: true };
    expect(azure.check("balancer", inputs, { olds }).inputs).to.include(olds);
  });

  it("names a child resource as the program does", () => {
    const { inputs } = azure.check("subnet", changed(VALID.subnet, "subnetName", undefined));
    expect(inputs).to.include({ subnetName: "orders" }).and.not.to.have.property("__createBeforeDelete");
  });

  it("follows the engine's autonaming", () => {
    const inputs = changed(VALID.balancer, "loadBalancerName", undefined);
    const enforced = azure.check("balancer", inputs, { autonaming: { mode: "enforce", proposedName: "dev-orders" } });
    expect(enforced.inputs).to.include({ loadBalancerName: "dev-orders" });
    const disabled = azure.check("balancer", inputs, { autonaming: { mode: "disable", proposedName: "" } });
    expect(disabled.failures).to.deep.equal(["loadBalancerName: is required, because autonaming is disabled"]);
  });

  it("takes the location from the configuration of its own connection, else from the resource group", async () => {
    const inputs = changed(VALID.network, "location", undefined);
    await createUpTo(azure, "group");
    expect(azure.check("network", inputs).inputs["location"]).to.equal("westeurope");
    azure.provider.configure("test", { location: "northeurope" });
    azure.provider.configure("another", { location: "eastus" });
    expect(azure.check("network", inputs).inputs["location"]).to.equal("northeurope");
  });

  it("says where a resource group's location can come from", () => {
    const [failure] = azure.check("group", { resourceGroupName: "shop" }).failures;
    expect(failure).to.contain("pulumi config set azure-native:location");
  });

  it("refuses two parts of one name", () => {
    const { failures } = azure.check(
      "balancer",
      changed(VALID.balancer, "probes[1]", { ...VALID.balancer.probes[0]!, name: "READY" }),
    );
    expect(failures[0]).to.contain("probes[1].name: InvalidRequestFormat: The resource has two child resources");
  });

  it("asks the machines in a preview already, without what isn't known", () => {
    azure.dataPlane.preflightFailures = ["no host build of orders.exe is published"];
    const { failures } = azure.check("scaleSet", {
      ...VALID.scaleSet,
      identity: { type: "UserAssigned", userAssignedIdentities: UNKNOWN },
    });
    expect(failures).to.deep.equal(["no host build of orders.exe is published"]);
    expect(azure.dataPlane.preflighted?.name).to.equal("orders");
    expect(azure.dataPlane.preflighted?.inputs["identity"]).to.deep.equal({ type: "UserAssigned" });
  });
});
