import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectSuccess } from "./progress.mjs";
import { run } from "./process.mjs";
import { searchPath } from "./ways.mjs";

/**
 * Debian packages with pinned SHA-256, unpacked into the tool's own folder: nothing of the computer changes, nobody has
 * to be root, and apt's own sources and proxies count. For test-only tools; their programs find their parts relative to
 * themselves or by what `start` says.
 *
 * @param {object} options
 * @param {string} options.version of the tool, as it says it
 * @param {{ name: string, version: string, sha256: string }[]} options.packages for amd64
 * @param {string} options.start shell lines that start the tool from the folder `$tool` with "$@"
 * @param {string} options.about what is fetched, for people
 * @param {(root: string) => void} [options.finish] puts right what the packages' own scripts would, below `root`
 * @param {string[]} [options.aptOptions] for apt-get, in tests
 */
export function debianPackages({ version, packages, start, about, finish, aptOptions = [] }) {
  return {
    name: "Debian packages",
    version,
    note: `fetching Debian's packages of ${version}: ${about}`,
    async unavailable({ env = process.env }) {
      if (process.platform !== "linux" || process.arch !== "x64") return "the pinned packages are for Linux on x64";
      const missing = ["apt-get", "dpkg-deb"].filter((program) => !searchPath(program, env));
      return missing.length > 0 ? `${missing.join(" and ")} isn't here` : undefined;
    },
    async install({ binary, staging, log, signal, env, detail }) {
      const context = { cwd: staging, log, signal, env };
      const apt = join(staging, "apt");
      // apt's lists and cache in a folder of its own: the computer's belong to root, and may be empty.
      for (const folder of ["lists/partial", "cache/archives/partial"])
        mkdirSync(join(apt, folder), { recursive: true });
      const own = [
        `Dir::State::lists=${apt}/lists`,
        `Dir::Cache=${apt}/cache`,
        "APT::Sandbox::User=",
        "Acquire::Retries=2",
      ];
      const options = [...own.flatMap((option) => ["-o", option]), ...aptOptions];
      detail?.("reading the list of packages");
      expectSuccess("apt-get update", await run("apt-get", [...options, "update"], context));
      const root = join(staging, "root");
      for (const { name, version, sha256 } of packages) {
        detail?.(name);
        const download = join(apt, name);
        mkdirSync(download);
        const asked = `${name}=${version}`;
        const fetched = await run("apt-get", [...options, "download", asked], { ...context, cwd: download });
        expectSuccess(`apt-get download ${asked}`, fetched);
        const file = join(download, readdirSync(download)[0]);
        const seen = createHash("sha256").update(readFileSync(file)).digest("hex");
        if (seen !== sha256) throw new Error(`${asked} is not the pinned package: ${seen} instead of ${sha256}`);
        expectSuccess(`dpkg-deb ${asked}`, await run("dpkg-deb", ["--extract", file, root], context));
      }
      finish?.(root);
      rmSync(apt, { recursive: true });
      writeFileSync(join(staging, binary), `#!/bin/sh\ntool=$(dirname "$(readlink -f "$0")")/root\n${start}\n`);
      chmodSync(join(staging, binary), 0o755);
    },
  };
}
