import { expect } from "chai";
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { arch, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { command, succeed } from "../support/command";
import { release } from "../support/release";
import { REPOSITORY } from "../support/sandbox-stack";
import { eventually, get } from "../support/traffic";

/** What a user of the packages has: an empty folder, npm, their own service. */
describe("a team with its own service, outside the workspace", function () {
  this.timeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), "wha-journey-"));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    NO_COLOR: "1",
    // The command of a pnpm workspace sets it, and everything of the checkout would be found by it.
    NODE_PATH: "",
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`,
  };
  const run = (file: string, ...args: string[]): Promise<string> =>
    succeed(file, args, { cwd: folder, env, timeoutSeconds: 300 });
  const windowsHa = (...args: string[]): Promise<string> => run("npx", "-p", "@windows-ha/cli", "windows-ha", ...args);
  const pulumi = (...args: string[]): Promise<string> =>
    windowsHa("sandbox", "exec", "--", "pulumi", ...args, "--non-interactive");

  after(async () => {
    await command("npx", ["-p", "@windows-ha/cli", "windows-ha", "sandbox", "down"], { cwd: folder, env });
    rmSync(folder, { recursive: true, force: true });
  });

  it("installs the released packages with npm", async () => {
    const { registry } = await release();
    Object.assign(env, registry.env);
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ name: "greeter-cluster", private: true, main: "index.ts" }),
    );
    const packages = ["windows-ha", "@windows-ha/cli", "@windows-ha/agent", "typescript@6.0.3"];
    await run("npm", "install", "--no-audit", "--no-fund", ...packages);
    expect(await run("node", "-p", "require.resolve('windows-ha')")).to.match(/dist.bundle\.js\s*$/);
  });

  it("imports them into an ES module by their names", async () => {
    const program = `
      import { ConsulServers, WindowsHaAksCluster, WindowsHaCluster } from "windows-ha";
      import { agentSpec } from "@windows-ha/spec";
      import { agentBinary } from "@windows-ha/agent";
      const all = [WindowsHaCluster, ConsulServers, WindowsHaAksCluster, agentSpec, agentBinary];
      console.log(all.every((one) => typeof one === "function"));`;
    expect(await run("node", "--input-type=module", "-e", program)).to.equal("true\n");
  });

  it("is known to Pulumi as a package for other languages", async () => {
    const schema = JSON.parse(await pulumi("package", "get-schema", "./node_modules/windows-ha/plugin")) as {
      resources: Record<string, { requiredInputs?: string[] }>;
    };
    expect(schema.resources["windows-ha:index:WindowsHaCluster"]!.requiredInputs).to.deep.equal(["service"]);
  });

  it("builds its service, publishes it to the sandbox and declares its cluster", async () => {
    cpSync(join(__dirname, "fixtures/greeter"), join(folder, "greeter"), { recursive: true });
    const build = (os: string, file: string): Promise<string> =>
      succeed("go", ["build", "-o", join(folder, file), "."], {
        cwd: join(folder, "greeter"),
        env: { ...env, GOOS: os, GOARCH: "amd64", CGO_ENABLED: "0" },
      });
    await build("windows", "greeter.exe");
    await build("linux", "greeter.bin");
    const programs = join(folder, "node_modules/@windows-ha");
    const release = {
      artifact: JSON.parse(
        await windowsHa("sandbox", "publish", "greeter.exe", "--host", "greeter.bin", "--json"),
      ) as object,
      agent: JSON.parse(
        await windowsHa(
          "sandbox",
          "publish",
          join(programs, "agent-windows-amd64/bin/windows-ha-agent.exe"),
          "--host",
          join(programs, `agent-linux-${arch() === "x64" ? "amd64" : arch()}/bin/windows-ha-agent`),
          "--json",
        ),
      ) as object,
    };
    writeFileSync(join(folder, "release.json"), JSON.stringify(release));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: greeter-cluster\nruntime: nodejs\n");
    writeFileSync(join(folder, "Pulumi.dev.yaml"), "config:\n  azure-native:location: northeurope\n");
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions: { target: "es2022", module: "node20", strict: true, skipLibCheck: true } }),
    );
    writeFileSync(join(folder, "index.ts"), PROGRAM);
    await run("npx", "tsc", "--noEmit");
  });

  it("begins another project from the template, which type-checks and previews", async () => {
    const project = join(folder, "from-template");
    await pulumi("new", TEMPLATE, "--dir", project, "--name", "shop", "--generate-only", "--yes");
    await run("npx", "tsc", "-p", project, "--noCheck", "false");
    mkdirSync(join(project, "dist"));
    renameSync(join(folder, "greeter.exe"), join(project, "dist/service.exe"));
    renameSync(join(folder, "greeter.bin"), join(project, "dist/service"));
    const config = ["azure-native:location=westeurope", "shop:port=9090"].flatMap((value) => ["--config", value]);
    await pulumi("stack", "init", "dev", "--cwd", project);
    const preview = await pulumi("preview", "--stack", "dev", "--cwd", project, ...config);
    expect(preview).to.include("windows-ha:index:WindowsHaCluster service create");
  });

  it("brings the cluster up and gets answers from two machines", async () => {
    await pulumi("stack", "init", "dev");
    await pulumi("up", "--yes", "--skip-preview", "--stack", "dev");
    const url = (await pulumi("stack", "output", "url", "--stack", "dev")).trim();
    const answers = new Set<string>();
    await eventually("answers from both machines", 30, async () => {
      const { status, body } = await get(`${url}/greeting`);
      expect(status).to.equal(200);
      answers.add(body);
      return answers.size === 2;
    });
    for (const answer of answers) expect(answer).to.match(/^servus from 127\.\d+\.\d+\.\d+:9090\n$/);
    await pulumi("preview", "--expect-no-changes", "--stack", "dev");
    await pulumi("destroy", "--yes", "--skip-preview", "--stack", "dev");
  });
});

/** Where `pulumi new` takes it from. */
const TEMPLATE = join(REPOSITORY, "templates/typescript");

const PROGRAM = `
import { readFileSync } from "node:fs";
import { WindowsHaCluster } from "windows-ha";

const { artifact, agent } = JSON.parse(readFileSync("release.json", "utf8"));

const greeter = new WindowsHaCluster("greeter", {
  service: {
    name: "greeter",
    version: "0.3.0",
    artifact: { url: artifact.url, sha256: artifact.sha256 },
    port: 9090,
    arguments: ["--listen", "\${WINDOWS_HA_ADDRESS}", "--greeting", "servus"],
    health: { livenessPath: "/livez", readinessPath: "/livez", reportsHealthState: false },
  },
  agent: { url: agent.url, sha256: agent.sha256 },
  machines: { count: 2 },
});

export const url = greeter.url;
`;
