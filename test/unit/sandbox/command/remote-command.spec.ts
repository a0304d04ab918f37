import { expect } from "chai";
import { Secret, UNKNOWN, type PropertyMap } from "../../../../packages/sandbox/src/provider";
import { refusal } from "../azure/harness";
import { keyPair, SshServer } from "../../../support/ssh-server";
import { COPY, CommandResource, REMOTE } from "./support";

describe("sandbox: a remote command", () => {
  let server: SshServer;
  let connection: PropertyMap;
  let resource: CommandResource;
  beforeEach(async () => {
    server = new SshServer();
    const port = await server.start();
    resource = new CommandResource(REMOTE);
    connection = {
      host: "127.0.0.1",
      port,
      user: "deployer",
      privateKey: server.userKey.private,
      hostKey: server.hostKey.public,
      dialErrorLimit: 0,
    };
  });
  afterEach(() => server.stop());

  const printed = (text: string): Secret => new Secret(text);

  it("runs over SSH, and keeps what it printed as secrets, without the last line end", async () => {
    const outputs = await resource.create({ connection, create: "echo out; echo err >&2" });
    expect(outputs["stdout"]).to.deep.equal(printed("out"));
    expect(outputs["stderr"]).to.deep.equal(printed("err"));
    expect(outputs["connection"]).to.equal(connection);
    expect(outputs["id"]).to.match(/^orders[0-9a-f]{8}$/);
  });

  it("hands over the standard input and the environment", async () => {
    const given = { stdin: "canary", environment: { COLOUR: "green" } };
    const outputs = await resource.create({ connection, ...given, create: 'echo "$COLOUR $(cat)"' });
    expect(outputs["stdout"]).to.deep.equal(printed("green canary"));
  });

  it("runs create, then update at a change, then delete, each with the former output", async () => {
    const inputs = {
      connection,
      create: "echo created",
      update: 'echo "updated after $PULUMI_COMMAND_STDOUT"',
      delete: '[ "$PULUMI_COMMAND_STDOUT" = "updated after created" ]',
    };
    await resource.create(inputs);
    expect((await resource.update(inputs))["stdout"]).to.deep.equal(printed("updated after created"));
    await resource.delete();
    expect(server.commands).to.deep.equal([inputs.create, inputs.update, inputs.delete]);
  });

  it("runs create again at a change when there is no update, without the former output if that is wished", async () => {
    const inputs = { connection, create: 'echo "[$PULUMI_COMMAND_STDOUT]"', addPreviousOutputInEnv: false };
    await resource.create(inputs);
    expect((await resource.update(inputs))["stdout"]).to.deep.equal(printed("[]"));
  });

  it("runs nothing where no command is given", async () => {
    const outputs = await resource.create({ connection, delete: "true" });
    expect(outputs["stdout"]).to.deep.equal(printed(""));
    expect(server.connections).to.equal(0);
  });

  it("knows nothing in a preview, and connects to nobody", async () => {
    const outputs = await resource.create({ connection, create: "true" }, true);
    expect(outputs).to.include({ stdout: UNKNOWN, stderr: UNKNOWN, create: "true" });
    expect((await resource.update({ connection }, true))["stdout"]).to.equal(UNKNOWN);
    expect(server.connections).to.equal(0);
  });

  it("fails with the exit code and what was printed, without the command that may hold a secret", async () => {
    const failure = await refusal(resource.create({ connection, create: "echo because >&2; : canary-4711; exit 7" }));
    expect(failure.message).to.equal("the command `create` exited with 7:\nbecause");
  });

  it("says so when a command was ended by a signal", async () => {
    const failure = await refusal(resource.create({ connection, create: "kill -9 $$" }));
    expect(failure.message).to.equal("the command `create` was ended by SIGKILL, and said nothing");
  });

  it("keeps the resource when its delete command fails", async () => {
    await resource.create({ connection, delete: "exit 3" });
    expect((await refusal(resource.delete())).message).to.match(/`delete` exited with 3/);
  });

  it("refuses another host key before anything is sent, and doesn't try again", async () => {
    const other = keyPair().public;
    const wrong = { ...connection, hostKey: other, dialErrorLimit: 10 };
    const failure = await refusal(resource.create({ connection: wrong, create: "true" }));
    expect(failure.message).to.match(/^connection\.hostKey: 127\.0\.0\.1:\d+ shows the key SHA256:\S+, but SHA256:/);
    expect(server.connections).to.equal(0);
  });

  it("asks a server with several keys for the one that was given", async () => {
    // The server prefers its other key; a client that took it would see another key than the given one.
    await resource.create({ connection, create: "true" });
    expect(server.connections).to.equal(1);
  });

  it("takes any host key where none is given, as the provider does", async () => {
    await resource.create({ connection: { ...connection, hostKey: undefined }, create: "true" });
    expect(server.connections).to.equal(1);
  });

  it("signs in with a password", async () => {
    const byPassword = { ...connection, privateKey: undefined, password: server.password };
    await resource.create({ connection: byPassword, create: "true" });
    expect(server.connections).to.equal(1);
  });

  it("says who couldn't be reached, and repeats no password", async () => {
    const wrong = { ...connection, privateKey: undefined, password: "canary-0815" };
    const { message } = await refusal(resource.create({ connection: wrong, create: "true" }));
    expect(message).to.match(/^connection: 127\.0\.0\.1:\d+ could not be reached in 1 attempt: .*authentication/);
    expect(message).not.to.include("canary");
  });

  it("tries as often as it may", async () => {
    server.turnAway = 2;
    const twice = { ...connection, dialErrorLimit: 1 };
    expect((await refusal(resource.create({ connection: twice, create: "true" }))).message).to.include("in 2 attempts");
    server.turnAway = 2;
    await resource.create({ connection: { ...connection, dialErrorLimit: 2 }, create: "true" });
    expect(server.connections).to.equal(1);
  });

  it("goes through another server, whose key is checked too", async () => {
    const proxy = new SshServer();
    const port = await proxy.start();
    try {
      const through = {
        host: "127.0.0.1",
        port,
        user: "deployer",
        privateKey: proxy.userKey.private,
        dialErrorLimit: 0,
      };
      const create = (hostKey: string): Promise<PropertyMap> =>
        resource.create({ connection: { ...connection, proxy: { ...through, hostKey } }, create: "true" });
      await create(proxy.hostKey.public);
      expect([proxy.connections, server.connections]).to.deep.equal([1, 1]);
      expect((await refusal(create(server.hostKey.public))).message).to.match(/^connection\.proxy\.hostKey: /);
    } finally {
      await proxy.stop();
    }
  });

  it("ends when the engine doesn't wait any more", async () => {
    const failure = refusal(resource.create({ connection, create: "echo started; sleep 60" }));
    while (server.commands.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    resource.abandon();
    expect((await failure).message).to.equal("connection: stopped, as the engine no longer waits");
  });

  it("runs again at every change, and is replaced by a changed trigger alone", () => {
    const olds = { connection, create: "true", triggers: ["a"] };
    const { changes } = resource.diff(olds, {
      connection: { ...connection, port: 1 },
      create: "true",
      triggers: ["b"],
    });
    expect([...changes]).to.deep.equal([
      ["connection.port", { kind: "update", replaces: false }],
      ["triggers[0]", { kind: "update", replaces: true }],
    ]);
    expect(resource.diff(olds, olds).changes.size).to.equal(0);
  });

  it("refuses at preview what can't work", () => {
    expect(resource.check({ connection: { host: "h", hostKey: "canary" } })).to.deep.equal([
      'connection.hostKey: should be a public key such as "ssh-ed25519 AAAA…"',
    ]);
    expect(resource.check({ connection: { host: "h", hostKey: server.hostKey.private } })).to.have.length(1);
    expect(resource.check({ connection: { hosst: "h" } }).join())
      .to.include("did you mean host?")
      .and.include("host:");
    expect(resource.check({ connection, create: "true" })).to.deep.equal([]);
  });

  it("names the types that it emulates when it is asked for another", () => {
    const copyFile = new CommandResource("command:remote:CopyFile");
    expect(() => copyFile.check({})).to.throw(
      `does not emulate command:remote:CopyFile yet; emulated: command:local:Command, ${REMOTE}, ${COPY}`,
    );
  });

  it("marks the outputs as secrets when it is read too, and imports nothing", async () => {
    const request = { urn: "urn", name: "orders", type: REMOTE, connection: "test", id: "x", inputs: { connection } };
    const found = await resource.provider.read({ ...request, state: { connection, stdout: "canary" } });
    expect(found!.outputs["stdout"]).to.deep.equal(printed("canary"));
    const failure = await refusal(resource.provider.read({ ...request, state: {} }));
    expect(failure.message).to.include("can't be imported");
  });
});
