import type { Diagram } from "../../model/diagram";
import { clipped, visible } from "../../text";
import { EFFECT_WORDS } from "../effect-words";

const LONGEST_NAME = 40;

/** The diagram in Graphviz's language. Colours come from the page's style sheet, by class. */
export function dot({ nodes, edges }: Diagram): string {
  return [
    "digraph {",
    '  graph [rankdir="LR", bgcolor="transparent", nodesep="0.2", ranksep="0.5"]',
    '  node [shape="box", style="rounded", fontname="Helvetica,Arial,sans-serif", fontsize="11", margin="0.2,0.06"]',
    '  edge [arrowsize="0.7"]',
    ...nodes.map(({ id, name, type, effect }) => {
      const lines = [name, type, ...(effect ? [EFFECT_WORDS[effect]] : [])].map(label);
      return `  ${id} [label="${lines.join("\\n")}", class="${effect ?? "unchanged"}"]`;
    }),
    ...edges.map(([from, to]) => `  ${from} -> ${to}`),
    "}",
    "",
  ].join("\n");
}

/** Graphviz reads backslashes, quotes and HTML's entities. */
function label(text: string): string {
  return clipped(visible(text), LONGEST_NAME).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("&", "&amp;");
}
