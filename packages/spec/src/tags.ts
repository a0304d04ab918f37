import { isDeferred } from "./deferred";
import type { Finding } from "./finding";
import type { MapField } from "./shape";

/** Azure's most tags of a resource; the firewall adds one of its own. */
const MOST_TAGS = 50;
/** The most of private DNS zones, their links and a vault's secrets. */
const FEW_TAGS = 15;

/**
 * Tags that every resource takes: storage accounts have the shortest names of them, and the prefixes are Azure's own
 * (Microsoft, "Use tags to organize your Azure resources", limitations; REST reference of Tags).
 */
export const TAGS_FIELD: MapField = {
  kind: "map",
  input: true,
  maxItems: MOST_TAGS - 1,
  caselessKeys: true,
  keyPattern: /^(?!microsoft|azure|windows)[^<>%&\\?/]{1,128}$/i,
  allowed:
    `at most ${MOST_TAGS - 1} tags: names of 1 to 128 characters without < > % & \\ ? /, which differ not only by case and ` +
    "don't begin with microsoft, azure or windows; texts of at most 256 characters",
  of: { kind: "string", input: true, maxLength: 256, required: true },
};

/** @param holders what of the declaration takes only few tags; nobody, if it is empty */
export function checkFewTags(tags: unknown, holders: readonly string[]): Finding[] {
  if (holders.length === 0 || tags === undefined || tags === null || isDeferred(tags)) return [];
  const count = Object.keys(tags).length;
  if (count <= FEW_TAGS) return [];
  return [
    {
      rule: "few-tags",
      path: "tags",
      seen: `${count} tags`,
      allowed: `at most ${FEW_TAGS} with ${holders.join(" and ")}: Azure takes no more of them there`,
      fix: "Leave some out; a policy of the subscription can add them to the resources that take them.",
    },
  ];
}

/** Who takes few of them. */
export const FEW_TAGS_OF = { zone: "a new private DNS zone", secrets: "secrets in a vault" } as const;
