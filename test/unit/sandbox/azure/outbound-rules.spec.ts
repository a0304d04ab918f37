import { expect } from "chai";
import type { PropertyMap } from "../../../../packages/sandbox/src/provider";
import { Harness } from "./harness";
import { changed, networkId, VALID } from "./valid-inputs";

const PUBLIC = changed(VALID.balancer, "frontendIPConfigurations", [
  { name: "front", publicIPAddress: { id: networkId("publicIPAddresses/orders-address") } },
]);
const RULE: PropertyMap = {
  name: "out",
  protocol: "All",
  frontendIPConfigurations: [{ id: "$self/frontendIPConfigurations/front" }],
  backendAddressPool: { id: "$self/backendAddressPools/machines" },
  allocatedOutboundPorts: 1024,
  idleTimeoutInMinutes: 4,
};
const GOOD = {
  ...changed(PUBLIC, "loadBalancingRules[0].disableOutboundSnat", true),
  outboundRules: [RULE],
};

const REFUSED: [path: string, value: unknown, answer: RegExp][] = [
  ["outboundRules[0].allocatedOutboundPorts", 1000.5, /multiple of 8/],
  ["outboundRules[0].allocatedOutboundPorts", 1020, /1020 ports per machine; a multiple of 8 from 0 to 64000/],
  ["outboundRules[0].allocatedOutboundPorts", 64_008, /multiple of 8 from 0 to 64000/],
  ["outboundRules[0].idleTimeoutInMinutes", 121, /4 to 120 minutes, not 121/],
  ["outboundRules[0].frontendIPConfigurations", [], /does not have a frontendIPConfiguration/],
  ["outboundRules[0].frontendIPConfigurations[0].id", "$self/frontendIPConfigurations/gone", /gone.*was not found/],
  ["outboundRules[0].backendAddressPool.id", "$self/backendAddressPools/gone", /InvalidResourceReference: .*gone/],
  ["frontendIPConfigurations", VALID.balancer.frontendIPConfigurations, /needs public front ends; front is internal/],
  ["loadBalancingRules[0].disableOutboundSnat", false, /needs disableOutboundSnat true/],
];

describe("sandbox: outbound rules", () => {
  let azure: Harness;
  beforeEach(() => (azure = new Harness()));
  afterEach(() => azure.dispose());

  it("takes a good one", () => expect(azure.check("balancer", GOOD).failures).to.deep.equal([]));

  for (const [path, value, answer] of REFUSED) {
    it(`refuses ${path} ${JSON.stringify(value)}`, () => {
      expect(azure.check("balancer", changed(GOOD, path, value)).failures.join("\n")).to.match(answer);
    });
  }
});
