import { expect } from "chai";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { debianPackages } from "../../../tools/lib/debian.mjs";
import { bringTool } from "../../../tools/lib/install-tool.mjs";

const CONTROL = "Package: gadget\nVersion: 1.4.0-2\nArchitecture: all\nMaintainer: nobody\nDescription: gadget\n";

describe("bringing a tool by Debian packages", function () {
  this.timeout(60_000);
  let folder: string;
  let sha256: string;

  before(function () {
    if (spawnSync("apt-get", ["--version"]).error) this.skip();
    folder = mkdtempSync(join(tmpdir(), "windows-ha-debian-"));
    sha256 = makeRepository(join(folder, "repository"));
  });
  after(() => folder && rmSync(folder, { recursive: true, force: true }));

  const bring = (pinned: object = {}, more: object = {}): Promise<{ path: string; version: string }> =>
    bringTool(
      {
        ...{ name: "gadget", title: "Gadget", binary: "gadget", versionArgs: ["version"] },
        ways: [
          debianPackages({
            version: "1.4.0",
            packages: [{ name: "gadget", version: "1.4.0-2", sha256, ...pinned }],
            start: 'exec "$tool/usr/lib/gadget/gadget" "$@"',
            about: "1 kB",
            aptOptions: ["-o", `Dir::Etc::sourcelist=${folder}/sources.list`, "-o", "Dir::Etc::sourceparts=/dev/null"],
            ...more,
          }),
        ],
      },
      { env: { ...process.env, WINDOWS_HA_CACHE: join(folder, "cache") } },
    );

  it("unpacks them into the tool's own folder, and starts what is in them", async () => {
    const { path } = await bring();
    expect(spawnSync(path, ["hello"]).stdout.toString()).to.equal("gadget 1.4.0 hello\n");
    expect(readdirSync(join(path, "..")).sort()).to.deep.equal(["gadget", "receipt.json", "root"]);
    rmSync(join(folder, "cache"), { recursive: true });
  });

  it("does first what the packages' own scripts would", async () => {
    const finish = (root: string): void => writeFileSync(join(root, "usr/lib/gadget/note"), "finished");
    const { path } = await bring({}, { finish });
    expect(readFileSync(join(path, "..", "root", "usr/lib/gadget/note"), "utf8")).to.equal("finished");
    rmSync(join(folder, "cache"), { recursive: true });
  });

  it("refuses a package with another hash, and leaves nothing of it", async () => {
    const error = await bring({ sha256: "0".repeat(64) }).catch((reason: Error) => reason);
    expect((error as Error).message).to.include(`gadget=1.4.0-2 is not the pinned package: ${sha256}`);
    expect(readdirSync(join(folder, "cache/tools"))).to.deep.equal([]);
  });

  it("says which package apt doesn't have", async () => {
    const error = await bring({ version: "1.4.1-1" }).catch((reason: Error) => reason);
    expect((error as Error).message).to.include("apt-get download gadget=1.4.1-1");
  });
});

/** A repository with one package, whose program prints its version and arguments. Returns the package's hash. */
function makeRepository(repository: string): string {
  const tree = join(repository, "tree");
  mkdirSync(join(tree, "DEBIAN"), { recursive: true });
  mkdirSync(join(tree, "usr/lib/gadget"), { recursive: true });
  writeFileSync(join(tree, "DEBIAN/control"), CONTROL);
  writeFileSync(join(tree, "usr/lib/gadget/gadget"), '#!/bin/sh\necho "gadget 1.4.0 $*"\n');
  chmodSync(join(tree, "usr/lib/gadget/gadget"), 0o755);
  const file = "gadget_1.4.0-2_all.deb";
  execFileSync("dpkg-deb", ["--build", "--root-owner-group", tree, join(repository, file)], { stdio: "ignore" });
  rmSync(tree, { recursive: true });
  const bytes = readFileSync(join(repository, file));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const row = `${CONTROL}Filename: ./${file}\nSize: ${bytes.length}\nSHA256: ${sha256}\n`;
  writeFileSync(join(repository, "Packages"), row);
  writeFileSync(join(repository, "../sources.list"), `deb [trusted=yes] file:${repository} ./\n`);
  return sha256;
}
