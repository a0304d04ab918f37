import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { succeed } from "../test/support/command";
import { REPOSITORY } from "../test/support/sandbox-stack";
import { packageManager } from "../tools/lib/workspace.mjs";

/** Packages whose published files differ from those of the workspace, by folder, with the name that they are imported by. */
const BUNDLED = { spec: "@windows-ha/spec", components: "windows-ha" };

/** Puts the packages into a folder's `node_modules` as a user gets them: packed, then unpacked. */
export async function installPublished(folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  for (const [name, imported] of Object.entries(BUNDLED)) {
    const source = join(REPOSITORY, "packages", name);
    const target = join(modules, imported);
    const packed = mkdtempSync(join(tmpdir(), "wha-packed-"));
    try {
      await succeed("npx", ["--yes", packageManager, "pack", "--pack-destination", packed], { cwd: source });
      mkdirSync(target, { recursive: true });
      await succeed("tar", ["-xzf", join(packed, readdirSync(packed)[0]!), "--strip-components=1", "-C", target]);
    } finally {
      rmSync(packed, { recursive: true, force: true });
    }
  }
  symlinkSync(join(REPOSITORY, "packages/agent"), join(modules, "@windows-ha/agent"));
}
