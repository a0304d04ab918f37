import { expect } from "chai";
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findLeaks, findLeaksBelow, makeCanary, type Leak } from "../support/canaries";
import { succeed } from "../support/command";
import { REPOSITORY, SandboxStack } from "../support/sandbox-stack";
import { keyPair } from "../support/ssh-server";
import { get } from "../support/traffic";
import { WindowsHost } from "../support/windows-host";

const ORDERS = join(REPOSITORY, "examples/services/orders");
const PORT = 8080;

describe("a service on hosts that exist already", function () {
  this.timeout(240_000);
  const stack = new SandboxStack(join(__dirname, "programs/hosts"));
  const settings = join(stack.folder, "input", "settings.json");
  const block = 1 + (process.pid % 250);
  const hosts = ["a", "b", "c"].map(
    (name, index) => new WindowsHost(name, `127.91.${block}.${index + 4}`, join(stack.folder, "input", "hosts")),
  );
  const token = makeCanary();
  const key = hosts[0]!.server.userKey.private.split("\n")[2]!;
  const leaks: Leak[] = [];
  const declared: Record<string, unknown>[] = [];
  const builds = { "1.4.2": join(ORDERS, "bin/orders.exe"), "1.5.0": join(stack.folder, "1.5.0/orders.exe") };

  before(async () => {
    const build = ["--version", "1.5.0", "--out", join(stack.folder, "1.5.0")];
    await succeed(process.execPath, [join(ORDERS, "build.mjs"), ...build]);
    for (const host of hosts) {
      declared.push({
        name: host.name,
        address: "127.0.0.1",
        port: await host.start(Object.values(builds)),
        user: host.server.user,
        privateKey: host.server.userKey.private,
        hostKey: host.server.hostKey.public.trim(),
      });
    }
    cpSync(join(REPOSITORY, "stacks/Pulumi.dev.yaml"), stack.config);
    await stack.pulumi(["stack", "init", "dev"]);
    await stack.set("settings", settings);
  });
  after(async () => {
    await stack.remove();
    for (const host of hosts) await host.stop();
  });

  function declare(version: keyof typeof builds, service: Record<string, unknown> = {}, named = declared): void {
    const orders = { name: "orders", version, artifact: { path: builds[version] }, port: PORT };
    const quick = { stop: { drainSeconds: 0 }, installGate: { deadlineSeconds: 30, intervalSeconds: 1 } };
    const install = { hosts: named, service: { ...orders, ...quick, ...service } };
    writeFileSync(settings, JSON.stringify({ install, token: token.value }));
  }

  /** Runs a Pulumi command and searches what it prints. */
  async function run(command: string, expectedToFail = false): Promise<string> {
    const { code, stdout, stderr } = await stack.tryPulumi([command, "--yes", "--skip-preview", "--stack", "dev"]);
    expect(code !== 0, `pulumi ${command}\n${stdout}\n${stderr}`).to.equal(expectedToFail);
    leaks.push(...findLeaks(command, stdout + stderr, { token: token.mark, key }));
    return stdout + stderr;
  }

  /** The service's answer on each host; undefined where nobody answers. */
  const serving = (): Promise<(string | undefined)[]> =>
    Promise.all(
      hosts.map(({ address }) =>
        get(`http://${address}:${PORT}/orders`).then(
          ({ body }) => (JSON.parse(body) as { version: string }).version,
          () => undefined,
        ),
      ),
    );
  const connections = (): number => hosts.reduce((sum, { server }) => sum + server.connections, 0);

  it("installs it, host after host, and has nothing to do the second time", async () => {
    declare("1.4.2");
    await run("up");
    expect(await serving()).to.deep.equal(["1.4.2", "1.4.2", "1.4.2"]);
    expect(Object.keys(JSON.parse(await stack.output("results")) as object)).to.deep.equal(["a", "b", "c"]);
    const before = connections();
    await run("up");
    expect(connections(), "connections of an unchanged program").to.equal(before);
  });

  it("upgrades one host at a time", async () => {
    declare("1.5.0");
    const watched = watchServing();
    await run("up");
    expect(await watched(), "hosts that served at the worst moment").to.be.at.least(2);
    expect(await serving()).to.deep.equal(["1.5.0", "1.5.0", "1.5.0"]);
  });

  /** Watches how many hosts serve; the answer is the lowest number. */
  function watchServing(): () => Promise<number> {
    let [least, over] = [hosts.length, false];
    const watching = (async () => {
      while (!over) {
        const answers = await serving();
        least = Math.min(least, answers.filter((version) => version !== undefined).length);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    return async () => {
      over = true;
      await watching;
      return least;
    };
  }

  it("stops at the first host where a release doesn't get healthy, and the former one goes on everywhere", async () => {
    declare("1.4.2", { health: { livenessPath: "/nowhere" }, installGate: { deadlineSeconds: 5 } });
    const before = hosts.map(({ server }) => server.connections);
    const said = await run("up", true);
    expect(said)
      .to.match(/the former release 1\.5\.0\S* serves again/)
      .and.include("exit code 20, rolled-back");
    expect(await serving()).to.deep.equal(["1.5.0", "1.5.0", "1.5.0"]);
    expect(hosts.slice(1).map(({ server }) => server.connections)).to.deep.equal(before.slice(1));
  });

  it("sends nothing to a host that shows another key", async () => {
    declare("1.5.0", {}, [{ ...declared[0], hostKey: keyPair().public.trim() }, ...declared.slice(1)]);
    const before = connections();
    expect(await run("up", true)).to.include("connection.hostKey: 127.0.0.1:");
    expect(connections()).to.equal(before);
  });

  it("uninstalls from a host that is declared no longer, and leaves the others alone", async () => {
    declare("1.5.0", {}, declared.slice(0, 2));
    await run("up");
    expect(await serving()).to.deep.equal(["1.5.0", "1.5.0", undefined]);
  });

  it("lets a renamed service take the place of the former one", async () => {
    declare("1.5.0", { name: "orders-api" }, declared.slice(0, 2));
    await run("up");
    expect(await serving()).to.deep.equal(["1.5.0", "1.5.0", undefined]);
    const last = hosts.slice(0, 2).map(({ commands }) => commands.slice(-2).map((text) => text.split(" ")[1]));
    expect(last).to.deep.equal([
      ["uninstall", "install"],
      ["uninstall", "install"],
    ]);
  });

  it("leaves no service behind, and no secret in commands, in what is printed and in the state", async () => {
    leaks.push(...findLeaksBelow(join(stack.sandbox, "backend"), 0, { token: token.mark, key }));
    for (const { commands } of hosts)
      leaks.push(...findLeaks("commands", commands.join("\n"), { token: token.mark, key }));
    await run("destroy");
    expect(await serving()).to.deep.equal([undefined, undefined, undefined]);
    expect(leaks).to.deep.equal([]);
  });
});
