import { expect } from "chai";
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findLeaks, findLeaksBelow, makeCanary, type Leak } from "../support/canaries";
import { REPOSITORY, SandboxStack } from "../support/sandbox-stack";
import { keyPair, SshServer } from "../support/ssh-server";

describe("commands on a host", function () {
  this.timeout(180_000);
  const stack = new SandboxStack(join(__dirname, "programs/commands"));
  const settings = join(stack.folder, "input", "settings.json");
  const folder = join(realpathSync(stack.folder), "input", "host");
  const server = new SshServer();
  const token = makeCanary();
  const leaks: Leak[] = [];
  let connection: Record<string, unknown>;

  before(async () => {
    connection = {
      host: "127.0.0.1",
      port: await server.start(),
      user: "deployer",
      privateKey: server.userKey.private,
      hostKey: server.hostKey.public,
      dialErrorLimit: 0,
    };
    mkdirSync(folder, { recursive: true });
    cpSync(join(REPOSITORY, "stacks/Pulumi.dev.yaml"), stack.config);
    await stack.pulumi(["stack", "init", "dev"]);
    await stack.set("settings", settings);
  });
  after(async () => {
    await stack.remove();
    await server.stop();
  });

  function declare(text: string, changes: Record<string, unknown> = {}): void {
    writeFileSync(
      settings,
      JSON.stringify({ connection: { ...connection, ...changes }, folder, text, token: token.value }),
    );
  }

  /** Runs a Pulumi command and searches what it prints. */
  async function run(command: string, expectedToFail = false): Promise<string> {
    const args = [command, "--yes", "--skip-preview", "--stack", "dev"];
    const { code, stdout, stderr } = await stack.tryPulumi(args);
    expect(code !== 0, `pulumi ${command}\n${stdout}\n${stderr}`).to.equal(expectedToFail);
    leaks.push(...findLeaks(command, stdout + stderr, { token: token.mark }));
    return stdout + stderr;
  }
  const output = async (name: string): Promise<string> =>
    (await stack.pulumi(["stack", "output", name, "--show-secrets", "--stack", "dev"])).trim();

  it("copies and runs in their order, and has nothing to do the second time", async () => {
    declare("one");
    await run("up");
    expect(await output("said")).to.equal("created with one");
    expect(await output("place")).to.equal(folder);
    expect(await output("echoed")).to.equal(token.value);
    const before = server.connections;
    await run("up");
    expect(server.connections, "connections of an unchanged program").to.equal(before);
  });

  it("copies the changed text and runs the update with the former output", async () => {
    declare("two");
    await run("up");
    expect(readFileSync(join(folder, "copied", "text"), "utf8")).to.equal("two");
    expect(await output("said")).to.equal("updated from 'created with one'");
  });

  it("keeps what a command printed as a secret", async () => {
    expect(await stack.output("echoed")).to.equal("[secret]");
    await stack.pulumi(["refresh", "--yes", "--stack", "dev"]);
    leaks.push(...findLeaksBelow(join(stack.sandbox, "backend"), 0, { token: token.mark }));
    expect(leaks).to.deep.equal([]);
  });

  it("stops at a host that has another key, and changes nothing there", async () => {
    declare("three", { hostKey: keyPair().public });
    const before = server.connections;
    expect(await run("up", true)).to.include("connection.hostKey: 127.0.0.1:");
    expect(server.connections).to.equal(before);
    expect(readFileSync(join(folder, "copied", "text"), "utf8")).to.equal("two");
  });

  it("runs the delete command with the connection that the state holds", async () => {
    await run("destroy");
    expect(existsSync(join(folder, "deleted"))).to.equal(true);
  });
});
