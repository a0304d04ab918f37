import type { PropertyChange } from "./diff";
import type { PropertyMap } from "./property-values";
import type { PackageSchema } from "./schema";

/** Who the operation is about. */
export interface ResourceRequest {
  urn: string;
  /** The resource's name in the program. */
  name: string;
  /** Pulumi's type token. */
  type: string;
  /** Identifies the provider's connection: each configured provider of each running engine has its own. */
  connection: string;
}

/** An operation that may take its time. */
interface LongRequest extends ResourceRequest {
  /** Fires when the engine no longer waits for the answer. */
  signal: AbortSignal;
  /** What the program allows by `customTimeouts`. */
  timeoutSeconds?: number;
  /** Shows beside the resource what is being waited for; the next text takes its place. */
  report?: (text: string) => void;
}

export interface CheckRequest extends ResourceRequest {
  olds: PropertyMap;
  news: PropertyMap;
  /** The same bytes for the preview and the update that follows it; empty when the engine sends none. */
  randomSeed: Uint8Array;
  autonaming: { mode: "propose" | "enforce" | "disable"; proposedName: string } | undefined;
}
export interface CheckResult {
  inputs: PropertyMap;
  /** What is wrong, each sentence beginning with the property's path. */
  failures: string[];
}

export interface DiffRequest extends ResourceRequest {
  id: string;
  oldInputs: PropertyMap;
  /** The outputs that the state holds. */
  state?: PropertyMap;
  news: PropertyMap;
  /** Paths of the program's `ignoreChanges`; the engine has put the former inputs in their place. */
  ignoreChanges?: readonly string[];
}
export interface DiffResult {
  changes: Map<string, PropertyChange>;
  deleteBeforeReplace: boolean;
}

export interface CreateRequest extends LongRequest {
  inputs: PropertyMap;
  preview: boolean;
}
export interface ReadRequest extends ResourceRequest {
  id: string;
  /** What the state holds; both are empty for an import. */
  inputs: PropertyMap;
  state: PropertyMap;
}
export interface UpdateRequest extends LongRequest {
  id: string;
  oldInputs: PropertyMap;
  /** The outputs that the state holds. */
  state: PropertyMap;
  news: PropertyMap;
  preview: boolean;
  /** As of `DiffRequest`. */
  ignoreChanges?: readonly string[];
}
export interface DeleteRequest extends LongRequest {
  id: string;
  /** The outputs that the state holds. */
  state: PropertyMap;
}

/** What a stand-in provider does. The server turns it into Pulumi's gRPC service. */
export interface ResourceProviderImplementation {
  /** Package name, for example `azure-native`. */
  readonly name: string;
  /** The resources that it emulates, with their version. */
  readonly schema: PackageSchema;
  /** Takes the configuration of the provider behind this connection. */
  configure(connection: string, variables: PropertyMap): void;
  /** Which of the configuration's changes lead elsewhere, so that every resource has to be made anew. */
  replacingConfiguration?(before: PropertyMap, after: PropertyMap): Promise<string[]>;
  /** The user interrupts what this connection does: waits end. Without it operations go on to their end. */
  cancel?(connection: string): void;
  check(request: CheckRequest): CheckResult;
  diff(request: DiffRequest): DiffResult;
  /** Asks what the service would replace, where it can be asked; counts in place of `diff`. */
  diffByTrial?(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest): Promise<{ id: string; outputs: PropertyMap }>;
  /** @returns undefined when the resource is gone. */
  read(request: ReadRequest): Promise<{ id: string; inputs: PropertyMap; outputs: PropertyMap } | undefined>;
  update(request: UpdateRequest): Promise<{ outputs: PropertyMap }>;
  delete(request: DeleteRequest): Promise<void>;
  invoke(token: string, args: PropertyMap, connection: string): Promise<PropertyMap>;
}

/** The resource exists now, but not as it was asked for: the engine keeps it in the state and tries again. */
export class PartialFailure extends Error {
  constructor(
    readonly id: string,
    readonly inputs: PropertyMap,
    readonly outputs: PropertyMap,
    readonly reason: string,
  ) {
    super(reason);
    this.name = "PartialFailure";
  }
}
