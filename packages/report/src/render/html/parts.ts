import type { Effect } from "../../effects/effect";
import type { ClusterChange } from "../../model/facts";
import type { PreviewReport } from "../../model/report";
import type { PropertyChange, ResourceChange } from "../../model/resource-change";
import { visibleLines } from "../../text";
import { dependentsText, EFFECT_WORDS, reasonText } from "../effect-words";
import { summaryLines } from "../summary";
import { escaped } from "./html-text";

export function summaryPart(report: PreviewReport): string {
  const lines = summaryLines(report);
  if (lines.length === 0) return "";
  const rows = lines.map(({ label, text, tone }) => `<dt>${label}</dt><dd class="${tone}">${escaped(text)}</dd>`);
  return `<dl>\n${rows.join("\n")}\n</dl>\n`;
}

export function diagnosticsPart({ diagnostics }: PreviewReport): string {
  if (diagnostics.length === 0) return "";
  const texts = diagnostics.map(({ message }) => `<pre>${visibleLines(message).map(escaped).join("\n")}</pre>\n`);
  return `<section>\n<h2>What the engine said</h2>\n${texts.join("")}</section>\n`;
}

export function findingsPart({ findings }: PreviewReport): string {
  if (findings.length === 0) return "";
  const items = findings.map(
    ({ level, message }) => `<li class="${level}"><span class="level">${level}</span> ${escaped(message)}</li>\n`,
  );
  return `<section>\n<h2>Findings</h2>\n<ul class="findings">\n${items.join("")}</ul>\n</section>\n`;
}

/** Bytes of all changes together, from which on they come without their properties. */
const MOST_BYTES = 1_300_000;

export function changesPart({ changes }: PreviewReport): string {
  if (changes.length === 0) return "";
  let bytes = 0;
  let short = 0;
  const texts = changes.map((change) => {
    const whole = changePart(change, true);
    const fits = bytes + Buffer.byteLength(whole) <= MOST_BYTES || change.properties.length === 0;
    if (!fits) short += 1;
    const text = fits ? whole : changePart(change, false);
    bytes += Buffer.byteLength(text);
    return text;
  });
  const effects = [...new Set(changes.map(({ effect }) => effect))];
  return `<section>
<h2 id="changes" tabindex="-1">Changes</h2>
<div class="tools" hidden>
<label for="filter">Filter</label>
<input id="filter" type="search" autocomplete="off" placeholder="name, type or property; key /">
${effects.map((effect) => `<button type="button" data-effect="${effect}" aria-pressed="true">${EFFECT_WORDS[effect]}</button>`).join("\n")}
<button type="button" id="open-all">Open all</button>
<button type="button" id="close-all">Close all</button>
<span id="shown" role="status"></span>
</div>
${short > 0 ? `<p>The properties of ${short} changes found no room here: see the format json.</p>\n` : ""}${texts.join("")}</section>
`;
}

function changePart(change: ResourceChange, withProperties: boolean): string {
  const { effect, name, shortType, action, urn, properties } = change;
  const dependents = dependentsText(change, 20);
  return `<details class="change" data-effect="${effect}"><summary>${badge(effect)}<span class="name">${escaped(name)}</span> <span class="type">${escaped(shortType)}</span> <span class="why">${escaped(reasonText(change, 2))}</span></summary><div>
<p>${action}: <code>${escaped(urn)}</code>${dependents === "" ? "" : `<br>${escaped(dependents)}`}</p>
${properties.length === 0 || !withProperties ? "" : propertyTable(properties)}</div></details>
`;
}

function badge(effect: Effect): string {
  return `<span class="effect ${effect}">${EFFECT_WORDS[effect]}</span>`;
}

function propertyTable(properties: readonly PropertyChange[]): string {
  const rows = properties.map(
    ({ path, before, after, effect, why }) =>
      `<tr><th scope="row">${escaped(path)}</th><td class="value" data-label="before">${escaped(before ?? "–")}</td>` +
      `<td class="value" data-label="after">${escaped(after ?? "–")}</td><td data-label="effect">${EFFECT_WORDS[effect]}: ${escaped(why)}</td></tr>\n`,
  );
  return `<table><thead><tr><th scope="col">property</th><th scope="col">before</th><th scope="col">after</th><th scope="col">effect</th></tr></thead><tbody>\n${rows.join("")}</tbody></table>\n`;
}

export function switchoverPart({ clusters }: PreviewReport): string {
  const tables = clusters.map(switchoverTable).filter((table) => table !== "");
  return tables.length === 0 ? "" : `<section>\n<h2>Predicted switchover at worst</h2>\n${tables.join("")}</section>\n`;
}

function switchoverTable({ name, before, after }: ClusterChange): string {
  const faults = [
    ...new Set([...Object.keys(before?.worstSeconds ?? {}), ...Object.keys(after?.worstSeconds ?? {})]),
  ].sort();
  // What stays as it was is in the summary.
  if (faults.every((fault) => before?.worstSeconds?.[fault] === after?.worstSeconds?.[fault])) return "";
  const seconds = (value: number | undefined): string => (value === undefined ? "–" : `${value} s`);
  const rows = faults.map(
    (fault) =>
      `<tr><th scope="row">${escaped(fault)}</th><td data-label="before">${seconds(before?.worstSeconds?.[fault])}</td><td data-label="after">${seconds(after?.worstSeconds?.[fault])}</td></tr>\n`,
  );
  return `<table><caption>${escaped(name)}</caption><thead><tr><th scope="col">fault</th><th scope="col">before</th><th scope="col">after</th></tr></thead><tbody>\n${rows.join("")}</tbody></table>\n`;
}

export function diagramPart({ diagram }: PreviewReport, drawing: string): string {
  if (drawing === "") return "";
  const note = diagram.leftOut > 0 ? `<p>${diagram.leftOut} further resources found no room.</p>\n` : "";
  return `<section>
<h2>Diagram</h2>
<p>Arrows lead from a resource to what it needs. Resource groups, on which all depends, have none.</p>
${note}<div class="diagram scroll" tabindex="0" role="region" aria-label="Diagram, to be scrolled">
${drawing}</div>
</section>
`;
}
