import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Packs files, by their path in a package, as a registry's tarball. */
export function writeTarball(file: string, files: Record<string, string>): void {
  const folder = mkdtempSync(join(tmpdir(), "wha-tarball-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      const target = join(folder, "package", path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
    execFileSync("tar", ["-czf", file, "-C", folder, ...Object.keys(files).map((path) => `package/${path}`)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
