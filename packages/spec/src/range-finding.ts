import { isCanonicalCidr } from "./cidr";
import type { Finding } from "./finding";

/** What is wrong with the text of a range; nothing when Azure takes it. */
export function checkRange(path: string, text: string, example: string): Finding[] {
  if (isCanonicalCidr(text)) return [];
  return [
    {
      rule: "cidr",
      path,
      seen: JSON.stringify(text),
      allowed: "an IPv4 range by its first address, prefix length 0 to 32",
      fix: `Write ${path} like "${example}".`,
    },
  ];
}
