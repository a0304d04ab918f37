import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Failure } from "./lib/errors.mjs";
import { main } from "./lib/main.mjs";
import { originFindings, packageFindings } from "./lib/package-findings.mjs";
import { run } from "./lib/process.mjs";
import { entries, root } from "./lib/workspace.mjs";

/**
 * node tools/release.mjs version               raises all versions and writes the changelogs
 * node tools/release.mjs pack --out FOLDER      builds, packs and checks what isn't published yet
 * node tools/release.mjs publish --from FOLDER  publishes these very tarballs, and tags the commit
 *
 * The folder has the tarballs, SHA256SUMS, changesets' plan, and which commit it was made from.
 */
const COMMANDS = { version, pack, publish };
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
/** changesets needs a pnpm on PATH for all that it does here. */
const CHANGESET = ["--yes", "--package", packageManager, "changeset"];

async function version(_, signal) {
  process.stdout.write(`${await step("npx", [...CHANGESET, "version"], signal)}\n`);
}

async function pack({ out }, signal) {
  const folder = required("--out", out);
  makeRoom(folder);
  const source = await sourceNow(signal);
  await step(process.execPath, [entries.tsc, "-b"], signal);
  const changeset = await attempt("npx", [...CHANGESET, "pack", "--out-dir", folder], signal);
  if (changeset.code !== 0) {
    throw new Failure(
      "changesets could not pack. When the reason is missing below, `node packages/agent/pack.mjs --out FOLDER` shows it.",
      changeset,
    );
  }

  const packages = join(folder, "packages");
  const findings = [...(await packageFindings(packages)), ...originFindings(packages, process.env)];
  if (findings.length > 0) throw new Failure(`These packages must not be published:\n${findings.join("\n")}`);
  const sums = readdirSync(packages).map((file) => `${sha256Of(join(packages, file))}  ${file}\n`);
  writeFileSync(join(folder, "SHA256SUMS"), sums.join(""));
  writeFileSync(join(folder, "source.json"), `${JSON.stringify(source)}\n`);
  process.stdout.write(`${sums.join("")}Packed and checked: ${folder}\n`);
}

/** A former release may go, nothing else. */
function makeRoom(folder) {
  const isRelease = existsSync(join(folder, "publish-plan.json"));
  if (!isRelease && existsSync(folder) && readdirSync(folder).length > 0) {
    throw new Failure(`--out: seen ${folder}, which has other files; allowed: an empty folder or a former release.`);
  }
  rmSync(folder, { recursive: true, force: true });
}

async function publish({ from }, signal) {
  const folder = required("--from", from);
  const packed = JSON.parse(readFileSync(join(folder, "source.json"), "utf8"));
  const now = await sourceNow(signal);
  if (packed.edited || now.edited || packed.commit !== now.commit) {
    throw new Failure(
      `${folder} was packed from ${describe(packed)}, and this is ${describe(now)}: the tags would be at another ` +
        "source than the packages. Commit, then pack again.",
    );
  }
  // The terminal is its own: a registry may ask for a one-time password.
  const args = [...CHANGESET, "publish", "--from-pack-dir", folder];
  const { status } = spawnSync("npx", args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  return status ?? 1;
}

async function sourceNow(signal) {
  const commit = await step("git", ["rev-parse", "HEAD"], signal);
  const changes = await step("git", ["status", "--porcelain"], signal);
  return { commit, edited: changes !== "" };
}

function describe({ commit, edited }) {
  return `${edited ? "an edited " : ""}${commit}`;
}

function attempt(command, args, signal) {
  const shell = process.platform === "win32" && command === "npx";
  return run(command, args, { cwd: root, env: process.env, signal, shell });
}

async function step(command, args, signal) {
  const { code, stdout, tail } = await attempt(command, args, signal);
  if (code !== 0) throw new Failure(`${command} ${args.join(" ")} ended with ${code}.`, { tail });
  return stdout;
}

function required(option, value) {
  if (!value) throw new Failure(`${option} FOLDER is missing.`);
  return resolve(value);
}

function sha256Of(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

await main("node tools/release.mjs", async (signal) => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { out: { type: "string" }, from: { type: "string" } },
  });
  const command = COMMANDS[positionals[0]];
  if (!command) throw new Failure(`Command: seen ${positionals[0]}; allowed: ${Object.keys(COMMANDS).join(", ")}.`);
  return command(values, signal);
});
