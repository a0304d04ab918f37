import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { agentFindings } from "../../packages/agent/packed.mjs";

const require = createRequire(import.meta.url);
const ATTW = join(require.resolve("@arethetypeswrong/cli/package.json"), "../dist/index.js");
const AT_INSTALLATION = ["preinstall", "install", "postinstall", "prepare"];

/** What every packed package has to keep, besides what publint and attw know. */
const RULES = [
  { broken: ({ license }) => license !== "Apache-2.0", says: "license isn't Apache-2.0" },
  { broken: (_, files) => !files.includes("package/README.md"), says: "README.md is missing" },
  { broken: (_, files) => !files.includes("package/LICENSE"), says: "LICENSE is missing" },
  { broken: (_, files) => files.some((file) => file.endsWith(".tsbuildinfo")), says: "it carries a .tsbuildinfo" },
  {
    broken: ({ scripts = {} }) => AT_INSTALLATION.some((name) => scripts[name]),
    says: `it runs something at installation; allowed are none of ${AT_INSTALLATION.join(", ")}`,
  },
  {
    broken: (manifest) => /"(workspace|catalog):/.test(JSON.stringify(manifest)),
    says: "a version is still `workspace:` or `catalog:`, which only pnpm resolves: pack it with pnpm",
  },
];

/** Why the packed packages of a folder mustn't be published, in sentences that begin with the file. */
export async function packageFindings(folder) {
  const tarballs = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
  if (tarballs.length === 0) return [`${folder} has no tarball`];
  const findings = await Promise.all(tarballs.map((file) => findingsOf(join(folder, file))));
  return [...findings.flat(), ...agentFindings(folder)];
}

/**
 * Why npm would refuse to state where packages come from: it compares each package's repository with the one that the
 * workflow runs in.
 *
 * @param {string} folder with tarballs
 * @param {NodeJS.ProcessEnv} env
 */
export function originFindings(folder, { NPM_CONFIG_PROVENANCE, GITHUB_SERVER_URL, GITHUB_REPOSITORY }) {
  if (NPM_CONFIG_PROVENANCE !== "true") return [];
  const wanted = `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`;
  const tarballs = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
  return tarballs.flatMap((file) => {
    const { repository } = JSON.parse(tar(["-xzOf", join(folder, file), "package/package.json"]));
    return repository?.url === wanted
      ? []
      : [`${file}: repository.url is ${repository?.url}; provenance needs ${wanted}, in package.json of the root`];
  });
}

async function findingsOf(tarball) {
  const bytes = readFileSync(tarball);
  const manifest = JSON.parse(tar(["-xzOf", tarball, "package/package.json"]));
  const files = tar(["-tzf", tarball]).split("\n");
  const pack = { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) };
  const { messages } = await publint({ pack, strict: true });
  const said = [
    ...RULES.filter(({ broken }) => broken(manifest, files)).map(({ says }) => says),
    ...messages.map((message) => `publint: ${formatMessage(message, manifest, { color: false })}`),
    ...typeFindings(tarball),
  ];
  return said.map((text) => `${basename(tarball)}: ${text}`);
}

/** @returns {string[]} what attw, "Are the Types Wrong?", says; it has nothing to say about a package without types */
function typeFindings(tarball) {
  const args = [ATTW, tarball, "--no-definitely-typed", "--format", "ascii", "--no-emoji", "--no-color"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return status === 0 ? [] : [`attw: ${(stdout + stderr).trim()}`];
}

function tar(args) {
  const { status, stdout, stderr } = spawnSync("tar", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`tar ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}
