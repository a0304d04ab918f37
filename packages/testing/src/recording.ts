import type { Decoded } from "./wire";

/** Property values as a test reads them: plain data, secrets unwrapped, unknowns as `UNKNOWN`. */
export type Values = Decoded["values"];

/** An alias as the program gave it: a URN, or the parts in which the former identity differs. */
export interface RecordedAlias {
  urn?: string;
  name?: string;
  type?: string;
  stack?: string;
  project?: string;
  parentUrn?: string;
  /** True if the resource had no parent before. */
  noParent?: boolean;
}

/** One resource that the program registered, with everything the engine is told about it. */
export interface RecordedResource {
  /** Type token, such as `azure-native:network:VirtualNetwork`. */
  type: string;
  /** Logical name. */
  name: string;
  /** The URN that the engine would give, with the types of all ancestors. */
  urn: string;
  /** URN of the parent; undefined directly under the stack. */
  parentUrn: string | undefined;
  /** True for a resource of a provider, false for a component. */
  custom: boolean;
  /** True for a component that lives in another process. */
  remote: boolean;
  /** Inputs as plain data. For a component: what it passed to `super`. */
  inputs: Values;
  /** Paths in {@link inputs} that are secret; everything below such a path is secret too. */
  secretPaths: string[];
  /** For a component what it gave to `registerOutputs`; for other resources what the mock answered. */
  outputs: Values;
  /** Paths in {@link outputs} that are secret. */
  outputSecretPaths: string[];
  /** Whether a component called `registerOutputs` in its constructor. Always true for other resources. */
  outputsRegistered: boolean;
  /** Physical id that the mock gave; undefined in a preview and for components. */
  id: string | undefined;
  /** Id of an existing resource to adopt (`import` option). */
  importId: string | undefined;
  protect: boolean | undefined;
  retainOnDelete: boolean | undefined;
  deleteBeforeReplace: boolean | undefined;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  additionalSecretOutputs: string[];
  aliases: RecordedAlias[];
  /** Time-outs such as `{ create: "30m" }`; empty if none was given. */
  customTimeouts: Partial<Record<"create" | "update" | "delete" | "read", string>>;
  /** Sorted URNs of everything that it waits for: the `dependsOn` option and resources whose outputs it uses. */
  dependsOn: string[];
  /** For each input the sorted URNs of the resources whose outputs it was made from; inputs without any are left out. */
  propertyDependencies: Record<string, string[]>;
  /** Names of the hooks by kind (`beforeCreate`, …, `onError`); kinds without hooks are left out. */
  hooks: Record<string, string[]>;
  /** URN of the explicit provider; undefined for the default one. */
  provider: string | undefined;
  /** Provider version that was asked for. */
  version: string | undefined;
}

/** An existing resource that the program looked up by id (`Type.get`). */
export interface RecordedRead {
  type: string;
  name: string;
  urn: string;
  /** `UNKNOWN` if the id was not known. */
  id: unknown;
}

/** A provider function that the program called (`getSubnetOutput` and its kind). */
export interface RecordedCall {
  token: string;
  inputs: Values;
  secretPaths: string[];
}

/** What a program did when `record` ran it. */
export interface Recording<T = unknown> {
  project: string;
  stack: string;
  /** Whether it ran as a preview, with ids and computed outputs unknown. */
  preview: boolean;
  /** Every registered resource in the order of registration; the stack itself is left out. */
  resources: RecordedResource[];
  reads: RecordedRead[];
  calls: RecordedCall[];
  /** What the program returned. */
  result: T;
  /** The stack outputs, if the program returned a plain object: its values, without those that are resources. */
  outputs: Values;
  /** Paths in {@link outputs} that are secret. */
  outputSecretPaths: string[];
}
