import { isPlainObject, nameSeed, type CheckRequest, type PropertyMap } from "../../provider";

const AUTONAMED = "pulumi.com/autonamed";

/** The inputs with a name: the given one, the one it has, the engine's proposal, or one as the plugin makes it. */
export function withName(request: CheckRequest): PropertyMap {
  const { name, news, olds, autonaming } = request;
  const { metadata = {} } = news;
  const isNamed = !isPlainObject(metadata) || metadata["name"] !== undefined || metadata["generateName"] !== undefined;
  if (isNamed || autonaming?.mode === "disable") return news;
  const proposed = autonaming?.proposedName ? autonaming.proposedName : `${name}-${nameSeed(request).slice(0, 8)}`;
  const former = isAutonamed(olds) ? (olds["metadata"] as PropertyMap)["name"] : undefined;
  const annotations = metadata["annotations"] ?? {};
  return {
    ...news,
    metadata: {
      ...metadata,
      name: former ?? proposed,
      annotations: isPlainObject(annotations) ? { ...annotations, [AUTONAMED]: "true" } : annotations,
    },
  };
}

/** Such an object may be there beside the one that takes its place. */
export function isAutonamed({ metadata }: PropertyMap): boolean {
  const annotations = isPlainObject(metadata) ? metadata["annotations"] : undefined;
  return isPlainObject(annotations) && annotations[AUTONAMED] === "true";
}
