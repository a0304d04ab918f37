import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SandboxError } from "../sandbox-error";
import { runGo, type GoSurroundings } from "./go-tool";

/** What Go knows of a package before it is built. */
interface PackageFacts {
  Dir: string;
  Name: string;
  ImportPath: string;
  /** Where it would be installed. */
  Target?: string;
  GoFiles?: string[];
}

const FIELDS = "-json=Dir,Name,ImportPath,Target,GoFiles";

/** @throws SandboxError unless it is one package, and a program. */
export async function readProgramPackage(name: string, surroundings: GoSurroundings): Promise<PackageFacts> {
  const { ok, out, err } = await runGo(["list", FIELDS, name], surroundings);
  if (!ok) throw new SandboxError("unusable", `Go finds no package ${JSON.stringify(name)}: ${err.trim()}`);
  const packages = parseAll(out);
  const [first] = packages;
  if (!first || packages.length > 1) {
    const seen = packages.map(({ ImportPath }) => ImportPath).join(", ") || "none";
    throw new SandboxError(
      "unusable",
      `${JSON.stringify(name)} stands for ${packages.length} packages (${seen}); name one`,
    );
  }
  if (first.Name !== "main") {
    throw new SandboxError(
      "unusable",
      `${first.ImportPath} is the library ${first.Name}, not a program. Name the folder with your package main, such as ./cmd/orders`,
    );
  }
  return first;
}

/** Go prints one object after the other, indented, so that only their ends stand at the beginning of a line. */
function parseAll(out: string): PackageFacts[] {
  return out
    .split(/^(?=\{)/m)
    .filter((part) => part.trim() !== "")
    .map((part) => JSON.parse(part) as PackageFacts);
}

/** Whether a package declares a string variable: the linker says nothing when there is none to set. */
export async function declaresVariable(
  variable: string,
  program: PackageFacts,
  surroundings: GoSurroundings,
): Promise<boolean> {
  const dot = variable.lastIndexOf(".");
  const [owner, name] = [variable.slice(0, dot), variable.slice(dot + 1)];
  const isProgram = owner === "main";
  const listed = isProgram ? [program] : parseAll((await runGo(["list", "-e", FIELDS, owner], surroundings)).out);
  const declaration = new RegExp(`^\\s*(?:var\\s+)?(?:\\w+\\s*,\\s*)*${name}\\s*(?:,|=|string\\b)`, "m");
  return listed.some(({ Dir, GoFiles = [] }) =>
    GoFiles.some((file) => declaration.test(readFileSync(join(Dir, file), "utf8"))),
  );
}

/** The packages of a program that hold C code. */
export async function packagesWithCgo(name: string, surroundings: GoSurroundings): Promise<string[]> {
  const env = { ...surroundings.env, CGO_ENABLED: "1" };
  const holders = "{{if and .CgoFiles (not .Standard)}}{{.ImportPath}}{{end}}";
  const { out } = await runGo(["list", "-e", "-deps", "-f", holders, name], { ...surroundings, env });
  return out.split("\n").filter((line) => line !== "");
}
