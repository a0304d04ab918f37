import { readFileSync, statSync } from "node:fs";
import { expect } from "chai";
import { AzureError } from "../../../../packages/sandbox/src/azure/azure-error";
import { ResourceStore } from "../../../../packages/sandbox/src/azure/resource-store";
import { PartialFailure, UNKNOWN, type PropertyMap } from "../../../../packages/sandbox/src/provider";
import { GROUP, Harness, refusal } from "./harness";
import { changed, createUpTo, networkId, VALID } from "./valid-inputs";

const PROFILE = "virtualMachineProfile";

describe("sandbox: the emulated Azure keeps, answers and refuses", () => {
  let azure: Harness;
  beforeEach(() => (azure = new Harness()));
  afterEach(() => azure.dispose());

  it("gives ids and types as Azure does", async () => {
    const { id, outputs } = await azure.create("group", VALID.group);
    expect(id).to.equal(GROUP);
    expect(outputs).to.deep.equal({
      id: GROUP,
      name: "shop",
      type: "Microsoft.Resources/resourceGroups",
      location: "westeurope",
      properties: { provisioningState: "Succeeded" },
      azureApiVersion: "2024-03-01",
    });
  });

  it("expands $self, and computes ids of parts and addresses", async () => {
    const { balancer } = await createUpTo(azure, "balancer");
    const { inputs, outputs } = azure.store.get(balancer)!;
    const [rule] = outputs["loadBalancingRules"] as { id: string; probe: { id: string } }[];
    expect(rule!.id).to.equal(`${balancer}/loadBalancingRules/http`);
    expect(rule!.probe.id).to.equal(`${balancer}/probes/ready`);
    expect((inputs["loadBalancingRules"] as [{ probe: { id: string } }])[0].probe.id).to.equal(
      `${balancer}/probes/ready`,
    );
    const [front] = outputs["frontendIPConfigurations"] as { privateIPAddress: string }[];
    expect(front!.privateIPAddress).to.equal(
      azure.dataPlane.allocateAddress(`${balancer}/frontendIPConfigurations/front`),
    );
  });

  it("gives an identity the same ids every time", async () => {
    const { identity } = await createUpTo(azure, "identity");
    const first = azure.store.get(identity)!.outputs;
    await azure.delete("identity", identity);
    const second = (await azure.create("identity", VALID.identity)).outputs;
    expect(second).to.deep.equal(first);
    expect(first["principalId"]).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(first["principalId"]).to.not.equal(first["clientId"]);
  });

  it("knows nothing but the inputs in a preview of a creation, and touches nothing", async () => {
    const { id, outputs } = await azure.create("balancer", VALID.balancer, true);
    expect(id).to.equal("");
    expect(outputs).to.include({ name: UNKNOWN, provisioningState: UNKNOWN, location: "westeurope" });
    expect((outputs["probes"] as PropertyMap[])[0]).to.deep.equal({
      ...VALID.balancer.probes[0],
      id: UNKNOWN,
      provisioningState: UNKNOWN,
    });
    expect(outputs).to.not.have.property("resourceGroupName");
    expect(azure.store.list()).to.deep.equal([]);
  });

  it("keeps name and location known in a preview of an update", async () => {
    const { network } = await createUpTo(azure, "network");
    const { outputs } = await azure.update("network", network, { ...VALID.network, tags: { a: "b" } }, true);
    expect(outputs).to.deep.include({
      name: "orders-network",
      location: "westeurope",
      etag: UNKNOWN,
      tags: { a: "b" },
    });
  });

  it("refuses what has no group, no parent, or a reference to nothing", async () => {
    expect((await refusal(azure.create("network", VALID.network))).message).to.match(/^Code="ResourceGroupNotFound"/);
    await createUpTo(azure, "group");
    expect((await refusal(azure.create("subnet", VALID.subnet))).message).to.match(/^Code="ParentResourceNotFound"/);
    await azure.create("network", VALID.network);
    const message = (await refusal(azure.create("subnet", VALID.subnet))).message;
    expect(message).to.match(/^Code="InvalidResourceReference" .*orders-firewall/);
  });

  it("refuses to create what exists", async () => {
    await createUpTo(azure, "group");
    expect((await refusal(azure.create("group", VALID.group))).message).to.equal(
      `cannot create already existing resource '${GROUP}'`,
    );
  });

  it("refuses a subnet outside of the network, and over another one", async () => {
    await createUpTo(azure, "subnet");
    const subnet = (name: string, addressPrefix: string): PropertyMap => ({
      ...VALID.subnet,
      subnetName: name,
      addressPrefix,
    });
    expect((await refusal(azure.create("subnet", subnet("far", "10.1.0.0/24")))).message).to.contain(
      "NetcfgSubnetRangeOutsideVnet",
    );
    expect((await refusal(azure.create("subnet", subnet("over", "10.0.0.0/23")))).message).to.contain(
      "NetcfgSubnetRangesOverlap",
    );
    expect((await azure.create("subnet", subnet("beside", "10.0.2.0/24"))).id).to.contain("/subnets/beside");
  });

  it("refuses SKUs that don't go together", async () => {
    await createUpTo(azure, "address");
    expect((await refusal(azure.create("nat", changed(VALID.nat, "sku.name", "Standard")))).message).to.contain(
      "both must be Standard",
    );
    const front = [{ name: "front", publicIPAddress: VALID.nat.publicIpAddresses[0] }];
    const balancer = azure.create("balancer", changed(VALID.balancer, "frontendIPConfigurations", front));
    expect((await refusal(balancer)).message).to.match(/^Code="PublicIPAndLBSkuDoNotMatch"/);
  });

  it("refuses to delete what is in use, in Azure's words", async () => {
    const ids = await createUpTo(azure, "scaleSet");
    const codes = {
      firewall: "InUseNetworkSecurityGroupCannotBeDeleted",
      network: "InUseSubnetCannotBeDeleted",
      subnet: "InUseSubnetCannotBeDeleted",
      nat: "CannotDeleteNatGatewayAssociatedToSubnet",
      address: "PublicIPAddressCannotBeDeleted",
      balancer: "LoadBalancerInUseByVirtualMachineScaleSet",
    } as const;
    for (const [type, code] of Object.entries(codes) as [keyof typeof codes, string][]) {
      expect((await refusal(azure.delete(type, ids[type]))).message).to.match(new RegExp(`^Code="${code}"`));
      expect(azure.store.get(ids[type]), type).to.not.equal(undefined);
    }
  });

  it("deletes a group with what it holds: machines first, and every address is given back", async () => {
    const { group, balancer, address } = await createUpTo(azure, "scaleSet");
    await azure.delete("group", group);
    expect(azure.store.list()).to.deep.equal([]);
    expect(azure.dataPlane.calls).to.deep.equal([
      "put orders",
      "delete orders",
      `release ${balancer}/frontendIPConfigurations/front`,
      `release ${address}`,
    ]);
  });

  it("gives back the address of a front end that is gone", async () => {
    const { balancer } = await createUpTo(azure, "balancer");
    const inputs = changed(
      changed(VALID.balancer, "frontendIPConfigurations[0].name", "other"),
      "loadBalancingRules",
      [],
    );
    await azure.update("balancer", balancer, inputs);
    expect(azure.dataPlane.calls).to.deep.equal([`release ${balancer}/frontendIPConfigurations/front`]);
  });

  it("takes the deletion of what isn't there for done", async () => {
    await azure.delete("group", GROUP);
  });

  for (const [path, value, code] of [
    ["orchestrationMode", "Uniform", "PropertyChangeNotAllowed"],
    ["platformFaultDomainCount", 2, "PropertyChangeNotAllowed"],
    ["zones", ["1", "2"], "PropertyChangeNotAllowed"],
    [`${PROFILE}.osProfile.adminUsername`, "somebody", "PropertyChangeNotAllowed"],
    [`${PROFILE}.osProfile.computerNamePrefix`, "web", "PropertyChangeNotAllowed"],
    [`${PROFILE}.osProfile.windowsConfiguration`, { enableAutomaticUpdates: false }, "PropertyChangeNotAllowed"],
    ["singlePlacementGroup", true, "OperationNotAllowed"],
  ] as const) {
    it(`refuses a change of a scale set's ${path}, and its machines stay as they are`, async () => {
      const { scaleSet } = await createUpTo(azure, "scaleSet");
      const before = azure.store.get(scaleSet);
      const { message } = await refusal(azure.update("scaleSet", scaleSet, changed(VALID.scaleSet, path, value)));
      expect(message).to.match(new RegExp(`^Code="${code}"`));
      expect(azure.store.get(scaleSet)).to.equal(before);
      expect(azure.dataPlane.put).to.have.length(1);
    });
  }

  it("lets a scale set get another zone", async () => {
    const { scaleSet } = await createUpTo(azure, "balancer")
      .then(() => azure.create("scaleSet", { ...VALID.scaleSet, zones: ["1"] }))
      .then(({ id }) => ({ scaleSet: id }));
    const { outputs } = await azure.update("scaleSet", scaleSet, VALID.scaleSet);
    expect(outputs["zones"]).to.deep.equal(["1", "2", "3"]);
  });

  it("refuses other zones of a front end", async () => {
    const { balancer } = await createUpTo(azure, "balancer");
    const inputs = changed(VALID.balancer, "frontendIPConfigurations[0].zones", ["1", "2", "3"]);
    expect((await refusal(azure.update("balancer", balancer, inputs))).message).to.contain(
      "ResourceAvailabilityZonesCannotBeModified",
    );
  });

  it("shows the machines the scale set that is desired", async () => {
    const { scaleSet } = await createUpTo(azure, "scaleSet");
    await azure.update("scaleSet", scaleSet, changed(VALID.scaleSet, "sku.capacity", 4));
    const [created, updated] = azure.dataPlane.put;
    expect(created!.desired.outputs["provisioningState"]).to.equal("Creating");
    expect(updated!.desired.inputs["sku"]).to.include({ capacity: 4 });
    expect(azure.store.get(scaleSet)!.outputs["provisioningState"]).to.equal("Succeeded");
  });

  it("keeps a scale set whose extension failed, and says so as a partial failure", async () => {
    await createUpTo(azure, "balancer");
    azure.dataPlane.putError = new AzureError("VMExtensionProvisioningError", "exit code 20");
    const failure = await refusal(azure.create("scaleSet", VALID.scaleSet));
    expect(failure).to.be.instanceOf(PartialFailure);
    expect(failure.message).to.equal('Code="VMExtensionProvisioningError" Message="exit code 20"');
    expect(azure.store.get(failure["id"] as string)!.outputs["provisioningState"]).to.equal("Failed");
    const again = await azure.update("scaleSet", failure["id"] as string, VALID.scaleSet);
    expect(again.outputs["provisioningState"]).to.equal("Succeeded");
  });

  it("has what was kept after a restart, in a file for its owner only", async () => {
    const { scaleSet } = await createUpTo(azure, "scaleSet");
    expect(new ResourceStore(azure.storeFile).get(scaleSet.toUpperCase())).to.deep.equal(azure.store.get(scaleSet));
    if (process.platform !== "win32") expect(statSync(azure.storeFile).mode & 0o777).to.equal(0o600);
  });

  it("keeps a password nowhere, and returns no protected setting", async () => {
    const { scaleSet } = await createUpTo(azure, "scaleSet");
    expect(readFileSync(azure.storeFile, "utf8")).to.not.contain("Correct-Horse-1");
    expect(JSON.stringify(azure.store.get(scaleSet)!.outputs)).to.not.contain("canary");
    // The machine runs what the protected settings say.
    expect(JSON.stringify(azure.store.get(scaleSet)!.inputs)).to.contain("--token canary");
  });

  describe("when it is read", () => {
    it("returns the inputs as the program wrote them, when nothing has changed", async () => {
      const { balancer, scaleSet } = await createUpTo(azure, "scaleSet");
      expect((await azure.read("balancer", balancer, VALID.balancer))!.inputs).to.deep.equal(VALID.balancer);
      expect((await azure.read("scaleSet", scaleSet, VALID.scaleSet))!.inputs).to.deep.equal(VALID.scaleSet);
    });

    it("shows what somebody else changed", async () => {
      const { scaleSet } = await createUpTo(azure, "scaleSet");
      const stored = azure.store.get(scaleSet)!;
      azure.store.put({ ...stored, inputs: { ...stored.inputs, sku: { name: "Standard_D2s_v5", capacity: 7 } } });
      const { inputs } = (await azure.read("scaleSet", scaleSet, VALID.scaleSet))!;
      expect(inputs).to.deep.equal(changed(VALID.scaleSet, "sku.capacity", 7));
    });

    it("imports by id with what Azure returns", async () => {
      const { balancer } = await createUpTo(azure, "balancer");
      const { id, inputs } = (await azure.read("balancer", balancer.toLowerCase()))!;
      expect(id).to.equal(balancer);
      expect(inputs["loadBalancerName"]).to.equal("orders-balancer");
    });

    it("says that it is gone", async () => {
      expect(await azure.read("network", networkId("virtualNetworks/none"))).to.equal(undefined);
    });
  });
});
