import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema, type PackageSpec } from "@pulumi/pulumi/provider/experimental/schema";
import { expect } from "chai";
import * as prettier from "prettier";
import * as components from "windows-ha";

const PACKAGE = join(__dirname, "../../../packages/components");
const GOLDEN = join(PACKAGE, "plugin/schema.json");
const CLASSES = Object.entries(components)
  .filter(([, value]) => typeof value === "function" && value.prototype instanceof pulumi.ComponentResource)
  .map(([name]) => name)
  .sort();

/** What Pulumi infers from the sources, for Python, Go, .NET, Java and YAML; without the version, which every release changes. */
function inferredSchema(): PackageSpec {
  const manifest = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as {
    name: string;
    description: string;
  };
  const analyzer = new Analyzer(PACKAGE, manifest.name, manifest, new Set(CLASSES));
  const { components: found, typeDefinitions, dependencies } = analyzer.analyze();
  const schema = generateSchema(manifest.name, "0.0.0", manifest.description, found, typeDefinitions, dependencies);
  return JSON.parse(JSON.stringify(schema)) as PackageSpec;
}

/** Every scalar by its path, so that a difference shows where it is. */
function leaves(value: unknown, path = ""): Record<string, string> {
  if (value === null || typeof value !== "object") return { [path]: JSON.stringify(value) };
  return Object.assign({}, ...Object.entries(value).map(([key, item]) => leaves(item, `${path}/${key}`))) as Record<
    string,
    string
  >;
}

const UNION = `
import * as pulumi from "@pulumi/pulumi";
export interface PartArgs { size: string | number }
export class Part extends pulumi.ComponentResource {
  constructor(name: string, args: PartArgs, opts?: pulumi.ComponentResourceOptions) {
    super("windows-ha:index:Part", name, {}, opts);
  }
}
`;

describe("the schema that other languages get", function () {
  this.timeout(30_000);
  let schema: PackageSpec;
  before(() => {
    schema = inferredSchema();
  });

  it("has every component, each under the token that Pulumi needs", () => {
    expect(CLASSES).to.deep.equal([
      "AksCluster",
      "ArtifactStore",
      "ConsulCatalogSync",
      "ConsulServers",
      "Firewall",
      "HostInstall",
      "LoadBalancer",
      "Network",
      "SecretStore",
      "ServiceInstall",
      "VmApplication",
      "WindowsHaAksCluster",
      "WindowsHaCluster",
      "WindowsImage",
      "WindowsMachines",
      "WindowsNodePool",
      "WindowsScaleSet",
      "WindowsWorkload",
    ]);
    expect(Object.keys(schema.resources).sort()).to.deep.equal(CLASSES.map((name) => `windows-ha:index:${name}`));
  });

  it("is the one under review: every change of the public surface is seen", async () => {
    if (process.env["UPDATE_GOLDEN"] || (!existsSync(GOLDEN) && !process.env["CI"])) {
      const options = await prettier.resolveConfig(GOLDEN);
      writeFileSync(GOLDEN, await prettier.format(JSON.stringify(schema), { ...options, filepath: GOLDEN }));
    }
    const reviewed = leaves(JSON.parse(readFileSync(GOLDEN, "utf8")));
    const seen = leaves(schema);
    const changes = [...new Set([...Object.keys(reviewed), ...Object.keys(seen)])]
      .filter((path) => reviewed[path] !== seen[path])
      .map((path) => `${path}: ${reviewed[path]} -> ${seen[path]}`);
    expect(changes, "changed; if it is meant, run with UPDATE_GOLDEN=1 and commit the file").to.deep.equal([]);
  });

  it("knows every property's type: none fell back to anything", () => {
    expect(JSON.stringify(schema)).not.to.include("pulumi.json#/Any");
  });

  it("could not be inferred from arguments that only TypeScript can say", () => {
    const folder = mkdtempSync(join(tmpdir(), "windows-ha-schema-"));
    try {
      symlinkSync(join(PACKAGE, "node_modules"), join(folder, "node_modules"));
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions: { module: "node20", target: "es2023" } }),
      );
      writeFileSync(join(folder, "index.ts"), UNION);
      const manifest = { name: "windows-ha", main: "index.ts" };
      expect(() => new Analyzer(folder, manifest.name, manifest, new Set(["Part"])).analyze()).to.throw(
        /Union types are not supported.*size/s,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("needs only a service for a cluster", () => {
    expect(schema.resources["windows-ha:index:WindowsHaCluster"]!.requiredInputs).to.deep.equal(["service"]);
  });

  it("says of every component and every one of its outputs what it is", () => {
    for (const [token, { description, properties }] of Object.entries(schema.resources)) {
      expect(description, token).to.be.a("string").that.has.length.above(20);
      for (const [name, property] of Object.entries(properties!))
        expect(property.description, `${token}.${name}`).to.be.a("string");
    }
  });
});
