import { expect } from "chai";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findLeaks, findLeaksBelow, makeCanary, type Leak } from "../support/canaries";
import { REPOSITORY, SandboxStack } from "../support/sandbox-stack";

interface Change {
  op: string;
  urn: string;
}

interface EmulatedResource {
  id: string;
  type: string;
  name: string;
}

describe("a secret store", function () {
  this.timeout(180_000);
  const stack = new SandboxStack(join(__dirname, "programs/secret-store"));
  const settings = join(stack.folder, "input", "settings.json");
  const made = { password: makeCanary(), changed: makeCanary(), token: makeCanary() };
  const marks = Object.fromEntries(Object.entries(made).map(([name, { mark }]) => [name, mark]));
  const leaks: Leak[] = [];
  let subnet = 1;
  const sinceMs = Date.now();

  before(async () => {
    mkdirSync(join(settings, ".."));
    cpSync(join(REPOSITORY, "stacks/Pulumi.dev.yaml"), stack.config);
    await stack.pulumi(["stack", "init", "dev"]);
    await stack.set("settings", settings);
    declare({ password: made.password.value, token: made.token.value });
  });
  after(() => stack.remove());

  function declare(secrets: Record<string, string>, retentionDays?: number): void {
    writeFileSync(settings, JSON.stringify({ secrets, retentionDays, subnet }));
  }

  /** Runs a Pulumi command and searches what it prints. */
  async function run(args: string[], expectedToFail = false): Promise<string> {
    const { code, stdout, stderr } = await stack.tryPulumi([...args, "--stack", "dev"]);
    expect(code !== 0, `pulumi ${args.join(" ")}\n${stdout}\n${stderr}`).to.equal(expectedToFail);
    leaks.push(...findLeaks(args.join(" "), stdout + stderr, marks));
    return stdout + stderr;
  }
  const up = ["up", "--yes", "--skip-preview"];
  const destroy = ["destroy", "--yes", "--skip-preview"];

  /** What a preview would do, by the resources' names. */
  async function previewed(): Promise<Record<string, string>> {
    const text = await run(["preview", "--json"]);
    const { steps } = JSON.parse(text) as { steps: Change[] };
    const changes = steps.filter(({ op }) => op !== "same").map(({ op, urn }) => [urn.split("::").at(-1)!, op]);
    return Object.fromEntries(changes) as Record<string, string>;
  }

  /** What the emulated Azure holds. */
  const emulated = (type: string): EmulatedResource[] =>
    (JSON.parse(readFileSync(join(stack.sandbox, "azure/resources.json"), "utf8")) as EmulatedResource[]).filter(
      (resource) => resource.type === type,
    );

  it("goes up in one update, and then there is nothing to do, twice", async () => {
    await run(["preview", "--diff"]);
    await run(up);
    const uri = await stack.output("vaultUri");
    expect(uri).to.match(/^https:\/\/shop-[0-9a-f]{10}\.vault\.azure\.net\/$/);
    expect(JSON.parse(await stack.output("secretUris"))).to.deep.equal({
      password: `${uri}secrets/password`,
      token: `${uri}secrets/token`,
    });
    expect(emulated("azure-native:keyvault:Secret")).to.have.length(3);
    expect(emulated("azure-native:privatedns:PrivateZone"), "one zone for two private stores").to.have.length(1);
    expect(emulated("azure-native:network:PrivateEndpoint")).to.have.length(2);
    await run(["preview", "--expect-no-changes"]);
    await run(["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
    await run(["preview", "--expect-no-changes"]);
  });

  it("writes the one secret that changed, and nothing else", async () => {
    declare({ password: made.password.value, token: made.changed.value });
    expect(await previewed()).to.deep.equal({ "shop-token": "update" });
    await run(["preview", "--diff"]);
    const before = emulated("azure-native:keyvault:Secret");
    await run([...up, "--diff"]);
    const after = emulated("azure-native:keyvault:Secret");
    const rewritten = after.filter(
      (secret) => !before.some((other) => JSON.stringify(other) === JSON.stringify(secret)),
    );
    expect(rewritten.map(({ name }) => name)).to.deep.equal(["token"]);
  });

  it("moves a private store's endpoint to another subnet: its former record goes before the new one comes", async () => {
    subnet = 2;
    declare({ password: made.password.value, token: made.changed.value });
    const log = (): string[] => readFileSync(join(stack.sandbox, "daemon.log"), "utf8").split("\n");
    // Behind the last line's end an empty one begins.
    const before = log().length - 1;
    await run(up);
    const done = log()
      .slice(before)
      .flatMap((line) => {
        const [, operation, record] =
          /(create|delete) \S*\/privateEndpoints\/[^/:]+(\/privateDnsZoneGroups\/default)?: done/.exec(line) ?? [];
        return operation === undefined ? [] : [`${operation} ${record === undefined ? "endpoint" : "record"}`];
      });
    expect(done).to.deep.equal(["create endpoint", "delete record", "create record", "delete endpoint"]);
    await run(["preview", "--expect-no-changes"]);
  });

  it("leaves a secret that is declared no longer in the vault, where its name can't be created again", async () => {
    declare({ password: made.password.value });
    // The component hands on its addresses, so it changes itself.
    expect(await previewed()).to.deep.equal({ "shop-token": "delete", shop: "update" });
    await run(up);
    expect(emulated("azure-native:keyvault:Secret").map(({ name }) => name)).to.include("token");
    declare({ password: made.password.value, token: made.token.value });
    expect(await run(up, true)).to.contain("already existing resource");
    declare({ password: made.password.value });
    await run(up);
  });

  it("gets another name when something changes that Azure doesn't, and the old vault goes last", async () => {
    const former = await stack.output("vaultUri");
    declare({ password: made.password.value }, 30);
    expect((await previewed())["shop-vault-name"]).to.equal("replace");
    await run(up);
    const present = await stack.output("vaultUri");
    expect(present).not.to.equal(former);
    const operations = readFileSync(join(stack.sandbox, "daemon.log"), "utf8").split("\n");
    const at = (operation: string, uri: string, rest = ""): number =>
      operations.findIndex((line) => new RegExp(`${operation} .*/vaults/${nameOf(uri)}${rest}: done`).test(line));
    const written = at("create", present, "/secrets/password");
    expect(written, "the new vault's secret").to.be.above(0);
    expect(at("delete", former), "the old vault").to.be.above(written);
    expect(
      emulated("Microsoft.KeyVault/deletedVaults").map(({ name }) => `https://${name}.vault.azure.net/`),
    ).to.include(former);
    await run(["preview", "--expect-no-changes"]);
  });

  it("goes down without a right to the vault's data; the names of its vaults stay taken, and it goes up again", async () => {
    await run(destroy);
    expect(await stack.resources()).to.deep.equal([]);
    const taken = emulated("Microsoft.KeyVault/deletedVaults");
    expect(taken).to.have.length(4);
    expect((await stack.status()).resources, "nothing but deleted vaults").to.equal(taken.length);

    await run(up);
    const present = emulated("azure-native:keyvault:Vault").map(({ name }) => name);
    expect(present).to.have.length(3);
    expect(present).not.to.include.members(taken.map(({ name }) => name));
    await run(["preview", "--expect-no-changes"]);
    await run(destroy);
  });

  it("showed no value anywhere but in the file that the program reads", async () => {
    await run(["stack", "history", "--json"]);
    const found = [...leaks, ...findLeaksBelow(stack.folder, sinceMs, marks)].map(
      ({ place, canary }) => `${place}: ${canary}`,
    );
    expect(found.filter((leak) => !leak.startsWith("input/settings.json:"))).to.deep.equal([]);
    expect(found, "the search works").to.include("input/settings.json: password");
  });
});

/** The name of the vault at an address. */
function nameOf(uri: string): string {
  return new URL(uri).hostname.split(".")[0]!;
}
