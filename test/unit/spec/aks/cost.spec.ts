import { expect } from "chai";
import {
  costAksCluster,
  costAksHaCluster,
  costWindowsPool,
  resolveAksCluster,
  resolveWindowsPool,
  type CostEstimate,
} from "@windows-ha/spec";
import { evaluate } from "../models/formula";
import { aksSpec, type Changes } from "./arguments";

const cost = (changes: Changes & { service?: Changes } = {}): CostEstimate => costAksHaCluster(aksSpec(changes));
const lines = ({ items }: CostEstimate): string[] =>
  items.map(({ item, quantity, usdPerMonth }) => `${quantity} × ${item}: ${usdPerMonth}`);

describe("what a cluster on AKS costs", () => {
  it("is the sum of its parts, to two digits", () => {
    const estimate = cost();
    expect(lines(estimate)).to.deep.equal([
      "1 × API server of the Standard tier: 73",
      "3 × system node Standard_D4ds_v5 with Linux: 490",
      "1 × NAT gateway: 33",
      "1 × public address: 3.6",
      "3 × node Standard_D4ds_v5 with Windows: 900",
      "1 × load balancer: 18",
    ]);
    expect(estimate.usdPerMonth).to.equal(1500);
    expect(estimate.unknown).to.deep.equal([]);
    const [sum, result] = estimate.formula.split(" = ");
    expect(evaluate(sum!)).to.be.closeTo(Number(result), 0.05);
  });

  it("has no disks where they are part of the machines, and those that AKS takes where they aren't", () => {
    expect(lines(cost({ windowsPool: { osDiskType: "Managed", osDiskSizeGb: 256 } }))).to.include(
      "3 × node's disk Premium_LRS of 256 GB: 110",
    );
    expect(lines(cost({ cluster: { systemPool: { size: "Standard_D8s_v5", count: 2 } } }))).to.include(
      "2 × system node's disk Premium_LRS of 256 GB: 76",
    );
  });

  it("is less with licences of one's own", () => {
    expect(lines(cost({ cluster: { hybridBenefit: true } }))).to.include(
      "3 × node Standard_D4ds_v5 without a Windows licence: 490",
    );
  });

  it("has an address more for a public balancer, and no balancer where there is none", () => {
    const open = { workload: { loadBalancer: { public: true, allowFrom: ["203.0.113.0/24"] } } };
    expect(lines(cost(open))).to.include("1 × public address of the service: 3.6");
    expect(lines(cost({ workload: { loadBalancer: { enabled: false } } })).join()).not.to.include("load balancer");
  });

  it("has Consul's servers, where they are made with it", () => {
    const program = {
      version: "1.21.0",
      linux: { url: "https://files.example.com/consul.zip", sha256: "b".repeat(64) },
    };
    const agent = { url: "https://files.example.com/windows-ha-agent", sha256: "b".repeat(64) };
    expect(lines(cost({ consul: { program, agent } })).join()).to.match(/3 × Consul server \S+ with Linux/);
  });

  it("is what comes on top of a cluster that is there", () => {
    expect(lines(cost({ resourceGroupName: "g", cluster: { existing: { clusterName: "shared" } } }))).to.deep.equal([
      "3 × node Standard_D4ds_v5 with Windows: 900",
      "1 × load balancer: 18",
    ]);
  });

  it("is unknown with a size that the table doesn't have: nothing is guessed", () => {
    const estimate = cost({ windowsPool: { size: "Standard_M416ds_8_v3" } });
    expect(estimate).not.to.have.property("usdPerMonth");
    expect(estimate.unknown).to.deep.equal(["node Standard_M416ds_8_v3 with Windows"]);
  });

  it("falls apart into those of its parts", () => {
    const place = { resourceGroupName: "g" };
    const cluster = (network: Changes): CostEstimate => costAksCluster(resolveAksCluster({ ...place, network }).spec!);
    expect(lines(cluster({}))).to.include("1 × NAT gateway: 33");
    const subnetId = "/subscriptions/s/resourceGroups/g/providers/n/virtualNetworks/v/subnets/nodes";
    expect(lines(cluster({ subnetId })).join(), "the network has the gateway").not.to.include("NAT");
    expect(lines(cluster({ outboundType: "loadBalancer" }))).to.include("1 × load balancer: 18");
    expect(lines(costWindowsPool(resolveWindowsPool({ ...place, clusterName: "c" }).spec!))).to.deep.equal([
      "3 × node Standard_D4ds_v5 with Windows: 900",
    ]);
  });
});
