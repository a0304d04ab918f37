import type { DataPlane } from "../data-plane";
import type { PropertyMap } from "../provider";
import type { AzureError } from "./azure-error";
import type { ResourceStore, StoredResource } from "./resource-store";

/** What a rule has to say about one place of the inputs. */
export interface RuleFinding {
  path: string;
  /** Azure's own code for this refusal; `InvalidParameter` where no public source names one. */
  code: string;
  message: string;
}

/** A rule of Azure that the inputs alone can break. It is checked in a preview too, as soon as what it reads is known. */
export interface InputRule<Inputs = never> {
  /** Paths of what it reads, for example `probes[].port`. */
  reads: readonly string[];
  check(inputs: Inputs): RuleFinding[];
}

/** A property that Azure doesn't change although azure-native previews an update. */
export interface Immutable {
  path: string;
  code: string;
  message: string;
  /** Which changes are refused; all when absent. */
  refuses?(before: unknown, after: unknown): boolean;
}

export interface Placement {
  id: string;
  /** Inputs with `$self` references expanded. */
  inputs: PropertyMap;
  store: ResourceStore;
}

/** Everything that the stand-in knows about one type of resource. */
export interface AzureResourceType<Inputs = never> {
  /** Pulumi's type token. */
  token: string;
  /** ARM's type, for example `Microsoft.Network/loadBalancers`. */
  armType: string;
  /** ARM's path; its parameters are inputs, and the last one is the resource's name. */
  path: string;
  /** azure-native names top-level resources at random, children like the program does, and role assignments by a UUID. */
  autoName: "random" | "copy" | "uuid";
  /** `required`: nobody else knows it · `inherited`: from the resource group · `none`: it has no location. */
  location: "required" | "inherited" | "none";
  /** Inputs whose change forces a replacement, beside the path's parameters. */
  replaceOn: readonly string[];
  /** What Azure never returns; `remembered` says which of these the data plane still needs on disk. */
  writeOnly?: readonly { path: string; remembered: boolean }[];
  /** Arrays whose named items are resources with an id of their own. */
  subResources?: readonly string[];
  /** Enum values that the service takes and the SDK lacks, by `<SDK type>.<property>`. */
  extraEnumValues?: Readonly<Record<string, readonly string[]>>;
  /** Parents that nobody creates because Azure does. */
  madeByAzure?: RegExp;
  rules?: readonly InputRule<Inputs>[];
  immutables?: readonly Immutable[];
  /** What only Azure's present state can tell: missing references, overlaps. */
  refusePlacement?(placement: Placement): AzureError | undefined;
  /** Why it can't be deleted while others refer to it. Without this, it can. */
  refuseDeletion?(resource: StoredResource, users: StoredResource[]): AzureError | undefined;
  /** Why it can't be deleted, whoever refers to it. */
  refuseRemoval?(resource: StoredResource, store: ResourceStore): AzureError | undefined;
  /** What is left of it in Azure after its deletion, under another id. */
  remains?(resource: StoredResource): StoredResource;
  /** What Azure computes, laid over `base`: the inputs, with the ids of sub-resources. */
  compute?(placement: Placement, base: PropertyMap, dataPlane: DataPlane): Record<string, unknown>;
  /**
   * What it takes besides keeping the declaration, before that.
   * @param given the inputs with what Azure never returns
   * @throws AzureError
   */
  provide?(placement: Placement, dataPlane: DataPlane, given: PropertyMap): Promise<void>;
  /** Ids of what is deleted with it although it is a resource of its own. */
  deletesAlong?(resource: StoredResource): string[];
  /** The resource that has to exist before it, where that isn't the id's own parent. */
  holder?(id: string): string;
  /** Settings that their parent always has: deleting them resets them, and what lies below their id stays. */
  isSetting?: boolean;
  /** Whose loopback addresses the resource holds. */
  addressOwners?(resource: StoredResource): string[];
  /** The scale set or virtual machine whose machines follow its changes: itself, what holds it, or what uses it. */
  machinesOf?(resource: Pick<StoredResource, "id" | "inputs">, store: ResourceStore): string | undefined;
  /** What has to be known before the data plane can say whether machines could follow. */
  preflightReads?: readonly string[];
}

/** The rules and placements are typed by the part of the inputs that they read; a table of all types isn't. */
export function defineType<Inputs>(type: AzureResourceType<Inputs>): AzureResourceType {
  return type;
}

export interface Reference {
  id?: string;
}
