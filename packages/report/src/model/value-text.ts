import { isUnknown, type Json } from "../input/values";
import { clipped, visible } from "../text";

/** Longer values are cut: what changed stands in the program. */
const LONGEST = 160;
/** Not a text that the program wrote. */
const MARK = /^\[(secret\]|hidden #\d+\]$|asset |archive |too deep\])/;
const KNOWN_LATER = "[known after deployment]";

/** A value for people, on one line. */
export function valueText(value: Json): string {
  if (typeof value === "string" && MARK.test(value)) return visible(marked(value));
  if (isUnknown(value)) return KNOWN_LATER;
  const text = JSON.stringify(value, (_, item: Json) => (typeof item === "string" ? marked(item) : item));
  return clipped(visible(text), LONGEST);
}

/** What stands for a value, in words. */
function marked(text: string): string {
  if (isUnknown(text)) return KNOWN_LATER;
  return /^\[hidden #\d+\]$/.test(text) ? "[hidden]" : text;
}
