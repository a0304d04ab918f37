import type { PropertyMap } from "../provider";

/** What one of the provider's types does. The state holds the inputs beside the outputs, as the official plugin's. */
export interface CommandType {
  /** What is refused although the schema takes it, each sentence beginning with the property's path. */
  check(inputs: PropertyMap): string[];
  /** @returns the outputs beside the inputs. */
  create(inputs: PropertyMap, signal: AbortSignal): Promise<PropertyMap>;
  update(news: PropertyMap, state: PropertyMap, signal: AbortSignal): Promise<PropertyMap>;
  delete(state: PropertyMap, signal: AbortSignal): Promise<void>;
}
