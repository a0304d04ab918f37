import { expect } from "chai";
import {
  checkLinuxProgram,
  checkProgram,
  checkProgramSize,
  MAX_ARTIFACT_BYTES,
  remarksOnProgram,
} from "@windows-ha/spec";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goProgram, writeSource } from "../../support/go-program";
import { windowsProgram } from "../../support/windows-program";

const AT = "service.artifact.path";
const STRIPPED = ["-trimpath", "-ldflags", "-s -w"];
const image = (sku: string) => ({
  publisher: "MicrosoftWindowsServer",
  offer: "WindowsServer",
  sku,
  version: "latest",
});

describe("a program that is uploaded", () => {
  const ROWS: { what: string; content: Uint8Array; rules: string[] }[] = [
    { what: "a console program for amd64", content: windowsProgram(), rules: [] },
    { what: "a program for arm64", content: windowsProgram({ machine: 0xaa64 }), rules: ["artifact-platform"] },
    { what: "a windowed program", content: windowsProgram({ subsystem: 2 }), rules: ["artifact-not-console"] },
    { what: "a library", content: windowsProgram({ characteristics: 0x2022 }), rules: ["artifact-not-console"] },
    {
      what: "a windowed program for another processor",
      content: windowsProgram({ subsystem: 2, machine: 0x14c }),
      rules: ["artifact-platform", "artifact-not-console"],
    },
    { what: "a Linux program", content: Buffer.from("\x7fELF and more", "latin1"), rules: ["artifact-platform"] },
    { what: "an empty file", content: new Uint8Array(), rules: ["artifact-platform"] },
  ];
  for (const { what, content, rules } of ROWS) {
    it(`that is ${what} ${rules.length === 0 ? "is fine" : `breaks ${rules.join(" and ")}`}`, () => {
      const findings = checkProgram(content, AT);
      expect(findings.map(({ rule }) => rule)).to.deep.equal(rules);
      expect(findings.every(({ path, fix }) => path === AT && fix.length > 0)).to.equal(true);
    });
  }

  it("may have 1 GiB and no byte more", () => {
    expect(checkProgramSize(MAX_ARTIFACT_BYTES, AT)).to.deep.equal([]);
    expect(checkProgramSize(MAX_ARTIFACT_BYTES + 1, AT)[0]).to.include({ rule: "artifact-size", path: AT });
  });

  it("may have been built by something else than Go: then nothing is said about its build", () => {
    expect(checkProgram(windowsProgram(), AT, image("2012-R2-Datacenter"))).to.deep.equal([]);
    expect(remarksOnProgram(windowsProgram())).to.deep.equal([]);
  });
});

describe("a program that Go built for Windows", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "wha-program-"));
  let release: Buffer;

  before(() => {
    writeSource(folder);
    release = goProgram(folder, STRIPPED);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is fine as a release, on every Windows Server that its Go supports", () => {
    for (const sku of ["2016-datacenter-gensecond", "2022-datacenter-azure-edition", "2025-datacenter-g2"]) {
      expect(checkProgram(release, AT, image(sku)), sku).to.deep.equal([]);
    }
    expect(remarksOnProgram(release)).to.deep.equal([]);
  });

  it("is told from a service when it can't speak with the service control manager", () => {
    expect(remarksOnProgram(release, "console")).to.deep.equal([]);
    const [remark, ...others] = remarksOnProgram(release, "service");
    expect(remark).to.match(/^it doesn't hold the module golang.org\/x\/sys, .*: declare mode "console"$/);
    expect(others).to.deep.equal([]);
    const speaking = join(folder, "speaking");
    writeSource(speaking, {
      "go.mod":
        "module example.com/tiny\n\ngo 1.21\n\nrequire golang.org/x/sys v0.1.0\n\nreplace golang.org/x/sys => ./sys\n",
      "main.go": 'package main\n\nimport "golang.org/x/sys/windows/svc"\n\nfunc main() { svc.Run() }\n',
      "sys/go.mod": "module golang.org/x/sys\n\ngo 1.21\n",
      "sys/windows/svc/svc.go": "package svc\n\nfunc Run() { println() }\n",
    });
    expect(remarksOnProgram(goProgram(speaking, STRIPPED), "service"))
      .to.have.length(1)
      .and.satisfy(([local]: string[]) => local!.startsWith("it holds a module from a local folder"));
  });

  it("is refused with windows instead of a console, and for another processor", () => {
    const gui = goProgram(folder, ["-ldflags", "-H windowsgui"]);
    expect(checkProgram(gui, AT)[0]).to.include({
      rule: "artifact-not-console",
      fix: "Build it without -ldflags -H=windowsgui.",
    });
    expect(checkProgram(goProgram(folder, STRIPPED, "arm64"), AT)[0]).to.include({ seen: "built for arm64" });
  });

  it("is told from a release by what is there for debuggers, and by how much", () => {
    const [remark, ...others] = remarksOnProgram(goProgram(folder));
    expect(remark).to.match(/^it isn't stripped: 0\.\d MB of \d\.\d MB are for debuggers/);
    expect(others).to.deep.equal([]);
    const plain = goProgram(folder, ["-ldflags", "-compressdwarf=false"]);
    expect(remarksOnProgram(plain)[0]).to.include("it isn't stripped");
  });

  it("is told from a release when it isn't optimized", () => {
    const remarks = remarksOnProgram(goProgram(folder, ["-gcflags", "all=-N -l", "-ldflags", "-s -w"]));
    expect(remarks).to.deep.equal(["it is a debug build without optimizations: build it without -gcflags"]);
  });

  it("is told from a release when a module comes from a folder nobody else has", () => {
    const local = join(folder, "with-local");
    writeSource(local, {
      "go.mod":
        "module example.com/tiny\n\ngo 1.21\n\nrequire example.com/helper v1.0.0\n\nreplace example.com/helper => ./helper\n",
      "main.go": 'package main\n\nimport "example.com/helper"\n\nfunc main() { helper.Greet() }\n',
      "helper/go.mod": "module example.com/helper\n\ngo 1.21\n",
      "helper/helper.go": 'package helper\n\nfunc Greet() { println("hello") }\n',
    });
    expect(remarksOnProgram(goProgram(local, STRIPPED))).to.deep.equal([
      "it holds a module from a local folder (example.com/helper => ./helper): release it, or vendor it",
    ]);
  });

  for (const [go, sku, allowed] of [
    [21, "2012-R2-Datacenter", "Windows Server 2016 or newer for Go 1.21 and later"],
    [26, "2012-datacenter-gensecond", "Windows Server 2016 or newer for Go 1.21 and later"],
    [20, "2012-R2-Datacenter", undefined],
    [20, "2008-R2-SP1", undefined],
    [21, "2016-Datacenter", undefined],
    [26, "datacenter-core-20h2-with-containers-smalldisk-gs", undefined],
  ] as const) {
    it(`of Go 1.${go} ${allowed ? "is refused" : "is fine"} on ${sku}`, () => {
      const findings = checkProgram(ofGo(release, go), AT, image(sku));
      expect(findings.map((finding) => finding.allowed)).to.deep.equal(allowed ? [allowed] : []);
      if (allowed) expect(findings[0]).to.include({ rule: "go-windows-version", path: AT });
    });
  }

  it("is refused by the Windows of an image with other software on it", () => {
    const sql = { publisher: "MicrosoftSQLServer", offer: "sql2014sp3-ws2012r2", sku: "standard", version: "latest" };
    expect(checkProgram(release, AT, sql)[0]?.seen).to.match(/for machines with Windows Server 2012 R2/);
    expect(checkProgram(release, AT, { ...sql, offer: "sql2019-ws2022" })).to.deep.equal([]);
  });

  it("is never a reason to fail, however it is cut", () => {
    const header = release.subarray(0, 1024);
    for (let length = 0; length <= header.length; length++) checkAll(release.subarray(0, length));
    for (let length = 1024; length < release.length; length += 8191) checkAll(release.subarray(0, length));
  });

  it("has an unknown Go version, and so no refusal, when its mark lacks the strings of Go 1.18", () => {
    const old = Buffer.from(release);
    const mark = old.indexOf(Buffer.from("\xff Go buildinf:", "latin1"));
    old[mark + 15] = 0;
    expect(checkProgram(old, AT, image("2012-R2-Datacenter"))).to.deep.equal([]);
  });
});

describe("a program for a machine with Linux", () => {
  const elf = (machine: number, bits = 2): Buffer =>
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, bits, 1, 1, ...Array<number>(9).fill(0), 2, 0, machine, 0]);
  const seen = (content: Uint8Array): (string | undefined)[] =>
    checkLinuxProgram(content, AT).map((found) => found.seen);

  it("is one for amd64", () => {
    expect(seen(elf(0x3e))).to.deep.equal([]);
    expect(seen(elf(0xb7))).to.deep.equal(["built for another processor"]);
  });

  it("is none of another system, and none of 32 bits, however it is cut", () => {
    for (const content of [windowsProgram(), new Uint8Array(), elf(0x3e, 1), elf(0x3e).subarray(0, 5)]) {
      expect(seen(content)).to.deep.equal(["no 64-bit program for Linux (ELF)"]);
    }
    expect(seen(elf(0x3e).subarray(0, 18))).to.deep.equal(["built for another processor"]);
  });
});

/** The same program as if another Go had built it. */
function ofGo(program: Buffer, minor: number): Buffer {
  const version = execFileSync("go", ["env", "GOVERSION"], { encoding: "utf8" }).trim();
  const changed = Buffer.from(program);
  const mark = changed.indexOf(Buffer.from("\xff Go buildinf:", "latin1"));
  const at = changed.indexOf(version, mark);
  expect(at - mark, "the version stands behind the mark").to.equal(33);
  changed.write(`go1.${minor}.`.padEnd(version.length, "9"), at, "latin1");
  return changed;
}

function checkAll(content: Uint8Array): void {
  if (checkProgram(content, AT, image("2012-R2-Datacenter")).every(({ rule }) => rule !== "artifact-platform")) {
    remarksOnProgram(content);
  }
}
