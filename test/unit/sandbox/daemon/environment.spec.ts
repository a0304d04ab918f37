import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { ownIdentity } from "../../../../packages/sandbox/src/daemon/process-identity";
import { sandboxLayout, type SandboxLayout } from "../../../../packages/sandbox/src/layout";
import { execEnvironment } from "../../../../packages/sandbox/src/pulumi/environment";
import { findPulumiCli } from "../../../../packages/sandbox/src/pulumi/find-cli";
import { temporaryFolder } from "./support";

describe("the environment of exec", () => {
  const folder = temporaryFolder();
  let layout: SandboxLayout;
  let home: string;

  beforeEach(() => {
    layout = sandboxLayout(join(folder(), "sandbox"));
    home = join(folder(), "pulumi-home-of-user");
    mkdirSync(layout.folder);
    const record = {
      ...ownIdentity(),
      api: "",
      token: "",
      version: "",
      providers: { "azure-native": 4711, random: 4712 },
    };
    writeFileSync(layout.daemon, JSON.stringify(record));
  });

  function environment(env: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return execEnvironment(
      layout.folder,
      { PULUMI_HOME: home, WINDOWS_HA_CACHE: join(folder(), "no-cache"), ...env },
      folder(),
    );
  }

  function program(file: string, content = "\x7fELF a program"): string {
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, content, "latin1");
    chmodSync(file, 0o755);
    return file;
  }

  it("leads Pulumi to the sandbox's state and stand-ins", () => {
    const env = environment();
    expect(env).to.deep.include({
      PULUMI_BACKEND_URL: pathToFileURL(layout.backend).href,
      PULUMI_HOME: layout.pulumiHome,
      PULUMI_DEBUG_PROVIDERS: "azure-native:4711,random:4712",
      PULUMI_CONFIG_PASSPHRASE: "windows-ha-sandbox",
      WINDOWS_HA_SANDBOX: layout.folder,
    });
    expect(existsSync(layout.backend), "Pulumi doesn't make the backend's folder itself").to.equal(true);
  });

  it("lets nothing through that leads to a real account", () => {
    const env = environment({
      ARM_CLIENT_SECRET: "real",
      ARM_SUBSCRIPTION_ID: "real",
      ARM_ACCESS_KEY: "real",
      AZURE_CLIENT_SECRET: "real",
      AZURE_STORAGE_KEY: "real",
      AZURE_CONFIG_DIR: "/home/user/.azure",
      PULUMI_ACCESS_TOKEN: "real",
      PULUMI_BACKEND_URL: "azblob://real",
    });
    expect(Object.values(env)).not.to.include("real");
    expect(env.ARM_SUBSCRIPTION_ID).to.equal("00000000-0000-0000-0000-000000000000");
    expect(env.AZURE_CONFIG_DIR).to.match(new RegExp(`^${layout.folder}`));
  });

  it("keeps what else the user set, the passphrase too", () => {
    const env = environment({
      EDITOR: "vi",
      PULUMI_CONFIG_PASSPHRASE: "mine",
      PULUMI_DEBUG_PROVIDERS: "mine:1,random:2",
    });
    expect(env).to.deep.include({
      EDITOR: "vi",
      PULUMI_CONFIG_PASSPHRASE: "mine",
      PULUMI_DEBUG_PROVIDERS: "azure-native:4711,random:4712,mine:1",
    });
    expect(environment({ PULUMI_CONFIG_PASSPHRASE_FILE: "/mine" })).not.to.have.property("PULUMI_CONFIG_PASSPHRASE");
  });

  it("is refused when no daemon runs", () => {
    rmSync(layout.daemon);
    expect(() => environment()).to.throw(`no sandbox runs in ${layout.folder}`);
  });

  describe("the Pulumi CLI", () => {
    const tools = () => join(folder(), "tools");

    it("stands beside our language host where it has none", () => {
      const cli = program(join(tools(), "pulumi"));
      const env = environment({ PATH: tools() });
      expect(env.PATH!.split(delimiter)).to.deep.equal([layout.bin, tools()]);
      expect(statSync(join(layout.bin, "pulumi")).ino).to.equal(statSync(cli).ino);
      expect(readFileSync(join(layout.bin, "pulumi-language-nodejs"), "utf8")).to.contain("language-host.js");
    });

    it("is left alone where it has its language hosts, beside it or on PATH", () => {
      program(join(tools(), "pulumi"));
      const host = program(join(tools(), "pulumi-language-nodejs"));
      environment({ PATH: tools() });
      expect(existsSync(join(layout.bin, "pulumi"))).to.equal(false);

      const elsewhere = join(folder(), "elsewhere");
      mkdirSync(elsewhere);
      linkSync(host, join(elsewhere, "pulumi-language-nodejs"));
      rmSync(host);
      environment({ PATH: [tools(), elsewhere].join(delimiter) });
      expect(existsSync(join(layout.bin, "pulumi"))).to.equal(false);
    });

    it("is left alone when it is a wrapper", () => {
      program(join(tools(), "pulumi"), "#!/usr/bin/env node\n");
      environment({ PATH: tools() });
      expect(existsSync(join(layout.bin, "pulumi-language-nodejs"))).to.equal(false);
    });

    it("is replaced when another one is installed, and gives way when that has language hosts", () => {
      program(join(tools(), "pulumi"));
      environment({ PATH: tools() });
      rmSync(join(tools(), "pulumi"));
      program(join(tools(), "pulumi"), "\x7fELF a newer program");
      environment({ PATH: tools() });
      expect(readFileSync(join(layout.bin, "pulumi"), "latin1")).to.equal("\x7fELF a newer program");
      program(join(tools(), "pulumi-language-nodejs"));
      environment({ PATH: tools() });
      expect(existsSync(join(layout.bin, "pulumi"))).to.equal(false);
    });

    it("stays when a command in the sandbox starts another one there", () => {
      program(join(tools(), "pulumi"));
      const outer = environment({ PATH: tools() });
      const inner = execEnvironment(layout.folder, outer, folder());
      expect(inner).to.deep.equal(outer);
      expect(existsSync(join(layout.bin, "pulumi"))).to.equal(true);
    });

    it("comes from the tool cache when PATH has none, the newest version", () => {
      const cache = join(folder(), "cache");
      program(join(cache, "tools", "pulumi-3.99.0", "pulumi"));
      const newest = program(join(cache, "tools", "pulumi-3.259.0", "pulumi", "bin", "pulumi"));
      program(join(cache, "tools", "pulumi-3.259.0", "pulumi", "bin", "pulumi-language-nodejs"));
      expect(findPulumiCli({ PATH: "", WINDOWS_HA_CACHE: cache })).to.deep.equal({ file: newest, isScript: false });
      expect(environment({ PATH: "/bin", WINDOWS_HA_CACHE: cache }).PATH!.split(delimiter)).to.deep.equal([
        layout.bin,
        join(newest, ".."),
        "/bin",
      ]);
    });

    it("finds a launcher that a shell can run", () => {
      program(join(tools(), "pulumi"));
      environment({ PATH: tools() });
      const launcher = join(layout.bin, "pulumi-language-nodejs");
      expect(execFileSync("sh", ["-n", launcher]).toString()).to.equal("");
      expect(readFileSync(launcher, "utf8")).to.contain(`exec '${process.execPath}'`);
    });
  });

  describe("an official plugin", () => {
    function install(version: string): void {
      program(join(home, "plugins", `resource-random-v${version}`, "pulumi-resource-random"));
    }
    function programUses(version: string): void {
      mkdirSync(join(folder(), "node_modules", "@pulumi", "random"), { recursive: true });
      writeFileSync(join(folder(), "node_modules", "@pulumi", "random", "package.json"), JSON.stringify({ version }));
    }

    it("takes the stand-in's place, reachable from the sandbox's own Pulumi home", () => {
      install("4.21.2");
      expect(environment().PULUMI_DEBUG_PROVIDERS).to.equal("azure-native:4711");
      const linked = join(layout.pulumiHome, "plugins", "resource-random-v4.21.2");
      expect(statSync(join(linked, "pulumi-resource-random")).isFile()).to.equal(true);
      expect(execEnvironment(layout.folder, environment(), folder()).PULUMI_DEBUG_PROVIDERS, "again").to.equal(
        "azure-native:4711",
      );
    });

    it("makes way for the stand-in when it is older than the program's package", () => {
      install("4.9.0");
      programUses("4.21.2");
      expect(environment().PULUMI_DEBUG_PROVIDERS).to.equal("azure-native:4711,random:4712");
      install("4.22.0");
      expect(environment().PULUMI_DEBUG_PROVIDERS).to.equal("azure-native:4711");
    });
  });
});
