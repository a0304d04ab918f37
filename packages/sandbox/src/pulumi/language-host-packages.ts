import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** A provider plugin that a program needs. */
export interface RequiredPackage {
  name: string;
  version: string;
  /** Where the plugin is downloaded from, for plugins that Pulumi doesn't host. */
  server: string;
}

interface Manifest {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  pulumi?: { resource?: boolean; name?: string; version?: string; server?: string };
}

/** The plugins of every package that the program can reach through its dependencies. */
export function requiredPackages(programDirectory: string): RequiredPackage[] {
  const found = new Map<string, RequiredPackage>();
  const seen = new Set<string>();
  const root = findUpwards(programDirectory, "package.json");
  const waiting = root ? [dirname(root)] : [];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    if (seen.has(folder)) continue;
    seen.add(folder);
    const manifest = readManifest(folder);
    const { pulumi } = manifest;
    if (pulumi?.resource) {
      const name = pulumi.name ?? pluginName(manifest.name ?? "");
      const version = pulumi.version ?? manifest.version ?? "";
      found.set(`${name}@${version}`, { name, version: version.replace(/^v?/, "v"), server: pulumi.server ?? "" });
    }
    const names = { ...manifest.dependencies, ...(seen.size === 1 ? manifest.devDependencies : {}) };
    for (const name of Object.keys(names)) {
      const dependency = findUpwards(folder, join("node_modules", name));
      if (dependency) waiting.push(realpathSync(dependency));
    }
  }
  return [...found.values()];
}

/** What the program's manifest names, with the installed versions. */
export function programDependencies(programDirectory: string): { name: string; version: string }[] {
  const root = findUpwards(programDirectory, "package.json");
  if (!root) return [];
  const { dependencies, devDependencies } = readManifest(dirname(root));
  return Object.entries({ ...devDependencies, ...dependencies }).map(([name, wanted]) => {
    const folder = findUpwards(dirname(root), join("node_modules", name));
    return { name, version: (folder && readManifest(folder).version) || wanted };
  });
}

function pluginName(packageName: string): string {
  return packageName.replace(/^@pulumi\//, "").replace(/^@/, "");
}

function readManifest(folder: string): Manifest {
  const file = join(folder, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Manifest) : {};
}

function findUpwards(folder: string, relative: string): string | undefined {
  for (let current = folder; ; current = dirname(current)) {
    const candidate = join(current, relative);
    if (existsSync(candidate)) return candidate;
    if (dirname(current) === current) return undefined;
  }
}
