import type { Effect } from "../effects/effect";
import type { PropertyChange, ResourceChange } from "../model/resource-change";
import { clipped, listed, visible } from "../text";

/** Effects in the words of every format. */
export const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  refused: "refused by Azure",
  deletes: "deletes",
  replaces: "replaces",
  interrupts: "interrupts",
  unknown: "unknown",
  rolls: "rolls",
  creates: "creates",
  inPlace: "in place",
  none: "no effect",
};

/** Why a resource changes as it does: the properties that decide, in the order of their weight. */
export function reasonText(change: ResourceChange, most: number): string {
  const { properties, effect, why, action } = change;
  const deciding = action === "replace" ? properties.filter(({ forcesReplacement }) => forcesReplacement) : properties;
  if (action === "replace" && deciding.length === 0) return `no property is named; ${why}`;
  if (deciding.length === 0) return why;
  const heavy = deciding.filter((property) => property.effect === effect);
  const shown = (heavy.length > 0 ? heavy : deciding).slice(0, most).map(shortText);
  const further = deciding.length - shown.length;
  return `${listed([...shown, ...(further > 0 ? [`${further} more`] : [])])}: ${why}`;
}

/** `…imageReference.sku "a" → "b"`; what is added or taken away only by its name. */
function shortText({ path, kind, before = "?", after = "?" }: PropertyChange): string {
  const parts = visible(path).split(/\.(?![^[]*\])/);
  const name = parts.length > 3 ? `…${parts.slice(-2).join(".")}` : parts.join(".");
  if (kind === "add") return `${name} added`;
  if (kind === "delete") return `${name} removed`;
  return before === after ? `${name} changed` : `${name} ${clipped(before, 60)} → ${clipped(after, 60)}`;
}

/** `probes["ready"].intervalInSeconds 5 → 10`. */
export function propertyText({ path, kind, before, after }: PropertyChange): string {
  const name = visible(path);
  if (kind === "add") return `${name} + ${after ?? "?"}`;
  if (kind === "delete") return `${name} − ${before ?? "?"}`;
  return before === after ? `${name} ${after ?? "?"} (changed)` : `${name} ${before ?? "?"} → ${after ?? "?"}`;
}

/** Who else is concerned by a replacement or deletion. */
export function dependentsText({ dependents }: ResourceChange, most: number): string {
  return dependents.length === 0 ? "" : `needed by ${listed(dependents.map(visible), most)}`;
}
