import { expect } from "chai";
import { stripVTControlCharacters } from "node:util";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeDaemon, runHere, temporaryFolder } from "./support";

const MACHINES = [
  {
    name: "orders-0",
    scaleSet: "/s",
    zone: "1",
    address: "127.70.1.4",
    power: "running",
    health: "healthy",
    version: "1.4.2",
  },
  {
    name: "orders-11",
    scaleSet: "/s",
    address: "127.70.1.15",
    power: "failed",
    health: "unknown",
    message: "exit code 20",
  },
];
const STATUS = {
  folder: "/project/.windows-ha/sandbox",
  version: "0.1.0",
  pid: 4242,
  startedAt: "2026-01-02T03:04:05.000Z",
  block: 70,
  resources: 14,
  machines: MACHINES,
  frontEnds: [
    {
      loadBalancer: "orders",
      rule: "http",
      address: "127.70.0.10",
      port: 80,
      backEnds: [
        { machine: "orders-0", address: "127.70.1.4", port: 8080, state: "up" },
        { machine: "orders-11", address: "127.70.1.15", port: 8080, state: "down" },
      ],
    },
    {
      loadBalancer: "orders",
      rule: "tls",
      address: "127.70.0.10",
      port: 443,
      error: "port 443 needs root",
      backEnds: [],
    },
  ],
  clusters: [
    { name: "shop", server: "https://127.70.1.9:6443", kubeconfig: "/project/kubernetes/g_shop/kubeconfig.json" },
  ],
  missing: [],
};

describe("the output of windows-ha sandbox", () => {
  const folder = temporaryFolder();
  let daemon: FakeDaemon;

  beforeEach(async () => {
    daemon = new FakeDaemon({
      "GET /status": STATUS,
      "POST /machines/orders-0/stop": {},
      "POST /machines/orders-0/start": {},
      "GET /machines/orders-0/logs": [
        { name: "service", file: join(folder(), "service.log") },
        { name: "agent", file: join(folder(), "agent.log") },
      ],
    });
    await daemon.start(folder());
  });
  afterEach(() => daemon.stop());

  function sandbox(...argv: string[]) {
    return runHere(["sandbox", ...argv, "--folder", folder()], folder());
  }

  it("shows the status in aligned columns", async () => {
    expect((await sandbox("status")).out).to.equal(
      [
        "Sandbox    runs since 2026-01-02T03:04:05.000Z (process 4242, version 0.1.0)",
        "Folder     /project/.windows-ha/sandbox",
        "Addresses  127.70.x.y",
        "Resources  14",
        "Machines   1 running, 1 failed",
        "Cluster    shop: kubectl --kubeconfig '/project/kubernetes/g_shop/kubeconfig.json' get pods -A",
        "",
        "LOAD BALANCER  RULE  ADDRESS          BEHIND IT",
        "orders         http  127.70.0.10:80   orders-0 up, orders-11 down",
        "orders         tls   127.70.0.10:443  port 443 needs root",
        "",
      ].join("\n"),
    );
  });

  it("lists machines in aligned columns, with the reason of a failure", async () => {
    expect((await sandbox("machines")).out).to.equal(
      [
        "MACHINE    ZONE  ADDRESS      POWER    HEALTH   VERSION",
        "orders-0   1     127.70.1.4   running  healthy  1.4.2",
        "orders-11  -     127.70.1.15  failed   unknown  -        exit code 20",
        "",
      ].join("\n"),
    );
  });

  it("shows what Consul is where it runs", async () => {
    await daemon.stop();
    const roles = ["leader", "follower", "follower", "client"];
    const machines = roles.map((consul, index) => ({ ...MACHINES[0], name: `m-${index + 1}`, consul }));
    daemon = new FakeDaemon({ "GET /status": { ...STATUS, machines: [...machines, MACHINES[1]] } });
    await daemon.start(folder());
    expect((await sandbox("status")).out).to.contain("\nConsul     m-1 leads; 2 follower, 1 client\n");
    const [titles, first, , , , last] = (await sandbox("machines")).out.split("\n");
    expect(titles).to.match(/VERSION {2}CONSUL$/);
    expect(first).to.match(/1\.4\.2 {4}leader$/);
    expect(last).to.match(/unknown {2}- {8}- {9}exit code 20$/);
  });

  it("publishes a program for Windows or Consul, not neither and not both", async () => {
    for (const argv of [[], ["orders.exe", "--consul", "consul"]]) {
      const { code, err } = await sandbox("publish", ...argv);
      expect(code).to.equal(2);
      expect(err).to.contain("give either a Windows build, or --consul with Consul's program");
    }
    expect(daemon.asked).to.deep.equal([]);
  });

  it("aligns the same with colours", async () => {
    const argv = ["sandbox", "machines", "--folder", folder()];
    const { out } = await runHere(argv, folder(), { color: true });
    expect(out).to.contain("\u001b[32mrunning");
    expect(stripVTControlCharacters(out)).to.equal((await sandbox("machines")).out);
  });

  it("prints the same data for programs", async () => {
    expect(JSON.parse((await sandbox("status", "--json")).out)).to.deep.equal(STATUS);
    expect(JSON.parse((await sandbox("machines", "--json")).out)).to.deep.equal(MACHINES);
  });

  it("prints a machine that it stopped or started as it is then", async () => {
    for (const command of ["stop-machine", "start-machine"])
      expect(JSON.parse((await sandbox(command, "orders-0", "--json")).out)).to.deep.equal(MACHINES[0]);
    expect(daemon.asked).to.deep.equal([
      "POST /machines/orders-0/stop",
      "GET /status",
      "POST /machines/orders-0/start",
      "GET /status",
    ]);
  });

  it("prints each line of a log as a document of its own", async () => {
    writeFileSync(join(folder(), "service.log"), 'one\n{"level":"info"}\n');
    writeFileSync(join(folder(), "agent.log"), "installed\n");
    const { out } = await sandbox("logs", "orders-0", "--json");
    expect(
      out
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).to.deep.equal([
      { log: "service", line: "one" },
      { log: "service", line: '{"level":"info"}' },
      { log: "agent", line: "installed" },
    ]);
  });

  it("prints a refusal as data, too, on standard output", async () => {
    const { code, out, err } = await sandbox("stop-machine", "orders-9", "--json");
    const message = "no answer to POST /machines/orders-9/stop";
    expect(JSON.parse(out)).to.deep.equal({ error: { code: "refused", exitCode: 1, message } });
    expect({ code, err }).to.deep.equal({ code: 1, err: `error: ${message}\n` });
  });

  it("stops and starts a machine", async () => {
    expect(await sandbox("stop-machine", "orders-0")).to.deep.equal({ code: 0, out: "stopped orders-0\n", err: "" });
    expect(await sandbox("start-machine", "orders-0")).to.deep.equal({ code: 0, out: "started orders-0\n", err: "" });
    expect(daemon.asked).to.deep.equal(["POST /machines/orders-0/stop", "POST /machines/orders-0/start"]);
  });

  it("stops and starts what is in a zone and has or lacks power, and says which zones there are", async () => {
    expect(await sandbox("stop-zone", "1")).to.deep.equal({ code: 0, out: "stopped orders-0\n", err: "" });
    expect(await sandbox("start-zone", "1")).to.include({ code: 0, out: "started nothing: it was done already\n" });
    expect(daemon.asked).to.include("POST /machines/orders-0/stop").and.not.include("POST /machines/orders-0/start");
    const { code, err } = await sandbox("stop-zone", "4");
    expect({ code, err }).to.deep.equal({ code: 1, err: "error: no machine is in zone 4; zones with machines: 1\n" });
  });

  it("passes on the daemon's refusal", async () => {
    const { code, err } = await sandbox("stop-machine", "orders/9");
    expect({ code, err }).to.deep.equal({ code: 1, err: "error: no answer to POST /machines/orders%2F9/stop\n" });
  });

  it("prints a machine's logs, each line with its log's name", async () => {
    writeFileSync(join(folder(), "service.log"), "one\ntwo\nthree\nhalf");
    expect((await sandbox("logs", "orders-0", "--lines", "2")).out).to.equal("service | two\nservice | three\n");
  });

  it("prints the sandbox's own log plainly", async () => {
    writeFileSync(join(folder(), "daemon.log"), "one\ntwo\n");
    expect((await sandbox("logs")).out).to.equal("one\ntwo\n");
    expect((await sandbox("logs", "--lines", "0")).out).to.equal("");
  });
});
