import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { bringTool, cacheFolder } from "../../../tools/lib/install-tool.mjs";
import { goBuild, npmDownload, onPath } from "../../../tools/lib/ways.mjs";

const NEVER = { name: "never", version: "9.9.9", unavailable: () => Promise.resolve("out of order"), install: fail };

describe("bringing a third-party tool", function () {
  this.timeout(60_000);
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let notes: string[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "windows-ha-tools-"));
    env = { ...process.env, WINDOWS_HA_CACHE: join(folder, "cache") };
    notes = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const bring = (ways: object[]) =>
    bringTool(
      { name: "gadget", title: "Gadget", binary: "gadget", versionArgs: ["version"], ways },
      { env, note: (line: string) => notes.push(line) },
    );

  it("takes the program on PATH when its version is accepted", async () => {
    const path = putOnPath("v1.4.0");
    const tool = await bring([onPath(range("1.2.0", "2.0.0")), NEVER]);
    expect(tool).to.deep.equal({ path, version: "v1.4.0", how: "on PATH", installed: false });
  });

  for (const [what, version] of [
    ["is too old", "v1.1.9"],
    ["is too new", "v2.0.0"],
    ["says no version", "hello"],
  ] as const) {
    it(`passes over a program on PATH that ${what}`, async () => {
      putOnPath(version);
      const tool = await bring([onPath(range("1.2.0", "2.0.0")), making("1.4.0")]);
      expect(tool).to.include({ version: "1.4.0", how: "by hand", installed: true });
    });
  }

  it("falls through with one line per way that doesn't work", async () => {
    const tool = await bring([NEVER, { ...making("1.4.0"), name: "broken", install: fail }, making("1.5.0")]);
    expect(tool.version).to.equal("1.5.0");
    expect(notes).to.deep.equal(["never: out of order", "broken: it broke"]);
  });

  it("says for every way why it failed when none works", async () => {
    const error = await failure(bring([NEVER, { ...NEVER, name: "nor this" }]));
    expect(error.message).to.equal(
      "Gadget can't be had in any way:\n  - never: out of order\n  - nor this: out of order",
    );
  });

  it("refuses a program that is not of the pinned version, and leaves nothing of it", async () => {
    const error = await failure(bring([{ ...making("1.4.0"), version: "1.5.0" }]));
    expect(error.message).to.include("the program says version v1.4.0 instead of 1.5.0");
    expect(readdirSync(join(folder, "cache", "tools"))).to.deep.equal([]);
  });

  it("makes it once, and finds it again without asking an earlier way", async () => {
    const way = making("1.4.0");
    await bring([NEVER, way]);
    notes = [];
    const again = await bring([NEVER, { ...way, install: fail }]);
    expect(again).to.include({ version: "1.4.0", installed: false });
    expect(notes).to.deep.equal([]);
    const receipt = JSON.parse(readFileSync(join(dirname(again.path), "receipt.json"), "utf8")) as object;
    expect(receipt).to.include({ tool: "gadget", version: "1.4.0", how: "by hand" });
  });

  it("makes it anew when an earlier folder has no receipt", async () => {
    mkdirSync(join(folder, "cache", "tools", "gadget-1.4.0"), { recursive: true });
    expect(await bring([making("1.4.0")])).to.include({ installed: true });
  });

  it("makes it only once when two set-ups run at once", async () => {
    let made = 0;
    const way = making("1.4.0", async () => {
      made += 1;
      await new Promise((resolve) => setTimeout(resolve, 600));
    });
    const tools = await Promise.all([bring([way]), bring([way])]);
    expect(tools.map(({ path }) => existsSync(path))).to.deep.equal([true, true]);
    expect(made).to.equal(1);
  });

  it("removes what a killed set-up left behind", async () => {
    const left = join(folder, "cache", "tools", ".staging-gadget-1.4.0-99999999");
    mkdirSync(left, { recursive: true });
    await bring([making("1.4.0")]);
    expect(existsSync(left)).to.equal(false);
  });

  it("builds pinned Go modules", async () => {
    const modules = join(folder, "modules");
    write(join(modules, "gadget", "go.mod"), "module example.invalid/gadget\n\ngo 1.26\n");
    const main =
      'package main\n\nimport "os"\n\nvar version string\n\nfunc main() { os.Stdout.WriteString(version) }\n';
    write(join(modules, "gadget", "main.go"), main);
    const options = { version: "1.4.0", module: "gadget", package: ".", about: "no time", modules };
    const tool = await bring([goBuild({ ...options, ldflags: "-X main.version=v1.4.0" })]);
    expect(spawnSync(tool.path).stdout.toString()).to.equal("v1.4.0");
  });

  it("shows the compiler's words when a Go build fails", async () => {
    const modules = join(folder, "modules");
    write(join(modules, "gadget", "go.mod"), "module example.invalid/gadget\n\ngo 1.26\n");
    write(join(modules, "gadget", "main.go"), "package main\n\nfunc main() { nonsense }\n");
    const error = await failure(
      bring([goBuild({ version: "1.4.0", module: "gadget", package: ".", about: "no time", modules })]),
    );
    expect(error.message).to.include("go build ended with exit code 1").and.to.include("undefined: nonsense");
  });

  describe("by the vendor's npm package", () => {
    let site: Server;
    let address: string;
    let status = 200;

    before(async () => {
      site = createServer((_, response) => response.writeHead(status).end());
      await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
      address = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
    });
    after(() => site.close());
    beforeEach(() => {
      status = 200;
    });

    it("runs the package's own download, and keeps what it brought", async () => {
      const integrity = publishPackage();
      const tool = await bring([vendor(integrity)]);
      expect(tool).to.include({ version: "1.4.0", how: "the vendor's download", installed: true });
      expect(readdirSync(dirname(tool.path)).sort()).to.deep.equal(["gadget", "gadget-language-host", "receipt.json"]);
    });

    it("refuses a package that is not the pinned one", async () => {
      publishPackage();
      const error = await failure(bring([vendor("sha512-other")]));
      expect(error.message).to.include("gadget@1.4.0 is not the pinned package");
    });

    it("is passed over when the site can't be reached or refuses", async () => {
      status = 403;
      await bring([vendor("sha512-any"), { ...vendor("sha512-any", "http://127.0.0.1:9/") }, making("1.4.1")]);
      expect(notes).to.deep.equal([
        `the vendor's download: ${new URL(address).host} answered 403`,
        "the vendor's download: 127.0.0.1:9 can't be reached",
      ]);
    });

    const vendor = (integrity: string, at = address) =>
      npmDownload({
        package: "gadget",
        version: "1.4.0",
        integrity,
        site: at,
        entry: "run.js",
        firstRun: ["version"],
        homeVariable: "GADGET_HOME",
        result: "versions/1.4.0/bin",
      });

    /** A package as npm packs it, and an `npm` that hands it out; returns its integrity. */
    function publishPackage(): string {
      const script = `
        const fs = require("fs"), path = require("path");
        const bin = path.join(process.env.GADGET_HOME, "versions", "1.4.0", "bin");
        fs.mkdirSync(bin, { recursive: true });
        for (const name of ["gadget", "gadget-language-host"]) fs.writeFileSync(path.join(bin, name), "#!/bin/sh\\necho v1.4.0\\n", { mode: 0o755 });
      `;
      write(join(folder, "package", "run.js"), script);
      spawnSync("tar", ["-czf", join(folder, "gadget-1.4.0.tgz"), "-C", folder, "package"]);
      const fakes = join(folder, "fakes");
      program(join(fakes, "npm"), `cp "${join(folder, "gadget-1.4.0.tgz")}" . && echo gadget-1.4.0.tgz`);
      env.PATH = [fakes, process.env.PATH].join(delimiter);
      return `sha512-${createHash("sha512")
        .update(readFileSync(join(folder, "gadget-1.4.0.tgz")))
        .digest("base64")}`;
    }
  });

  function putOnPath(says: string): string {
    const path = join(folder, "on-path", "gadget");
    program(path, `echo ${says}`);
    env.PATH = [dirname(path), process.env.PATH].join(delimiter);
    return path;
  }
});

describe("the cache folder", () => {
  it("is the user's, unless one is given", () => {
    expect(cacheFolder({ WINDOWS_HA_CACHE: "/a" })).to.equal("/a");
    expect(cacheFolder({ XDG_CACHE_HOME: "/b" })).to.equal(join("/b", "windows-ha"));
  });
});

function range(atLeast: string, below: string) {
  return { versionArgs: ["version"], accepted: { atLeast, below } };
}

/** A way that writes a program of this version. */
function making(version: string, meanwhile: () => Promise<void> = () => Promise.resolve()) {
  return {
    name: "by hand",
    version,
    async install({ staging, binary }: { staging: string; binary: string }) {
      await meanwhile();
      program(join(staging, binary), `echo v${version}`);
    },
  };
}

function fail(): Promise<never> {
  return Promise.reject(new Error("it broke"));
}

async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.fail("it should have failed"),
    (error: Error) => error,
  );
}

function program(path: string, line: string): void {
  write(path, `#!/bin/sh\n${line}\n`);
  chmodSync(path, 0o755);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
