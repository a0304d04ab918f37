// `prepack` of this package and of the packages of its platforms: makes what is published and never committed.
// With --undo it is their `postpack`, which takes it away again.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build, TARGETS } from "./build.mjs";
import { notices } from "./notices.mjs";

/** Where npm and pnpm start it: in the package's folder. */
const FOLDER = process.cwd();
const target = TARGETS.find((name) => name === basename(FOLDER));
const pack = target
  ? { make: packPlatform, products: ["bin", "NOTICES.txt"] }
  : { make: packLocator, products: ["dist/manifest.json"] };

removeProducts();
if (!process.argv.includes("--undo")) {
  try {
    pack.make();
  } catch (error) {
    removeProducts();
    console.error(error.message);
    process.exitCode = 1;
  }
}

function removeProducts() {
  for (const product of pack.products) rmSync(join(FOLDER, product), { recursive: true, force: true });
}

function packPlatform() {
  const bin = join(FOLDER, "bin");
  mkdirSync(bin);
  inTemporaryFolder((out) => {
    const program = build(target, out);
    copyFileSync(program, join(bin, basename(program)));
  });
  writeFileSync(join(FOLDER, "NOTICES.txt"), notices(target));
}

/** The programs' hashes, by which agentBinary() knows them again. */
function packLocator() {
  if (!existsSync(join(FOLDER, "dist", "index.js"))) {
    throw new Error("packages/agent/dist is missing: run `npm run build` first");
  }
  const go = execFileSync("go", ["env", "GOVERSION"], { cwd: FOLDER, encoding: "utf8" }).trim();
  const sha256 = inTemporaryFolder((out) => Object.fromEntries(TARGETS.map((name) => [name, hash(build(name, out))])));
  writeFileSync(join(FOLDER, "dist", "manifest.json"), `${JSON.stringify({ go, sha256 }, undefined, 2)}\n`);
}

/** A build from an earlier day is nothing to publish: `go build` doesn't look whether its bytes are still its own. */
function inTemporaryFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), "windows-ha-agent-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hash(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
