import { toResource, type ResourceState } from "./document";
import { PreviewError } from "./preview-error";
import { isObject, Mask } from "./values";

const HOW = "Run `pulumi stack export > state.json`";

/** The resources of an exported state. */
export function readState(source: unknown): ResourceState[] {
  const document = typeof source === "string" ? parse(source) : source;
  const deployment = isObject(document) ? document["deployment"] : undefined;
  if (!isObject(deployment)) throw new PreviewError(`The state has no deployment. ${HOW}`);
  const { resources = [] } = deployment;
  if (!Array.isArray(resources)) throw new PreviewError(`The state's resources must be a list. ${HOW}`);
  const mask = new Mask();
  return resources.flatMap((resource) =>
    // What a replacement hasn't deleted yet isn't the resource any more.
    isObject(resource) && typeof resource["urn"] === "string" && resource["delete"] !== true
      ? [toResource(resource, resource["urn"], mask)]
      : [],
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new PreviewError(`The state isn't JSON: ${(error as Error).message}. ${HOW}`, { cause: error });
  }
}
