import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { succeed } from "./command";
import { NpmRegistry } from "./npm-registry";
import { REPOSITORY } from "./sandbox-stack";

/** All packages, packed, checked and published as docs/releasing.md says, to a registry on loopback. */
export interface Release {
  /** What `tools/release.mjs pack` has written. */
  folder: string;
  registry: NpmRegistry;
  /** SHA-256 of the packed tarballs, by file name. */
  sums: Map<string, string>;
}

let made: Promise<Release> | undefined;

/** Made once for all specs that ask for it, and removed after the last one. */
export function release(): Promise<Release> {
  return (made ??= makeRelease());
}

after(async () => {
  // What failed was reported where it was asked for.
  const release = await made?.catch(() => undefined);
  if (!release) return;
  const { folder, registry } = release;
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
});

/** SHA-256 by file name, as `sha256sum` writes them. */
export function readSums(file: string): Map<string, string> {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return new Map(lines.map((line) => line.split("  ").reverse() as [string, string]));
}

async function makeRelease(): Promise<Release> {
  const registry = await NpmRegistry.start();
  const folder = mkdtempSync(join(tmpdir(), "wha-release-"));
  const options = { cwd: REPOSITORY, env: { ...process.env, ...registry.env }, timeoutSeconds: 300 };
  try {
    await succeed(process.execPath, ["tools/release.mjs", "pack", "--out", folder], options);
    const { packageManager } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as {
      packageManager: string;
    };
    // `release.mjs publish` does this, for a commit only; the tags stay out of the checkout.
    const publish = ["changeset", "publish", "--from-pack-dir", folder, "--no-git-tag"];
    await succeed("npx", ["--yes", "--package", packageManager, ...publish], options);
    return { folder, registry, sums: readSums(join(folder, "SHA256SUMS")) };
  } catch (error) {
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
