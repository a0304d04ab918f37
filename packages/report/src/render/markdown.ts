import type { Effect } from "../effects/effect";
import type { Finding } from "../model/findings";
import type { PreviewReport } from "../model/report";
import type { ResourceChange } from "../model/resource-change";
import { clipped, visibleLines } from "../text";
import { dependentsText, EFFECT_WORDS, propertyText, reasonText } from "./effect-words";
import { code, escaped } from "./markdown-text";
import { mermaid } from "./mermaid";
import { fitted, type Section } from "./sections";
import { summaryLines, type Tone } from "./summary";
import { titleOf } from "./terminal";

export interface MarkdownOptions {
  /** Bytes that the text may have; GitHub takes 65,536 characters. @default 60000 */
  maxBytes?: number;
  /** Where the whole report is, for the note that something was left out. */
  fullReport?: string;
}

const MAX_BYTES = 60_000;
/** What a reviewer sees without opening anything. */
const MOST_CHANGES = 12;
const MOST_FINDINGS = 8;
const LONGEST_VERDICT = 600;

const SIGNS: Readonly<Record<Effect, string>> = {
  refused: "⛔",
  deletes: "🔴",
  replaces: "🔴",
  interrupts: "🔴",
  unknown: "⚪",
  rolls: "🟠",
  creates: "🟢",
  inPlace: "🔵",
  none: "",
};
const TONES: Readonly<Record<Tone, string>> = { good: "✅", bad: "⚠️", neutral: "" };
const LEVELS: Readonly<Record<Finding["level"], string>> = { error: "🔴", warning: "⚠️", note: "ℹ️" };

/** For a comment on a pull request: the verdict first, the whole difference folded, never more than `maxBytes`. */
export function renderMarkdown(
  report: PreviewReport,
  { maxBytes = MAX_BYTES, fullReport }: MarkdownOptions = {},
): string {
  const sections: Section[] = [
    { items: [`### ${code(titleOf(report))}\n\n**${escaped(clipped(report.verdict, LONGEST_VERDICT))}**\n`] },
    summarySection(report),
    ...diagnosticsSection(report),
    ...findingsSection(report),
    ...changesSection(report),
    ...switchoverSection(report),
    ...diagramSection(report),
    ...differenceSection(report),
  ];
  return fitted(sections, maxBytes, fullReport === undefined ? "" : ` The whole report: ${reference(fullReport)}`);
}

/** An address may be followed; it comes from who renders, not from the preview. */
function reference(where: string): string {
  return /^https:\/\/[\w./:-]+$/.test(where) ? where : escaped(where);
}

function summarySection(report: PreviewReport): Section {
  const lines = summaryLines(report);
  return {
    ...(lines.length > 0 ? { head: "\n| | |\n|---|---|\n" } : {}),
    items: lines.map(
      ({ label, text, tone }) => `| ${label} | ${[TONES[tone], escaped(text)].filter(Boolean).join(" ")} |\n`,
    ),
  };
}

function diagnosticsSection({ diagnostics }: PreviewReport): Section[] {
  const items = diagnostics.map(
    ({ severity, message }) =>
      `${LEVELS[severity]} ${visibleLines(clipped(message, 2000)).map(escaped).join("<br>")}\n\n`,
  );
  return items.length > 0 ? [{ head: "\n", items }] : [];
}

function findingsSection({ findings }: PreviewReport): Section[] {
  if (findings.length === 0) return [];
  const items = findings
    .slice(0, MOST_FINDINGS)
    .map(({ level, message }) => `- ${LEVELS[level]} ${escaped(clipped(message, 600))}\n`);
  const further = findings.length - items.length;
  return [{ head: "\n", items: further > 0 ? [...items, `- … and ${further} more\n`] : items }];
}

function changesSection({ changes }: PreviewReport): Section[] {
  if (changes.length === 0) return [];
  const further = changes.length - MOST_CHANGES;
  return [
    {
      head: "\n| effect | resource | why |\n|---|---|---|\n",
      items: changes.slice(0, MOST_CHANGES).map(changeRow),
      ...(further > 0 ? { tail: `\n… and ${further} more, below.\n` } : {}),
    },
  ];
}

function changeRow(change: ResourceChange): string {
  const { effect, name, shortType } = change;
  const dependents = dependentsText(change, 5);
  const why = [clipped(reasonText(change, 2), 240), ...(dependents === "" ? [] : [clipped(dependents, 240)])];
  return `| ${`${SIGNS[effect]} ${EFFECT_WORDS[effect]}`.trim()} | ${code(clipped(name, 80))} ${escaped(shortType)} | ${why.map(escaped).join("<br>")} |\n`;
}

function switchoverSection({ clusters }: PreviewReport): Section[] {
  const rows = clusters.flatMap(({ name, before, after }) =>
    faultsOf(before?.worstSeconds, after?.worstSeconds)
      .filter(([, was, becomes]) => was !== becomes)
      .map(
        ([fault, was, becomes]) => `| ${code(name)} | ${escaped(fault)} | ${seconds(was)} | ${seconds(becomes)} |\n`,
      ),
  );
  if (rows.length === 0) return [];
  const head =
    "\n<details><summary>Predicted switchover at worst, by fault</summary>\n\n| cluster | fault | before | after |\n|---|---|---|---|\n";
  return [{ head, items: rows, tail: "\n</details>\n" }];
}

function faultsOf(
  before: Record<string, number> = {},
  after: Record<string, number> = {},
): [fault: string, before: number | undefined, after: number | undefined][] {
  const faults = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return faults.map((fault) => [fault, before[fault], after[fault]]);
}

function seconds(value: number | undefined): string {
  return value === undefined ? "–" : `${value} s`;
}

/** A diagram is whole or isn't there. */
function diagramSection(report: PreviewReport): Section[] {
  if (report.changes.length === 0 || report.diagram.nodes.length === 0) return [];
  const { leftOut } = report.diagram;
  const note = leftOut > 0 ? `\n${leftOut} resources that don't change or found no room are left out.\n` : "";
  const text = `\n<details><summary>Diagram</summary>\n\n\`\`\`mermaid\n${mermaid(report.diagram)}\`\`\`\n${note}\n</details>\n`;
  return [{ items: [text] }];
}

function differenceSection({ changes }: PreviewReport): Section[] {
  const items = changes.filter(({ properties }) => properties.length > 0).map(differenceText);
  const rest = changes.filter(({ properties }) => properties.length === 0);
  if (rest.length > MOST_CHANGES) items.push(...rest.map(restText));
  if (items.length === 0) return [];
  return [{ head: "\n<details><summary>Every property that changes</summary>\n\n", items, tail: "\n</details>\n" }];
}

function differenceText({ name, shortType, action, properties }: ResourceChange): string {
  const lines = properties.map((one) => `  - ${EFFECT_WORDS[one.effect]}: ${code(clipped(propertyText(one), 500))}\n`);
  return `- **${action}** ${code(clipped(name, 80))} ${escaped(shortType)}\n${lines.join("")}`;
}

function restText({ name, shortType, action }: ResourceChange): string {
  return `- **${action}** ${code(clipped(name, 80))} ${escaped(shortType)}\n`;
}
