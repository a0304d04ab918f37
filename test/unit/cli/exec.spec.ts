import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { outcomeOf, runHere, spawnCommand, temporaryFolder } from "./support";

/** These start the real daemon. */
describe("windows-ha sandbox exec", function () {
  this.timeout(30_000);
  // Before the folder goes: hooks run in the order of their declaration.
  afterEach(() => runHere(["sandbox", "down"], folder()));
  const folder = temporaryFolder();
  beforeEach(() => writeFileSync(join(folder(), "package.json"), "{}"));

  function exec(...command: string[]) {
    return outcomeOf(spawnCommand(["sandbox", "exec", "--", ...command], folder()));
  }

  function lock(pid: number): void {
    const stack = join(
      folder(),
      ".windows-ha",
      "sandbox",
      "backend",
      ".pulumi",
      "locks",
      "organization",
      "shop",
      "dev",
    );
    mkdirSync(stack, { recursive: true });
    writeFileSync(
      join(stack, "5d7a.json"),
      JSON.stringify({ pid, username: "ada", hostname: hostname(), timestamp: new Date().toISOString() }),
    );
  }

  it("runs the command in the sandbox's environment and says on standard error what it does", async () => {
    const { code, out, err } = await exec("sh", "-c", "echo $WINDOWS_HA_SANDBOX");
    expect(code).to.equal(0);
    expect(out).to.equal(join(folder(), ".windows-ha", "sandbox") + "\n");
    expect(err).to.contain(`sandbox: starting the sandbox in ${join(folder(), ".windows-ha", "sandbox")}`);
  });

  it("ends with the command's exit code", async () => {
    expect((await exec("sh", "-c", "exit 7")).code).to.equal(7);
    expect((await exec("sh", "-c", "kill -9 $$")).code).to.equal(137);
  });

  it("passes options on untouched", async () => {
    const { out } = await exec("echo", "--folder", "--help", "--", "-n");
    expect(out).to.equal("--folder --help -- -n\n");
  });

  it("ends with a shell's codes when the command can't be started", async () => {
    writeFileSync(join(folder(), "not-a-program"), "");
    expect(await exec("no-such-command")).to.include({ code: 127 });
    const { code, err } = await exec("./not-a-program");
    expect(code).to.equal(126);
    expect(err).to.contain('error: can\'t start "./not-a-program": it may not be executed\n');
  });

  it("passes signals on once, and waits for the command's end", async () => {
    const log = join(folder(), "signals");
    const script = `
      process.on("SIGINT", () => require("fs").appendFileSync(${JSON.stringify(log)}, "int "));
      process.on("SIGTERM", () => { require("fs").appendFileSync(${JSON.stringify(log)}, "term "); setTimeout(() => process.exit(5), 200); });
      setInterval(() => {}, 1000);
      console.log("listening");`;
    const command = spawnCommand(["sandbox", "exec", "--", process.execPath, "-e", script], folder());
    const outcome = outcomeOf(command);
    await once(command.stdout!, "data");
    command.kill("SIGINT");
    while (!existsSync(log)) await new Promise((done) => setTimeout(done, 10));
    command.kill("SIGTERM");
    expect((await outcome).code).to.equal(5);
    expect(readFileSync(log, "utf8")).to.equal("int term ");
  });

  it("leaves Ctrl-C to the terminal, which sends it to the command as well", async function () {
    const hasScript = spawnSync("script", ["--version"]).status === 0;
    if (process.platform !== "linux" || !hasScript) this.skip();
    const log = join(folder(), "signals");
    const inner = `process.on("SIGINT", () => { require("fs").appendFileSync(${JSON.stringify(log)}, "int "); setTimeout(() => process.exit(3), 300); }); console.log("listening"); setInterval(() => {}, 1000)`;
    writeFileSync(join(folder(), "inner.js"), inner);
    await exec("true");
    const main = join(process.cwd(), "packages/cli/dist/main.js");
    // `script` gives the command a terminal of its own; its input's ETX byte is the Ctrl-C.
    // `exec`, as a shell that waits would get the Ctrl-C too, and dash then ends with 130 whatever its command says.
    const line = `exec ${process.execPath} ${main} sandbox exec -- ${process.execPath} inner.js`;
    const terminal = spawn("script", ["--quiet", "--return", "--command", line, "/dev/null"], { cwd: folder() });
    let shown = "";
    while (!shown.includes("listening")) shown += String((await once(terminal.stdout, "data"))[0]);
    terminal.stdin.write("\u0003");
    const [code] = (await once(terminal, "exit")) as [number];
    expect(readFileSync(log, "utf8")).to.equal("int ");
    expect(code).to.equal(3);
  });

  it("removes the lock that a killed Pulumi left, and says so", async () => {
    lock(spawnSync(process.execPath, ["-e", ""]).pid);
    const { err } = await exec("true");
    expect(err).to.match(
      /sandbox: removed the lock that an ended Pulumi left on stack organization\/shop\/dev \(process \d+ of ada, taken .*\)\n/,
    );
    expect((await exec("true")).err).not.to.contain("lock");
  });

  it("tells a second Pulumi who holds the lock", async () => {
    lock(process.pid);
    const bin = join(folder(), "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "pulumi"), "#!/bin/sh\necho the command runs all the same\n", { mode: 0o755 });
    const env = { PATH: `${bin}:${process.env.PATH}` };
    const { out, err } = await outcomeOf(spawnCommand(["sandbox", "exec", "--", "pulumi", "up"], folder(), env));
    expect(err).to.contain(
      `sandbox: another Pulumi works on stack organization/shop/dev (process ${process.pid} of ada`,
    );
    expect(out).to.equal("the command runs all the same\n");
  });

  it("says how to get a missing Pulumi, before anything starts", async () => {
    const env = { PATH: "/nowhere", WINDOWS_HA_CACHE: folder() };
    const { code, err } = await runHere(["sandbox", "exec", "--", "pulumi", "up"], folder(), { env });
    expect(code).to.equal(1);
    expect(err).to.equal(
      "error: the Pulumi CLI is neither on PATH nor in windows-ha's tool cache. Install it: https://www.pulumi.com/docs/install\n",
    );
  });

  it("prints its environment for a shell that then is in the sandbox", async () => {
    await exec("true");
    const { out } = await outcomeOf(spawnCommand(["sandbox", "env"], folder(), { AZURE_CLIENT_SECRET: "real" }));
    const script = `AZURE_CLIENT_SECRET=real; export AZURE_CLIENT_SECRET\n${out}\nenv`;
    const seen = spawnSync("sh", ["-c", script], { encoding: "utf8", env: process.env }).stdout;
    expect(seen)
      .to.contain("PULUMI_BACKEND_URL=file://")
      .and.to.contain("ARM_CLIENT_ID=00000000-")
      .and.not.to.contain("AZURE_CLIENT_SECRET");
  });

  it("follows a log until it is stopped", async () => {
    await exec("true");
    const log = join(folder(), ".windows-ha", "sandbox", "daemon.log");
    const following = spawnCommand(["sandbox", "logs", "--follow", "--lines", "1"], folder());
    const outcome = outcomeOf(following);
    await once(following.stdout!, "data");
    appendFileSync(log, "news\n");
    await once(following.stdout!, "data");
    following.kill("SIGINT");
    expect((await outcome).out).to.match(/ ready\nnews\n$/);
  });
});
