import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import { expect } from "chai";
import { credentials, Empty, Struct } from "./sandbox-modules";

const HOST = join(__dirname, "../../../../packages/sandbox/dist/pulumi/language-host.js");

/** Stands in for `@pulumi/pulumi/cmd/run`: it writes down how it was called and ends as the program's name says. */
const RUNNER = `
const { writeFileSync } = require("node:fs");
const { PULUMI_CONFIG, PULUMI_CONFIG_SECRET_KEYS, PULUMI_NODEJS_TYPESCRIPT } = process.env;
const env = { PULUMI_CONFIG, PULUMI_CONFIG_SECRET_KEYS, PULUMI_NODEJS_TYPESCRIPT };
writeFileSync("called.json", JSON.stringify({ args: process.argv.slice(2), execArgv: process.execArgv, env, pid: process.pid }));
console.log("the program speaks");
const program = process.argv.at(-1);
if (program === "forever") setInterval(() => {}, 1000);
else if (program === "killed") process.kill(process.pid, "SIGKILL");
else process.exit(Number(program));
`;

describe("sandbox: the Node.js language host", function () {
  let folder: string;
  let host: ChildProcess;
  let client: LanguageRuntimeClient;
  let lines: AsyncIterator<string>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "windows-ha-language-"));
    const write = (path: string, text: string): void => {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), text);
    };
    write("package.json", JSON.stringify({ name: "program", dependencies: { "@pulumi/pulumi": "*", parts: "*" } }));
    write("node_modules/@pulumi/pulumi/package.json", '{"name":"@pulumi/pulumi","version":"3.270.0"}');
    write("node_modules/@pulumi/pulumi/cmd/run/index.js", RUNNER);
    write("node_modules/parts/package.json", '{"name":"parts","version":"1.0.0","dependencies":{"@pulumi/cloud":"*"}}');
    write(
      "node_modules/@pulumi/cloud/package.json",
      '{"name":"@pulumi/cloud","version":"3.28.0","pulumi":{"resource":true}}',
    );

    host = spawn(process.execPath, [HOST, "127.0.0.1:1"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    lines = createInterface({ input: host.stdout! })[Symbol.asyncIterator]();
    const { value: port } = (await lines.next()) as { value: string };
    client = new LanguageRuntimeClient(`127.0.0.1:${port}`, credentials.createInsecure());
  });
  afterEach(async () => {
    client.close();
    if (host.exitCode === null && host.signalCode === null) {
      host.kill("SIGTERM");
      await once(host, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  });

  function info(options: Record<string, string | boolean> = {}): messages.ProgramInfo {
    return new messages.ProgramInfo()
      .setRootDirectory(folder)
      .setProgramDirectory(folder)
      .setEntryPoint(".")
      .setOptions(Struct.fromJavaScript(options));
  }

  function run(program: string, options?: Record<string, string | boolean>): Promise<messages.RunResponse> {
    const request = new messages.RunRequest()
      .setProject("shop")
      .setStack("dev")
      .setPwd(folder)
      .setMonitorAddress("127.0.0.1:2")
      .setDryrun(true)
      .setParallel(4)
      .setInfo(info(options).setEntryPoint(program))
      .setConfigsecretkeysList(["shop:token"]);
    request.getConfigMap().set("shop:size", "3");
    return promisify<messages.RunRequest, messages.RunResponse>(client.run.bind(client))(request);
  }

  interface Called {
    args: string[];
    execArgv: string[];
    env: Record<string, string>;
    pid: number;
  }
  const called = (): Called => JSON.parse(readFileSync(join(folder, "called.json"), "utf8")) as Called;

  it("runs the program with its own SDK, and passes on what it prints", async () => {
    expect((await run("0")).toObject()).to.deep.equal({ error: "", bail: false });
    const { args, env } = called();
    expect(args).to.deep.equal(
      `--monitor 127.0.0.1:2 --engine 127.0.0.1:1 --project shop --stack dev --root-directory ${folder} --pwd ${folder} --parallel 4 --dry-run 0`.split(
        " ",
      ),
    );
    expect(env).to.deep.equal({
      PULUMI_CONFIG: '{"shop:size":"3"}',
      PULUMI_CONFIG_SECRET_KEYS: '["shop:token"]',
      PULUMI_NODEJS_TYPESCRIPT: "true",
    });
    expect(((await lines.next()) as { value: string }).value).to.equal("the program speaks");
  });

  it("follows the runtime options of Pulumi.yaml", async () => {
    await run("0", { typescript: false, nodeargs: "--no-warnings  --title=x" });
    expect(called().execArgv).to.deep.equal(["--no-warnings", "--title=x"]);
    expect(called().env).to.not.have.property("PULUMI_NODEJS_TYPESCRIPT");
  });

  it("says nothing more when the SDK has reported the error", async () => {
    expect((await run("32")).toObject()).to.deep.equal({ error: "", bail: true });
  });

  it("reports other ends", async () => {
    expect((await run("3")).getError()).to.equal("Program exited with non-zero exit code: 3");
    if (process.platform !== "win32") {
      expect((await run("killed")).getError()).to.equal("Program exited unexpectedly: SIGKILL");
    }
  });

  it("asks for an installation when the program has no SDK", async () => {
    rmSync(join(folder, "node_modules"), { recursive: true });
    expect((await run("0")).getError()).to.contain("Have you run npm install?");
  });

  it("finds the plugins that the program's dependencies need", async () => {
    const request = new messages.GetRequiredPackagesRequest().setInfo(info());
    const ask = promisify<messages.GetRequiredPackagesRequest, messages.GetRequiredPackagesResponse>(
      client.getRequiredPackages.bind(client),
    );
    const packages = (await ask(request)).getPackagesList().map((found) => found.toObject());
    expect(packages.map(({ name, kind, version }) => ({ name, kind, version }))).to.deep.equal([
      { name: "cloud", kind: "resource", version: "v3.28.0" },
    ]);
  });

  it("says which Node.js it is", async () => {
    const about = await promisify<messages.AboutRequest, messages.AboutResponse>(client.about.bind(client))(
      new messages.AboutRequest(),
    );
    expect(about.getVersion()).to.match(/^\d+\.\d+\.\d+$/);
    await promisify<never, unknown>(client.cancel.bind(client))(new Empty());
  });

  it("takes the program along when it is ended", async () => {
    const running = run("forever").catch(() => {});
    while (!existsSync(join(folder, "called.json"))) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { pid } = called();
    host.kill("SIGINT");
    await Promise.all([once(host, "exit"), running]);
    for (let waited = 0; isRunning(pid) && waited < 2000; waited += 50)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isRunning(pid)).to.equal(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
