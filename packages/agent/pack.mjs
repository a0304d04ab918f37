// Packs @windows-ha/agent and the packages of its platforms as they are published: the same source and the same Go give
// the same tarballs to the byte, whoever packs them and where. `npm run build` comes first.
//
//   node pack.mjs --out FOLDER     five tarballs and SHA256SUMS
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { agentFindings, sha256Of, tarballsIn } from "./packed.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));

function main([option, value, ...others]) {
  if (option !== "--out" || !value || others.length > 0) throw new Error("Usage: node pack.mjs --out FOLDER");
  const out = resolve(value);
  mkdirSync(out, { recursive: true });
  for (const former of tarballsIn(out)) rmSync(former);
  pack(out);

  const findings = agentFindings(out);
  if (findings.length > 0) throw new Error(findings.join("\n"));
  const sums = tarballsIn(out).map((file) => ({ file, bytes: readFileSync(file) }));
  const lines = sums.map(({ file, bytes }) => `${sha256Of(bytes)}  ${basename(file)}\n`);
  writeFileSync(join(out, "SHA256SUMS"), lines.join(""));
  for (const { file, bytes } of sums) console.log(`${basename(file)}: ${(bytes.length / 1e6).toFixed(2)} MB`);
}

function pack(out) {
  const { packageManager } = JSON.parse(readFileSync(join(HERE, "../../package.json"), "utf8"));
  const args = ["--yes", packageManager, "--recursive", "--filter", "@windows-ha/agent*", "pack"];
  const { error, status } = spawnSync("npx", [...args, "--pack-destination", out], {
    cwd: HERE,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${packageManager} pack ended with ${status}`);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
