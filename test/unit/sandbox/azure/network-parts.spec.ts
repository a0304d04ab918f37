import { expect } from "chai";
import { Harness, refusal, SUBSCRIPTION } from "./harness";
import { changed, createUpTo, networkId, VALID } from "./valid-inputs";

const FOR_MEMBERS = "securityRules[0].destinationApplicationSecurityGroups";
const IP_CONFIGURATION =
  "virtualMachineProfile.networkProfile.networkInterfaceConfigurations[0].ipConfigurations[0].applicationSecurityGroups";

describe("sandbox: application security groups and flow logs", () => {
  let azure: Harness;
  beforeEach(() => (azure = new Harness()));
  afterEach(() => azure.dispose());

  const group = { id: networkId("applicationSecurityGroups/orders-machines") };
  const forMembers = changed(
    changed(VALID.firewall, "securityRules[0].destinationAddressPrefix", undefined),
    FOR_MEMBERS,
    [group],
  );

  it("takes rules for an application security group that exists, and refuses them for one that doesn't", async () => {
    await azure.create("group", VALID.group);
    const { message } = await refusal(azure.create("firewall", forMembers));
    expect(message).to.contain(group.id).and.to.contain("was not found");
    await azure.create("applicationGroup", VALID.applicationGroup);
    expect(azure.check("firewall", forMembers).failures).to.deep.equal([]);
    await azure.create("firewall", forMembers);
  });

  it("keeps an application security group while rules or machines refer to it", async () => {
    const { scaleSet, applicationGroup } = await createUpTo(azure, "scaleSet");
    await azure.update("scaleSet", scaleSet, changed(VALID.scaleSet, IP_CONFIGURATION, [group]));
    const { message } = await refusal(azure.delete("applicationGroup", applicationGroup));
    expect(message)
      .to.contain("orders-machines cannot be deleted because it is referenced by")
      .and.to.contain(scaleSet);
    await azure.update("scaleSet", scaleSet, VALID.scaleSet);
    await azure.delete("applicationGroup", applicationGroup);
    expect(azure.store.get(applicationGroup)).to.equal(undefined);
  });

  it("refuses machines that join an application security group that isn't there", async () => {
    const { scaleSet } = await createUpTo(azure, "scaleSet");
    const gone = { id: networkId("applicationSecurityGroups/gone") };
    const { message } = await refusal(
      azure.update("scaleSet", scaleSet, changed(VALID.scaleSet, IP_CONFIGURATION, [gone])),
    );
    expect(message).to.contain(gone.id);
  });

  describe("a flow log", () => {
    beforeEach(async () => {
      await createUpTo(azure, "network");
      azure.store.put({
        id: VALID.flowLog.storageId,
        type: "azure-native:storage:StorageAccount",
        name: "orders",
        inputs: {},
        outputs: {},
      });
    });

    it("hangs on the region's network watcher, which nobody has to create", async () => {
      const { id } = await azure.create("flowLog", VALID.flowLog);
      expect(id).to.equal(
        `${SUBSCRIPTION}/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope/flowLogs/orders-flow-log`,
      );
    });

    it("needs any other watcher to exist", async () => {
      const { message } = await refusal(azure.create("flowLog", { ...VALID.flowLog, networkWatcherName: "mine" }));
      expect(message).to.contain("networkWatchers/mine");
    });

    for (const [what, inputs, answer] of [
      ["a storage account that isn't there", { storageId: `${VALID.flowLog.storageId}2` }, /orders2 .*was not found/],
      [
        "a network that isn't there",
        { targetResourceId: networkId("virtualNetworks/x") },
        /Networks\/x .*was not found/,
      ],
    ] as const) {
      it(`refuses ${what}`, async () => {
        expect((await refusal(azure.create("flowLog", { ...VALID.flowLog, ...inputs }))).message).to.match(answer);
      });
    }

    it("is the only one of its network", async () => {
      await azure.create("flowLog", VALID.flowLog);
      const { message } = await refusal(azure.create("flowLog", { ...VALID.flowLog, flowLogName: "second" }));
      expect(message).to.contain("already has the flow log");
    });
  });
});
