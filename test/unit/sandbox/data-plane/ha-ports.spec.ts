import { expect } from "chai";
import { get, until } from "./asking";
import { PORT, TestCluster } from "./cluster";
import { rule } from "./security-rules";

describe("sandbox: a balancing rule for all ports", function () {
  this.timeout(20_000);
  let cluster: TestCluster;
  beforeEach(async () => {
    cluster = await TestCluster.start();
  });
  afterEach(() => cluster.end());

  it("forwards the TCP ports that firewall rules name, to the same ports", async () => {
    cluster.putNetwork([
      rule({ name: "clients", destinationPortRange: String(PORT), protocol: "Tcp", priority: 100 }),
      rule({ name: "names", destinationPortRange: "53", protocol: "Udp", priority: 110 }),
      rule({ name: "many", destinationPortRange: "9000-9100", priority: 120 }),
    ]);
    const address = cluster.putBalancer({ rule: { name: "all", protocol: "All", frontendPort: 0, backendPort: 0 } });
    await cluster.put();
    await until("all back ends are up", () => cluster.upCount() === cluster.names().length);
    const frontEnds = cluster.plane.frontEnds();
    expect(frontEnds.map(({ rule, port, error }) => [rule, port, error])).to.deep.equal([
      [`all ${PORT}`, PORT, undefined],
    ]);
    expect(cluster.names()).to.include((await get(address, PORT))["machine"]);
  });
});
