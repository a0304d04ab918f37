import { join } from "node:path";
import { findOnPath, isProgram, listFolder, toolCache } from "../../pulumi/find-cli";

/** What a control plane is made of, and kwok, whose nodes it has. */
const PROGRAMS = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"] as const;

export type Program = (typeof PROGRAMS)[number];
export type ProgramFiles = Readonly<Record<Program, string>>;

/** What brings them, for the end of an error's message. */
export const MISSING_PROGRAMS_HINT = `the sandbox runs Kubernetes where its programs are on this computer (${PROGRAMS.join(", ")}): put them on PATH, or build them in a clone of windows-ha by: npm run setup kubernetes (6 minutes). Then end the sandbox by: windows-ha sandbox down; it has an API server when it starts again`;

/** Those that the set-up built come first, because they fit together. @returns undefined where one is missing */
export function findPrograms(env: NodeJS.ProcessEnv): ProgramFiles | undefined {
  const files = PROGRAMS.map((name) => [name, cached(name, env) ?? findOnPath(name, env)] as const);
  return files.every(([, file]) => file !== undefined) ? (Object.fromEntries(files) as ProgramFiles) : undefined;
}

/** `tools/<name>-<version>/<name>`, newest version first. */
function cached(name: Program, env: NodeJS.ProcessEnv): string | undefined {
  const tools = join(toolCache(env), "tools");
  return listFolder(tools)
    .filter((folder) => folder.startsWith(`${name}-`) && /^\d/.test(folder.slice(name.length + 1)))
    .sort((a, b) => b.localeCompare(a, "en", { numeric: true }))
    .map((folder) => join(tools, folder, name))
    .find(isProgram);
}
