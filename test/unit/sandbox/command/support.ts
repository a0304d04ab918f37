import { commandProvider } from "../../../../packages/sandbox/src/command";
import { Secret, type DiffResult, type PropertyMap } from "../../../../packages/sandbox/src/provider";

export const REMOTE = "command:remote:Command";
export const COPY = "command:remote:CopyToRemote";
export const LOCAL = "command:local:Command";

/** A resource of the stand-in, as the engine sees its life: secret marks are taken from what comes back. */
export class CommandResource {
  readonly provider = commandProvider();
  readonly #subject;
  readonly #abort = new AbortController();
  #state: PropertyMap = {};

  constructor(type: string) {
    this.#subject = { urn: `urn:pulumi:dev::shop::${type}::orders`, name: "orders", type, connection: "test" };
  }

  check(news: PropertyMap): string[] {
    const request = { olds: {}, news, randomSeed: new Uint8Array(), autonaming: undefined };
    return this.provider.check({ ...this.#subject, ...request }).failures;
  }

  diff(oldInputs: PropertyMap, news: PropertyMap): DiffResult {
    return this.provider.diff({ ...this.#subject, id: "", oldInputs, news });
  }

  async create(inputs: PropertyMap, preview = false): Promise<PropertyMap> {
    const { signal } = this.#abort;
    const { id, outputs } = await this.provider.create({ ...this.#subject, inputs, preview, signal });
    return this.#keep({ ...outputs, id });
  }

  async update(news: PropertyMap, preview = false): Promise<PropertyMap> {
    const { signal } = this.#abort;
    const request = { id: "x", oldInputs: {}, state: this.#state, news, preview, signal };
    return this.#keep((await this.provider.update({ ...this.#subject, ...request })).outputs);
  }

  delete(): Promise<void> {
    return this.provider.delete({ ...this.#subject, id: "x", state: this.#state, signal: this.#abort.signal });
  }

  /** As if the engine had been stopped. */
  abandon(): void {
    this.#abort.abort();
  }

  #keep(outputs: PropertyMap): PropertyMap {
    const clear = Object.entries(outputs).map(([name, value]) => [name, value instanceof Secret ? value.value : value]);
    this.#state = Object.fromEntries(clear) as PropertyMap;
    return outputs;
  }
}
