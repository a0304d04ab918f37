import { expect } from "chai";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { spawnSync } from "node:child_process";
import { readPortableExecutable } from "@windows-ha/spec";
import { writeSource } from "../../support/go-program";
import { runHere, temporaryFolder, type Outcome } from "./support";

interface Built {
  version: string;
  goVersion: string;
  windows: { file: string; platform: string; bytes: number; sha256: string };
  host?: { file: string; sha256: string };
  remarks: string[];
}

describe("windows-ha build", function () {
  this.timeout(180_000);
  const folder = temporaryFolder();
  const build = (args: string, cwd = folder(), env: NodeJS.ProcessEnv = {}): Promise<Outcome> =>
    runHere(["build", ...args.split(" ").filter(Boolean)], cwd, { env: { ...process.env, ...env } });
  const built = async (args: string, cwd?: string, env?: NodeJS.ProcessEnv): Promise<Built> => {
    const { code, out, err } = await build(`${args} --json`, cwd, env);
    expect(code, err).to.equal(0);
    return JSON.parse(out) as Built;
  };

  beforeEach(() => writeSource(folder()));

  it("builds for Windows and for this computer, each with the version in it, and prints their hashes", async () => {
    const { code, out, err } = await build("--version 1.4.2 --host");
    expect(code, err).to.equal(0);
    const [program, host] = ["dist/tiny.exe", "dist/tiny"].map((file) => readFileSync(join(folder(), file)));
    expect(readPortableExecutable(program!)).to.deep.equal({ machine: "amd64", subsystem: "console", kind: "program" });
    for (const content of [program!, host!]) {
      expect(out).to.contain(createHash("sha256").update(content).digest("hex"));
    }
    expect(spawnSync(join(folder(), "dist/tiny"), { encoding: "utf8" }).stderr).to.equal("1.4.2\n");
    expect(program!.includes("1.4.2"), "the version is in the Windows build").to.equal(true);
    expect(out).to.match(/^PROGRAM +FOR +SIZE +SHA-256\ndist\/tiny.exe +windows\/amd64 +\d\.\d MB +[0-9a-f]{64}\n/);
    expect(err)
      .to.match(/^build: building example.com\/tiny for windows\/amd64 with go1\.\d+/)
      .and.not.contain("warning");
  });

  it("gives the same bytes for the same source in another folder, whatever a computer is set to", async () => {
    const elsewhere = join(folder(), "some", "where else");
    writeSource(elsewhere);
    const here = await built("--version 1.4.2");
    const there = await built("--version 1.4.2", elsewhere, { GOFLAGS: "-race", GOAMD64: "v3", GOOS: "plan9" });
    expect(there.windows.sha256).to.equal(here.windows.sha256);
    expect((await built("--version 1.4.3")).windows.sha256).not.to.equal(here.windows.sha256);
    expect(here).to.deep.include({ version: "1.4.2", remarks: [] });
  });

  it("builds for arm64, another package, and to another place", async () => {
    writeSource(folder(), {
      "cmd/orders/main.go": "package main\n\nvar version, commit string\n\nfunc main() { println(version, commit) }\n",
    });
    const { windows } = await built(
      "./cmd/orders --version 1.0.0 --set main.commit=a1b2c3d --arch arm64 --out out/o.exe",
    );
    expect(windows).to.include({ file: join(folder(), "out/o.exe"), platform: "windows/arm64" });
    expect(readPortableExecutable(readFileSync(windows.file))).to.include({ machine: "arm64" });
    expect(readFileSync(windows.file).includes("a1b2c3d"), "the commit is in it").to.equal(true);
  });

  it("names the program as go install would, not by its major version", async () => {
    writeSource(folder(), { "go.mod": "module example.com/orders/v2\n\ngo 1.21\n" });
    expect((await built("--version 2.0.0")).windows.file).to.equal(join(folder(), "dist/orders.exe"));
  });

  it("finds a variable of another package, and says when there is none to set", async () => {
    writeSource(folder(), {
      "internal/about/about.go": 'package about\n\nvar (\n\tVersion = "dev"\n)\n',
      "main.go": 'package main\n\nimport "example.com/tiny/internal/about"\n\nfunc main() { println(about.Version) }\n',
    });
    const elsewhere = await built("--version 1.4.2 --version-variable example.com/tiny/internal/about.Version");
    expect(elsewhere.remarks).to.deep.equal([]);
    const nowhere = await build("--version 1.4.2");
    expect(nowhere.code).to.equal(0);
    expect(nowhere.err).to.contain("warning: no string variable main.version was found");
  });

  it("passes compile errors through, and leaves the former program as it was", async () => {
    const former = await built("--version 1.4.2");
    writeSource(folder(), { "main.go": "package main\n\nfunc main() { undeclared() }\n" });
    const { code, out, err } = await build("--version 1.4.3");
    expect({ code, out }).to.deep.equal({ code: 1, out: "" });
    expect(err).to.contain("./main.go:3:15: undefined: undeclared");
    expect(err).to.contain("error: the build for windows/amd64 failed: Go's own words stand above");
    expect(createHash("sha256").update(readFileSync(former.windows.file)).digest("hex")).to.equal(
      former.windows.sha256,
    );
  });

  it("names the packages that need a C compiler", async () => {
    writeSource(folder(), {
      "native/native.go":
        'package native\n\n// int one(void) { return 1; }\nimport "C"\n\nfunc One() int { return int(C.one()) }\n',
      "main.go": 'package main\n\nimport "example.com/tiny/native"\n\nfunc main() { println(native.One()) }\n',
    });
    const { code, err } = await build("--version 1.4.2");
    expect(code).to.equal(1);
    expect(err).to.contain("C code is in example.com/tiny/native, and releases are built without a C compiler");
  });

  const REFUSED: { what: string; args: string; code: number; says: string }[] = [
    { what: "no version", args: "", code: 2, says: "required option '--version <version>' not specified" },
    { what: "a version with a v", args: "--version v1.4.2", code: 2, says: "no leading v" },
    { what: "another processor", args: "--version 1.4.2 --arch 386", code: 2, says: "amd64, arm64" },
    { what: "a linker option", args: "--version 1.4.2 --set main.a='-H=windowsgui'", code: 2, says: "without blanks" },
    { what: "a bad variable", args: "--version 1.4.2 --version-variable version", code: 2, says: "main.version" },
    { what: "a library", args: "./lib --version 1.4.2", code: 1, says: "is the library lib, not a program" },
    { what: "several packages", args: "./... --version 1.4.2", code: 1, says: "stands for 2 packages" },
    { what: "no package", args: "./gone --version 1.4.2", code: 1, says: 'Go finds no package "./gone"' },
    { what: "no name for two programs", args: "--version 1.4.2 --out o --host", code: 1, says: "no .exe at its end" },
  ];
  for (const { what, args, code, says } of REFUSED) {
    it(`ends with ${code} for ${what}, and builds nothing`, async () => {
      writeSource(folder(), { "lib/lib.go": "package lib\n" });
      const outcome = await build(args);
      expect(outcome.err).to.contain(says);
      expect(outcome.code).to.equal(code);
      expect(readdirSync(folder())).to.have.members(["go.mod", "lib", "main.go"]);
    });
  }

  it("says how to get Go where there is none, or one that is too old", async () => {
    const missing = await build("--version 1.4.2", folder(), { PATH: join(folder(), "bin") });
    expect(missing.err).to.equal("error: `go` is not on PATH. Install a current Go from https://go.dev/dl\n");
    const go = join(folder(), "bin", "go");
    mkdirSync(dirname(go));
    writeFileSync(go, "#!/bin/sh\nprintf 'go1.20.14\\nlinux\\namd64\\n'\n");
    chmodSync(go, 0o755);
    const old = await build("--version 1.4.2", folder(), { PATH: `${dirname(go)}:${process.env.PATH}` });
    expect(old.err).to.contain("Go is go1.20.14; it must be go1.21 or newer");
    expect([missing.code, old.code]).to.deep.equal([1, 1]);
  });
});
