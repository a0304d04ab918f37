import { nameSeed, type CheckRequest, type PropertyMap } from "../provider";
import { pathParameters } from "./arm-id";
import type { AzureResourceType } from "./resource-type";
import { uuidOf } from "./types/user-assigned-identity";

/**
 * azure-native's mark on inputs with a random name: such a resource can be created before the former one is deleted.
 * Without it a replacement deletes first.
 */
export const CREATE_BEFORE_DELETE = "__createBeforeDelete";

/** The inputs with a name: the given one, the one it has, the engine's proposal, or one as azure-native makes it. */
export function withName(type: AzureResourceType, request: CheckRequest): PropertyMap {
  const { news, olds, autonaming } = request;
  const property = pathParameters(type.path).at(-1)!;
  if (news[property] !== undefined) return news;
  if (olds[property] !== undefined) {
    const mark = olds[CREATE_BEFORE_DELETE];
    return { ...news, [property]: olds[property], ...(mark === undefined ? {} : { [CREATE_BEFORE_DELETE]: mark }) };
  }
  if (type.autoName === "uuid") return { ...news, [property]: uuidOf(nameSeed(request)), [CREATE_BEFORE_DELETE]: true };
  if (autonaming?.mode === "disable") return news;
  if (autonaming?.mode === "enforce" || autonaming?.proposedName) {
    return { ...news, [property]: autonaming.proposedName, [CREATE_BEFORE_DELETE]: true };
  }
  if (type.autoName === "copy") return { ...news, [property]: request.name };
  return { ...news, [property]: `${request.name}${suffix(request)}`, [CREATE_BEFORE_DELETE]: true };
}

function suffix(request: CheckRequest): string {
  return nameSeed(request).slice(0, 8);
}
