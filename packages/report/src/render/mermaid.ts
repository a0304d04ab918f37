import type { Effect } from "../effects/effect";
import type { Diagram } from "../model/diagram";
import { clipped, visible } from "../text";
import { EFFECT_WORDS } from "./effect-words";

/** Colours that can be read on GitHub's light and dark pages. */
export const EFFECT_COLORS: Readonly<Record<Effect, { fill: string; stroke: string }>> = {
  refused: { fill: "#f5b5b0", stroke: "#8c1d18" },
  deletes: { fill: "#f5b5b0", stroke: "#8c1d18" },
  replaces: { fill: "#f5b5b0", stroke: "#8c1d18" },
  interrupts: { fill: "#f5b5b0", stroke: "#8c1d18" },
  unknown: { fill: "#e0e0e0", stroke: "#5f6368" },
  rolls: { fill: "#fbd38d", stroke: "#8a4b00" },
  creates: { fill: "#b7e4c7", stroke: "#1b5e20" },
  inPlace: { fill: "#bbdefb", stroke: "#0d47a1" },
  none: { fill: "#ffffff", stroke: "#5f6368" },
};

const LONGEST_NAME = 60;

/** The diagram in Mermaid's language, which GitHub draws. */
export function mermaid({ nodes, edges }: Diagram): string {
  const used = [...new Set(nodes.flatMap(({ effect }) => effect ?? []))].sort();
  return [
    "flowchart LR",
    ...nodes.map(({ id, name, type, effect }) => {
      const lines = [label(name), label(type), ...(effect ? [EFFECT_WORDS[effect]] : [])];
      return `  ${id}["${lines.join("<br/>")}"]${effect ? `:::${effect}` : ""}`;
    }),
    ...edges.map(([from, to]) => `  ${from} --> ${to}`),
    ...used.map((effect) => {
      const { fill, stroke } = EFFECT_COLORS[effect];
      return `  classDef ${effect} fill:${fill},stroke:${stroke},color:#1f1f1f`;
    }),
    "",
  ].join("\n");
}

/** Mermaid's own entities, for everything that could be its syntax or HTML. */
function label(text: string): string {
  return [...clipped(visible(text), LONGEST_NAME)]
    .map((character) => (/[A-Za-z0-9 ._-]/.test(character) ? character : `#${character.codePointAt(0)};`))
    .join("");
}
