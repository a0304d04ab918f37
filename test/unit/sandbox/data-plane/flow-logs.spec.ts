import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { failureOf, get, until } from "./asking";
import { FRONT_END_PORT, SUBNET, TestCluster } from "./cluster";
import { rule } from "./security-rules";

interface FlowLog {
  records: {
    flowLogVersion: number;
    category: string;
    flowLogResourceID: string;
    targetResourceID: string;
    macAddress: string;
    flowRecords: { flows: { aclID: string; flowGroups: { rule: string; flowTuples: string[] }[] }[] };
  }[];
}

const NETWORK = SUBNET.replace(/\/subnets\/.*/, "");
const GROUP = NETWORK.replace(/\/providers\/.*/, "");
const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/logs`;
const LOG = `${GROUP.replace(/[^/]+$/, "NetworkWatcherRG")}/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope/flowLogs/net-flow-log`;

describe("sandbox flow logs", function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  let address: string;
  beforeEach(async () => {
    cluster = await TestCluster.start();
    address = cluster.putBalancer();
    const account = { accountName: "orderslogs", location: "westeurope" };
    put(ACCOUNT, "storage:StorageAccount", account);
    cluster.putNetwork([
      rule({ name: "probes", priority: 100, access: "Allow", sourceAddressPrefix: "AzureLoadBalancer" }),
      rule({ name: "clients", priority: 200, access: "Deny", protocol: "Tcp", destinationPortRange: "8080" }),
    ]);
    await cluster.put({ capacity: 1 });
    await until("it is up", () => cluster.upCount() === 1);
  });
  afterEach(() => cluster.end());

  const put = (id: string, type: string, inputs: object): void =>
    cluster.store.put({
      id,
      type: `azure-native:${type}`,
      name: id.split("/").at(-1)!,
      inputs: { ...inputs },
      outputs: {},
    });
  const declare = (changes: object = {}): void =>
    put(LOG, "network:FlowLog", { targetResourceId: NETWORK, storageId: ACCOUNT, enabled: true, ...changes });
  const refuse = async (): Promise<void> => {
    expect((await failureOf(get(address, FRONT_END_PORT))).message).to.equal("socket hang up");
  };
  const files = (): string[] =>
    existsSync(cluster.layout.storage)
      ? readdirSync(cluster.layout.storage, { recursive: true, encoding: "utf8" }).filter((name) =>
          name.endsWith(".json"),
        )
      : [];
  const written = (): FlowLog => JSON.parse(readFileSync(join(cluster.layout.storage, files()[0]!), "utf8")) as FlowLog;

  it("keep what a rule refused where Azure keeps it, with the rule and the two ends", async () => {
    declare();
    await refuse();
    await until("it is written", () => files().length === 1);
    expect(files()[0]).to.match(
      /^orderslogs\/insights-logs-flowlogflowevent\/flowLogResourceID=\/[0-9-]{36}_NETWORKWATCHERRG\/NETWORKWATCHER_WESTEUROPE_NET-FLOW-LOG\/y=\d{4}\/m=\d\d\/d=\d\d\/h=\d\d\/m=00\/macAddress=002248[0-9A-F]{6}\/PT1H\.json$/,
    );
    const [record] = written().records;
    expect(record).to.include({
      flowLogVersion: 4,
      category: "FlowLogFlowEvent",
      flowLogResourceID: LOG.toUpperCase(),
      targetResourceID: NETWORK,
    });
    const [{ aclID, flowGroups }] = record!.flowRecords.flows as [FlowLog["records"][0]["flowRecords"]["flows"][0]];
    expect(aclID).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(flowGroups.map(({ rule: name }) => name)).to.deep.equal(["clients"]);
    expect(flowGroups[0]!.flowTuples.join()).to.match(
      /^\d{13},10\.20\.3\.254,10\.20\.\d+\.\d+,\d+,8080,6,I,D,NX,0,0,0,0$/,
    );
  });

  it("go on in the same file, and mark a rule that is Azure's own", async () => {
    declare();
    await refuse();
    await until("it is written", () => files().length === 1);
    // A client outside of the network's ranges, whom no rule names.
    cluster.putNetwork([]);
    put(NETWORK, "network:VirtualNetwork", { addressSpace: { addressPrefixes: ["10.99.0.0/16"] } });
    await refuse();
    await cluster.plane.stop();
    const groups = written().records.flatMap(({ flowRecords }) =>
      flowRecords.flows.flatMap(({ flowGroups }) => flowGroups),
    );
    expect(groups.map(({ rule: name }) => name)).to.deep.equal(["clients", "DefaultRule_DenyAllInBound"]);
  });

  for (const [what, changes] of [
    ["is switched off", { enabled: false }],
    ["belongs to another network", { targetResourceId: `${NETWORK}-of-others` }],
  ] as const) {
    it(`are not written by one that ${what}`, async () => {
      declare(changes);
      await refuse();
      await cluster.plane.stop();
      expect(files()).to.deep.equal([]);
    });
  }

  it("go with their account", async () => {
    declare();
    await refuse();
    await until("it is written", () => files().length === 1);
    cluster.store.delete(LOG);
    cluster.store.delete(ACCOUNT);
    expect(files()).to.deep.equal([]);
  });
});
