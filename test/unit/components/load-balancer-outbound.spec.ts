import { expect } from "chai";
import { promiseOf, Template, type Values } from "@windows-ha/testing";
import { LoadBalancer, type LoadBalancerArgs } from "windows-ha";
import { bodyOf, failureOf, inBothPasses, known, PLACE } from "./support";

const BALANCER = "azure-native:network:LoadBalancer";
const ADDRESS = "azure-native:network:PublicIPAddress";
const ARGS: LoadBalancerArgs = {
  ...PLACE,
  subnetId: "/subnet",
  ports: [{ name: "http", frontendPort: 80, backendPort: 8080 }],
  probe: { port: 8080 },
};
const create =
  (changes: Partial<LoadBalancerArgs> = {}) =>
  () =>
    new LoadBalancer("lb", { ...ARGS, ...changes });

describe("LoadBalancer's outbound rules", () => {
  const OUT = { public: true, subnetId: undefined, outbound: { machines: 4, addresses: 2 } };

  inBothPasses(
    "takes its machines out by public addresses when told so, each with whole blocks of ports of its own",
    create(OUT),
    (recording) => {
      Template.of(recording).resourceCountIs(ADDRESS, 2);
      const body = bodyOf(recording, BALANCER);
      expect(body.frontendIPConfigurations).to.deep.equal([
        { name: "clients", publicIPAddress: { id: known(recording, "lb-public-address_id") } },
        { name: "outbound-2", publicIPAddress: { id: known(recording, "lb-outbound-address-2_id") } },
      ]);
      expect(body.outboundRules).to.deep.equal([
        {
          name: "machines",
          protocol: "All",
          frontendIPConfigurations: [
            { id: "$self/frontendIPConfigurations/clients" },
            { id: "$self/frontendIPConfigurations/outbound-2" },
          ],
          backendAddressPool: { id: "$self/backendAddressPools/machines" },
          // (2 × 64,000 − the block of port 80) ÷ 4, in blocks of 8.
          allocatedOutboundPorts: 31_992,
          enableTcpReset: true,
          idleTimeoutInMinutes: 4,
        },
      ]);
      expect((bodyOf(recording, BALANCER).loadBalancingRules as Values[])[0]).to.include({ disableOutboundSnat: true });
    },
  );

  inBothPasses("names the addresses that its machines go out by", create(OUT), async (recording) => {
    const addresses = await promiseOf(recording.result.outboundAddresses!);
    expect(addresses.known).to.equal(!recording.preview);
    if (!recording.preview) expect(addresses.value).to.deep.equal(["203.0.113.10", "203.0.113.10"]);
  });

  inBothPasses(
    "has no outbound rule on the internal side, and none where it is switched off",
    () => [
      create({ public: true, internal: true, outbound: { machines: 3 } })(),
      new LoadBalancer("off", { ...ARGS, ...OUT, outbound: { machines: 3, enabled: false } }),
    ],
    (recording) => {
      const declared = Template.of(recording)
        .findResources(BALANCER)
        .map(({ name, inputs }) => [name, "outboundRules" in inputs]);
      expect(Object.fromEntries(declared)).to.deep.equal({ lb: false, "lb-public": true, "off-public": false });
    },
  );

  const REFUSED: [title: string, changes: Partial<LoadBalancerArgs>, reason: RegExp][] = [
    ["a way out by an internal address", { outbound: { machines: 3 } }, /outbound is .*NAT gateway/s],
    [
      "more connections than the addresses have ports for, and says how many addresses would do",
      { ...OUT, outbound: { machines: 100, connectionsPerMachine: 2000 } },
      /at most 632: \(addresses 1 × 64000 ports − balancing rules 1 × 8\) ÷ machines 100, in blocks of 8 = 632\n.*outbound\.addresses to 4/,
    ],
    [
      "more than sixteen addresses have, and says what to take instead",
      { ...OUT, outbound: { machines: 1000, connectionsPerMachine: 2000 } },
      /fix: Leave outbound out: a NAT gateway gives its ports to machines on demand/,
    ],
  ];
  for (const [title, changes, reason] of REFUSED) {
    it(`refuse ${title}`, async () => expect((await failureOf(create(changes))).message).to.match(reason));
  }
});
