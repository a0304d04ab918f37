import { expect } from "chai";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sandboxLayout } from "../../../../packages/sandbox/src/layout";
import { publish } from "../../../../packages/sandbox/src/publish";
import { packConsul } from "../../../../packages/sandbox/src/publish-consul";
import { failureOf, temporaryFolder } from "./support";

/** Big enough to be copied in several parts. */
const BODY = Buffer.alloc(300_000, "x");

function windowsBuild({ machine = 0x8664, subsystem = 3, characteristics = 0x22 } = {}): Buffer {
  const header = Buffer.alloc(0x200);
  header.write("MZ");
  header.writeUInt32LE(0x80, 0x3c);
  header.write("PE", 0x80);
  header.writeUInt16LE(machine, 0x84);
  header.writeUInt16LE(characteristics, 0x96);
  header.writeUInt16LE(subsystem, 0x98 + 68);
  return Buffer.concat([header, BODY]);
}

function hostBuild({ machine = process.arch === "arm64" ? 183 : 62, type = 2 } = {}): Buffer {
  const header = Buffer.alloc(0x40);
  header.write("\x7fELF\x02\x01\x01", "latin1");
  header.writeUInt16LE(type, 16);
  header.writeUInt16LE(machine, 18);
  return Buffer.concat([header, BODY]);
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

describe("publish", () => {
  const folder = temporaryFolder();

  function write(name: string, content: Buffer): string {
    const file = join(folder(), name);
    writeFileSync(file, content);
    return file;
  }

  async function refusal(file: string, host?: string): Promise<string> {
    return (await failureOf(publish(sandboxLayout(join(folder(), "sandbox")), file, host))).message;
  }

  it("copies both builds to where their hashes lead, ready to run", async () => {
    const layout = sandboxLayout(join(folder(), "sandbox"));
    write("orders", hostBuild());
    const artifact = await publish(layout, write("orders.exe", windowsBuild()));
    expect(artifact).to.deep.equal({
      fileName: "orders.exe",
      sha256: sha256(windowsBuild()),
      host: { fileName: "orders", sha256: sha256(hostBuild()) },
    });
    expect(readFileSync(join(layout.artifacts, artifact.sha256, "orders.exe"))).to.deep.equal(windowsBuild());
    expect(statSync(join(layout.artifacts, artifact.host.sha256, "orders")).mode & 0o111).to.equal(0o111);
    expect(readdirSync(layout.artifacts), "no drafts are left").to.have.members([
      artifact.sha256,
      artifact.host.sha256,
    ]);
  });

  it("takes a host build of another name", async () => {
    const host = write("orders-linux", hostBuild({ type: 3 }));
    const artifact = await publish(sandboxLayout(join(folder(), "sandbox")), write("orders.exe", windowsBuild()), host);
    expect(artifact.host.fileName).to.equal("orders-linux");
  });

  it("can be repeated while the former copy runs", async () => {
    const layout = sandboxLayout(join(folder(), "sandbox"));
    write("orders", hostBuild());
    const file = write("orders.exe", windowsBuild());
    const first = await publish(layout, file);
    chmodSync(join(layout.artifacts, first.sha256, "orders.exe"), 0o555);
    expect(await publish(layout, file)).to.deep.equal(first);
  });

  const WRONG_WINDOWS_BUILDS: { name: string; content: () => Buffer; says: string }[] = [
    {
      name: "an ELF program",
      content: () => hostBuild(),
      says: "is an ELF program (Linux); it must be a Windows console program",
    },
    { name: "a windowed program", content: () => windowsBuild({ subsystem: 2 }), says: "GUI subsystem" },
    {
      name: "a 32-bit program",
      content: () => windowsBuild({ machine: 0x14c }),
      says: "another processor than amd64 or arm64",
    },
    { name: "a library", content: () => windowsBuild({ characteristics: 0x2022 }), says: "is a Windows library (DLL)" },
    { name: "a driver", content: () => windowsBuild({ subsystem: 1 }), says: "is not a console program" },
    { name: "an empty file", content: () => Buffer.alloc(0), says: "is empty" },
  ];
  for (const { name, content, says } of WRONG_WINDOWS_BUILDS) {
    it(`refuses ${name} and names it`, async () => {
      const file = write("orders.exe", content());
      expect(await refusal(file))
        .to.contain(`${file} ${says.startsWith("is") ? says : ""}`)
        .and.to.contain(says);
    });
  }

  it("refuses a directory and a missing file", async () => {
    mkdirSync(join(folder(), "build.exe"));
    expect(await refusal(join(folder(), "build.exe"))).to.contain("is a directory; it must be the Windows build");
    expect(await refusal(join(folder(), "none.exe")))
      .to.contain("does not exist; it must be the Windows build")
      .and.to.contain("GOOS=windows");
  });

  it("refuses a Windows build without its host build, and says how to make that", async () => {
    const file = write("orders.exe", windowsBuild());
    expect(await refusal(file))
      .to.contain(`${join(folder(), "orders")} does not exist`)
      .and.to.contain("CGO_ENABLED=0 go build");
  });

  it("asks for the host build when the Windows build's name doesn't lead to it", async () => {
    expect(await refusal(write("orders", windowsBuild()))).to.contain("--host <file>");
  });

  const WRONG_HOST_BUILDS: { name: string; content: () => Buffer; says: string }[] = [
    { name: "a Windows program", content: () => windowsBuild(), says: "is not an ELF program" },
    { name: "a few bytes", content: () => Buffer.from("\x7fELF", "latin1"), says: "is not an ELF program" },
    {
      name: "another processor's program",
      content: () => hostBuild({ machine: 8 }),
      says: "for another processor (e_machine 8)",
    },
    { name: "an object file", content: () => hostBuild({ type: 1 }), says: "not a program (e_type 1)" },
  ];
  for (const { name, content, says } of WRONG_HOST_BUILDS) {
    it(`refuses ${name} as the host build`, async function () {
      if (process.platform !== "linux") this.skip();
      write("orders", content());
      expect(await refusal(write("orders.exe", windowsBuild()))).to.contain(says);
    });
  }

  const WRONG_CONSUL: [what: string, file: () => string, says: string][] = [
    ["a Windows program", () => write("consul.exe", windowsBuild()), "isn't a program that this computer"],
    ["another program", () => process.execPath, "isn't Consul: `version` printed"],
    ["nothing", () => join(folder(), "none"), "isn't a program that this computer"],
  ];
  for (const [what, file, says] of WRONG_CONSUL) {
    it(`refuses ${what} as Consul`, async function () {
      if (process.platform !== "linux") this.skip();
      const layout = sandboxLayout(join(folder(), "sandbox"));
      expect((await failureOf(packConsul(layout, file()))).message).to.contain(says);
    });
  }
});
