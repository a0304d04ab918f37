import type { Diagram } from "../../model/diagram";
import { dot } from "./dot";

/** The diagram as an SVG element for a page; empty without nodes. */
export async function svg(diagram: Diagram): Promise<string> {
  if (diagram.nodes.length === 0) return "";
  // Only here: its WebAssembly takes longer to load than everything else.
  const { Graphviz } = await import("@hpcc-js/wasm-graphviz");
  const graphviz = await Graphviz.load();
  const drawn = graphviz.layout(dot(diagram), "svg", "dot");
  return (
    drawn
      // A page has one prologue; the titles name our ids, which say nothing.
      .slice(drawn.indexOf("<svg"))
      .replaceAll(/<title>[^<]*<\/title>\n?/g, "")
      .replaceAll(/<!--[^]*?-->\n?/g, "")
      .replace("<svg", '<svg role="img" aria-label="Diagram of the resources and what they depend on"')
  );
}
