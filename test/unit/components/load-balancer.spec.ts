import { expect } from "chai";
import { expectWellFormed, Template } from "@windows-ha/testing";
import { LoadBalancer, type LoadBalancerArgs } from "windows-ha";
import { bodyOf, inBothPasses, known, PLACE, recordUpdate, TAGS } from "./support";

const BALANCER = "azure-native:network:LoadBalancer";
const ADDRESS = "azure-native:network:PublicIPAddress";
const ARGS: LoadBalancerArgs = {
  ...PLACE,
  subnetId: "/subnet",
  ports: [{ name: "http", frontendPort: 80, backendPort: 8080 }],
  probe: { port: 8081, intervalSeconds: 7, threshold: 3 },
};
const create =
  (changes: Partial<LoadBalancerArgs> = {}) =>
  () =>
    new LoadBalancer("lb", { ...ARGS, ...changes });
const createPublic = create({ public: true, subnetId: undefined });

describe("LoadBalancer", () => {
  inBothPasses(
    "is a Standard balancer with a zone-redundant internal front end, one pool, one probe and one rule per port",
    create(),
    (recording) => {
      expect(bodyOf(recording, BALANCER)).to.deep.equal({
        ...PLACE,
        sku: { name: "Standard", tier: "Regional" },
        frontendIPConfigurations: [
          {
            name: "clients",
            subnet: { id: "/subnet" },
            privateIPAllocationMethod: "Dynamic",
            privateIPAddressVersion: "IPv4",
            zones: ["1", "2", "3"],
          },
        ],
        backendAddressPools: [{ name: "machines" }],
        probes: [
          {
            name: "ready",
            protocol: "Http",
            port: 8081,
            requestPath: "/ready",
            intervalInSeconds: 7,
            probeThreshold: 3,
            noHealthyBackendsBehavior: "AllProbedDown",
          },
        ],
        loadBalancingRules: [
          {
            name: "http",
            protocol: "Tcp",
            frontendPort: 80,
            backendPort: 8080,
            frontendIPConfiguration: { id: "$self/frontendIPConfigurations/clients" },
            backendAddressPool: { id: "$self/backendAddressPools/machines" },
            probe: { id: "$self/probes/ready" },
            loadDistribution: "Default",
            enableTcpReset: true,
            idleTimeoutInMinutes: 4,
            disableOutboundSnat: true,
          },
        ],
      });
    },
  );

  inBothPasses("sets the threshold that Azure honours, and not the number that it ignores", create(), (recording) => {
    const [probe] = bodyOf(recording, BALANCER).probes as Record<string, unknown>[];
    expect(probe).to.have.property("probeThreshold", 3);
    expect(probe).not.to.have.property("numberOfProbes");
  });

  inBothPasses(
    "probes every 5 seconds and ejects after two failures by default",
    create({ probe: { port: 8080 } }),
    (recording) => {
      expect((bodyOf(recording, BALANCER).probes as unknown[])[0]).to.include({
        intervalInSeconds: 5,
        probeThreshold: 2,
        requestPath: "/ready",
      });
    },
  );

  inBothPasses(
    "points every rule at a front end, a pool and a probe that the balancer has",
    create({
      ports: [
        { name: "a", frontendPort: 1, backendPort: 1 },
        { name: "b", frontendPort: 2, backendPort: 1 },
      ],
    }),
    (recording) => {
      const body = bodyOf(recording, BALANCER) as Record<string, Record<string, unknown>[]>;
      const ids = ["frontendIPConfigurations", "backendAddressPools", "probes"].flatMap((part) =>
        body[part]!.map(({ name }) => `$self/${part}/${String(name)}`),
      );
      expect(body.loadBalancingRules).to.have.length(2);
      for (const rule of body.loadBalancingRules!) {
        const { frontendIPConfiguration, backendAddressPool, probe } = rule as Record<string, { id: string }>;
        expect(ids).to.include.members([frontendIPConfiguration!.id, backendAddressPool!.id, probe!.id]);
      }
    },
  );

  inBothPasses(
    "takes its zones from a zone-redundant Standard address when it is public",
    createPublic,
    (recording) => {
      expect(bodyOf(recording, ADDRESS)).to.deep.equal({
        ...PLACE,
        sku: { name: "Standard", tier: "Regional" },
        publicIPAllocationMethod: "Static",
        publicIPAddressVersion: "IPv4",
        zones: ["1", "2", "3"],
      });
      expect(bodyOf(recording, BALANCER).frontendIPConfigurations).to.deep.equal([
        { name: "clients", publicIPAddress: { id: known(recording, "lb-address_id") } },
      ]);
    },
  );

  for (const [kind, program, address] of [
    ["internal", create(), "10.20.0.4"],
    ["public", createPublic, "203.0.113.10"],
  ] as const) {
    inBothPasses(`hands on its ${kind} address and its pool`, program, (recording) => {
      expect(Template.of(recording).findResource("windows-ha:index:LoadBalancer").outputs).to.deep.equal({
        address: known(recording, address),
        backendPoolId: known(recording, "lb_id/backendAddressPools/machines"),
      });
    });
  }

  inBothPasses("tells the engine what it balances and how it probes, not where it is", create(), (recording) => {
    expect(bodyOf(recording, "windows-ha:index:LoadBalancer")).to.deep.equal({
      public: false,
      ports: ARGS.ports,
      probe: { port: 8081, path: "/ready", intervalSeconds: 7, threshold: 3 },
      idleTimeoutMinutes: 4,
    });
  });

  it("tags everything, and has an address resource only when it is public", async () => {
    const isPublic = await recordUpdate(createPublic);
    expectWellFormed(isPublic, { tags: { values: TAGS, types: [BALANCER, ADDRESS] } });
    expect(isPublic.resources).to.have.length(3);
    expect((await recordUpdate(create())).resources).to.have.length(2);
  });
});
