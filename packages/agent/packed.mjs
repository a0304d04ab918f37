// What is in packed tarballs of the agent's packages, and whether they belong together.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { TARGETS } from "./build.mjs";

const LARGEST_PROGRAM_BYTES = 15_000_000;
const PROGRAM = /\/bin\/windows-ha-agent(\.exe)?$/;

/** The agent's tarballs in a folder, which may hold others. */
export function tarballsIn(folder) {
  return readdirSync(folder)
    .filter((file) => /^windows-ha-agent-.*\.tgz$/.test(file))
    .sort()
    .map((file) => join(folder, file));
}

export function sha256Of(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Why the agent's packages in a folder mustn't be published, in sentences. Each was built by a run of its own, so a
 * source that was edited meanwhile, or another Go, gives a locator that refuses the programs.
 */
export function agentFindings(folder) {
  const version = versionOf(tarballsIn(folder));
  if (version === undefined) return [`${folder} has no tarball of @windows-ha/agent: pack it first`];
  const tarball = (name) => join(folder, `windows-ha-${name}-${version}.tgz`);
  const locator = tarball("agent");
  const strays = entriesOf(locator).filter((entry) => PROGRAM.test(entry));
  const { sha256 } = JSON.parse(contentOf(locator, "package/dist/manifest.json").toString());
  return [
    ...strays.map((entry) => `${locator} carries ${entry}: programs belong into the platforms' packages`),
    ...TARGETS.flatMap((target) => programFindings(tarball(`agent-${target}`), sha256[target])),
  ];
}

function programFindings(tarball, published) {
  if (!existsSync(tarball)) return [`${tarball} is missing: pack all platforms`];
  const programs = entriesOf(tarball).filter((entry) => PROGRAM.test(entry));
  if (programs.length !== 1) return [`${tarball} has ${programs.length} programs; allowed: 1`];
  const bytes = contentOf(tarball, programs[0]);
  const seen = sha256Of(bytes);
  const findings = [];
  if (seen !== published) {
    findings.push(
      `${tarball} has a program with the SHA-256 ${seen}, the manifest of @windows-ha/agent says ${published}: ` +
        "pack all of them again, from a source that nobody edits meanwhile",
    );
  }
  if (bytes.length > LARGEST_PROGRAM_BYTES) {
    findings.push(`${tarball} has a program of ${bytes.length} bytes; allowed: ${LARGEST_PROGRAM_BYTES}`);
  }
  return findings;
}

function versionOf(tarballs) {
  return tarballs.map((file) => /windows-ha-agent-(\d[^/\\]*)\.tgz$/.exec(file)?.[1]).find(Boolean);
}

function entriesOf(tarball) {
  return execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" }).split("\n").filter(Boolean);
}

function contentOf(tarball, entry) {
  return execFileSync("tar", ["-xzOf", tarball, entry], { maxBuffer: 4 * LARGEST_PROGRAM_BYTES });
}
