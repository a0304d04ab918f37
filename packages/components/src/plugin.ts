/**
 * The component package for programs in other languages: Pulumi starts it by `plugin/PulumiPlugin.yaml`. Pulumi would host
 * the classes by itself, and infer their schema from our sources at every start; this host serves the schema that was
 * inferred and reviewed before, which is 5 s faster.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { main, type ConstructResult, type Provider } from "@pulumi/pulumi/provider";

const PACKAGE = join(__dirname, "..");

interface Schema {
  version: string;
  resources: Record<string, { properties?: Record<string, unknown> }>;
}

type Component = new (
  name: string,
  inputs: pulumi.Inputs,
  options: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource & Record<string, unknown>;

/** Serves the components of this package. */
class ComponentPackage implements Provider {
  readonly version = readJson<{ version: string }>("package.json").version;
  readonly #schema = { ...readJson<Schema>("plugin/schema.json"), version: this.version };

  getSchema(): Promise<string> {
    return Promise.resolve(JSON.stringify(this.#schema));
  }

  async construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<ConstructResult> {
    const declared = this.#schema.resources[type];
    if (declared === undefined) {
      const known = Object.keys(this.#schema.resources).join(", ");
      throw new Error(`windows-ha ${this.version} has no component ${type}. It has ${known}.`);
    }
    // The schema can be had without the components, whose import takes longer than the rest.
    const components = (await import("windows-ha")) as unknown as Record<string, Component>;
    const component = new components[type.split(":")[2]!]!(name, inputs, options);
    const outputs = Object.keys(declared.properties ?? {}).map((output) => [output, component[output]]);
    return { urn: component.urn, state: Object.fromEntries(outputs) as pulumi.Inputs };
  }
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(PACKAGE, path), "utf8")) as T;
}

void main(new ComponentPackage(), process.argv.slice(2));
