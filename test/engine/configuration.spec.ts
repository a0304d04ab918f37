import { mkdirSync, writeFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ConfigurationArgs } from "windows-ha";
import { expect } from "chai";
import { SandboxStack } from "../support/sandbox-stack";
import { eventually, get } from "../support/traffic";

/** One that doesn't start is given up soon. */
const QUICK = {
  stop: { drainSeconds: 0 },
  installGate: { deadlineSeconds: 8, consecutiveSuccesses: 2, intervalSeconds: 1 },
};
/** The balancer's probe twice, and a look. */
const ADMISSION_SECONDS = 12;

/** The whole way: from the declaration to what the running service says that it works with. */
describe("a service's configuration on its machine", function () {
  this.timeout(180_000);
  const stack = new SandboxStack(join(__dirname, "programs/settings"));
  const settings = join(stack.folder, "input", "settings.json");

  before(async () => {
    mkdirSync(join(settings, ".."));
    await stack.create({ settings });
  });
  after(() => stack.remove());

  function declare(configuration: ConfigurationArgs): void {
    const release = JSON.parse(readFileSync(stack.release, "utf8")) as object;
    writeFileSync(settings, JSON.stringify({ release, service: { configuration, ...QUICK } }));
  }

  /** What the service on the machine says is in force, by key. */
  async function inForce(): Promise<Record<string, string>> {
    const url = `${await stack.output("url")}/config`;
    let body = "";
    await eventually("an answer", ADMISSION_SECONDS, async () => {
      body = (await get(url)).body;
      return body !== "";
    });
    const { settings } = JSON.parse(body) as { settings: { key: string; value: string; source: string }[] };
    return Object.fromEntries(settings.map(({ key, value, source }) => [key, `${value}, ${source}`]));
  }

  const layers: ConfigurationArgs = {
    defaults: { capacity: "${CAPACITY:100}", "log/level": "info" },
    file: '{"log": {"level": "warn"}}',
  };

  it("is the file of its release, with the highest layer of each key", async () => {
    declare(layers);
    await stack.up();
    expect(await inForce()).to.deep.equal({
      capacity: "100, file",
      "log/level": "warn, file",
      "order/max-items": "100, built in",
    });
  });

  it("is told by a preview and by the state, with the layer that won", async () => {
    const file = async (name: string, args: string[]): Promise<string> => {
      const path = join(stack.folder, name);
      writeFileSync(path, await stack.pulumi([...args, "--stack", "dev"]));
      return path;
    };
    const state = await file("state.json", ["stack", "export"]);
    declare({ ...layers, environment: { "log/level": "error" } });
    const preview = await file("preview.json", ["preview", "--json"]);
    const explain = (...files: string[]): Promise<string> => stack.cli(["explain", "config", "orders", ...files]);
    expect(await explain("--state", state)).to.match(/log\/level +warn +file +over defaults\n/);
    expect(await explain("--state", state, "--preview", preview)).to.match(
      /log\/level +error +environment +over defaults, file\n/,
    );
  });

  it("comes with another release when it changes", async () => {
    declare({ ...layers, variables: { CAPACITY: "250" } });
    await stack.up();
    expect(await inForce()).to.include({ capacity: "250, file" });
  });

  it("goes back when the service can't work with it, and the deployment says so", async () => {
    declare({ ...layers, environment: { capacity: "a lot" } });
    const { code, stdout, stderr } = await stack.tryPulumi(["up", "--yes", "--skip-preview", "--stack", "dev"]);
    expect(code, stdout + stderr).to.not.equal(0);
    expect(await inForce()).to.include({ capacity: "250, file" });
  });

  it("creates nothing where a placeholder is left, and names all of them", async () => {
    declare({ defaults: { a: "${NOWHERE}", b: "${NEITHER}" } });
    const { code, stdout, stderr } = await stack.tryPulumi(["preview", "--stack", "dev"]);
    expect(code).to.not.equal(0);
    expect(stdout + stderr)
      .to.contain('service.configuration.defaults["a"] is ${NOWHERE}, which nobody declares')
      .and.contain("${NEITHER}");
  });
});
