import { Failure } from "./errors.mjs";
import { versionOf } from "./ways.mjs";
import { inRange, rangeText } from "./versions.mjs";

/** What has to be on the computer; everything else is brought. */
export const requirements = [
  {
    title: "Node.js",
    accepted: { atLeast: "20.0.0" },
    ask: [process.execPath, "--version"],
    from: "https://nodejs.org",
  },
  {
    title: "npm",
    accepted: { atLeast: "8.0.0" },
    ask: ["npm", "--version"],
    from: "https://nodejs.org (it comes with Node.js)",
  },
  { title: "Go", accepted: { atLeast: "1.26.0" }, ask: ["go", "env", "GOVERSION"], from: "https://go.dev/dl" },
];

/**
 * @returns {Promise<{ title: string, version: string }[]>}
 * @throws {Failure} that names everything that is missing at once
 */
export async function checkRequirements(table = requirements, context = {}) {
  const seen = await Promise.all(
    table.map(async ({ ask: [command, ...args], ...row }) => ({
      ...row,
      version: await versionOf(command, args, context),
    })),
  );
  const missing = seen.filter(({ version, accepted }) => !version || !inRange(version, accepted));
  if (missing.length > 0) {
    const lines = missing.map(
      ({ title, accepted, version, from }) =>
        `  - ${title} ${rangeText(accepted)}: ${version ? `found ${version}` : "not found on PATH"}. Get it from ${from}`,
    );
    throw new Failure(
      `This computer lacks what set-up can't bring:\n${lines.join("\n")}\nThen run the same command again.`,
    );
  }
  return seen.map(({ title, version = "" }) => ({ title, version: version.replace(/^\D*/, "") }));
}
