import { EventEmitter } from "node:events";
import { readJson, writeJson } from "../files";

/** A resource that the emulated Azure holds. */
export interface StoredResource {
  /** ARM id. */
  id: string;
  /** Pulumi's type token, for example `azure-native:network:LoadBalancer`. */
  type: string;
  /** The resource's name in Azure. */
  name: string;
  /** Checked inputs, in azure-native's (flattened) shape, with `$self` references expanded. */
  inputs: Record<string, unknown>;
  /** What azure-native would return. */
  outputs: Record<string, unknown>;
}

/** All resources of one sandbox, on disk after every change, so that a later preview, refresh or destroy sees them. */
export class ResourceStore extends EventEmitter<{ changed: [] }> {
  readonly #resources: Map<string, StoredResource>;

  constructor(private readonly file: string) {
    super();
    const stored = readJson<StoredResource[]>(file) ?? [];
    this.#resources = new Map(stored.map((resource) => [key(resource.id), resource]));
  }

  /** The resource with this ARM id; ids compare without case, as in Azure. */
  get(id: string): StoredResource | undefined {
    return this.#resources.get(key(id));
  }

  list(type?: string): StoredResource[] {
    const all = [...this.#resources.values()];
    return type === undefined ? all : all.filter((resource) => resource.type === type);
  }

  put(resource: StoredResource): void {
    this.#resources.set(key(resource.id), resource);
    this.#save();
  }

  delete(id: string): void {
    if (this.#resources.delete(key(id))) this.#save();
  }

  #save(): void {
    writeJson(this.file, [...this.#resources.values()]);
    this.emit("changed");
  }
}

function key(id: string): string {
  return id.toLowerCase();
}
