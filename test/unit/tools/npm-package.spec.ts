import { expect } from "chai";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { bringTool } from "../../../tools/lib/install-tool.mjs";
import { npmProgram } from "../../../tools/lib/npm-package.mjs";

describe("bringing a tool that lies in an npm package", function () {
  this.timeout(60_000);
  let folder: string;
  let integrity: string;
  let env: NodeJS.ProcessEnv;

  before(function () {
    if (process.platform !== "linux" || process.arch !== "x64") this.skip();
    folder = mkdtempSync(join(tmpdir(), "windows-ha-npm-"));
    integrity = makePackage(folder);
    env = {
      ...process.env,
      WINDOWS_HA_CACHE: join(folder, "cache"),
      PATH: [join(folder, "fakes"), process.env.PATH].join(delimiter),
    };
  });
  after(() => folder && rmSync(folder, { recursive: true, force: true }));
  afterEach(() => rmSync(join(folder, "cache"), { recursive: true, force: true }));

  const bring = (more: object = {}): Promise<{ path: string; version: string }> =>
    bringTool(
      {
        ...{ name: "gadget", title: "Gadget", binary: "gadget", versionArgs: ["version"] },
        ways: [
          npmProgram({
            version: "1.4.0",
            package: "@maker/gadget@9.0.0",
            integrity,
            program: "bin/gadget.br",
            archives: ["bin/parts.tar.br"],
            start: 'PARTS="$tool/parts" exec "$tool/program" "$@"',
            about: "1 kB",
            ...more,
          }),
        ],
      },
      { env },
    );

  it("unpacks it with what belongs beside it, and keeps nothing else of the package", async () => {
    const { path } = await bring();
    expect(spawnSync(path, ["hello"]).stdout.toString()).to.equal("gadget 1.4.0 hello with a part\n");
    expect(readdirSync(dirname(path)).sort()).to.deep.equal(["gadget", "parts", "program", "receipt.json"]);
  });

  it("puts right at last what doesn't fit", async () => {
    const finish = (tool: string): void => writeFileSync(join(tool, "parts/part"), "another part");
    const { path } = await bring({ finish });
    expect(spawnSync(path, []).stdout.toString()).to.contain("with another part");
  });

  it("refuses another package than the pinned one, and leaves nothing of it", async () => {
    const error = await bring({ integrity: "sha512-other" }).catch((reason: Error) => reason);
    expect((error as Error).message).to.include(`@maker/gadget@9.0.0 is not the pinned package: ${integrity}`);
    expect(readdirSync(join(folder, "cache/tools"))).to.deep.equal([]);
  });
});

/** A package as npm packs it, and an `npm` that hands it out. Returns its integrity. */
function makePackage(folder: string): string {
  const bin = join(folder, "package/bin");
  mkdirSync(bin, { recursive: true });
  const script = '#!/bin/sh\necho "gadget 1.4.0 $* with $(cat "$PARTS/part")"\n';
  writeFileSync(join(bin, "gadget.br"), brotliCompressSync(script));
  mkdirSync(join(folder, "tree/parts"), { recursive: true });
  writeFileSync(join(folder, "tree/parts/part"), "a part");
  writeFileSync(
    join(bin, "parts.tar.br"),
    brotliCompressSync(execFileSync("tar", ["-cC", join(folder, "tree"), "parts"])),
  );
  const tarball = join(folder, "maker-gadget-9.0.0.tgz");
  execFileSync("tar", ["-czf", tarball, "-C", folder, "package"]);
  mkdirSync(join(folder, "fakes"));
  writeFileSync(join(folder, "fakes/npm"), `#!/bin/sh\ncp "${tarball}" . && echo maker-gadget-9.0.0.tgz\n`);
  chmodSync(join(folder, "fakes/npm"), 0o755);
  return `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
}
