import { createColors } from "picocolors";
import type { Effect } from "../effects/effect";
import type { PreviewReport } from "../model/report";
import type { ResourceChange } from "../model/resource-change";
import { clipped, visible, visibleLines } from "../text";
import { dependentsText, EFFECT_WORDS, propertyText, reasonText } from "./effect-words";
import { summaryLines, type Tone } from "./summary";

export interface TerminalOptions {
  /** @default false */
  color?: boolean;
  /** Shows every property that changes. @default false */
  details?: boolean;
}

type Colors = ReturnType<typeof createColors>;
type Paint = (text: string) => string;

const MOST_CHANGES = 15;
const LONGEST_REASON = 180;
const LABEL_WIDTH = 12;

/** For a terminal of 100 columns and more; fits one screen, unless `details` are wanted. */
export function renderTerminal(
  report: PreviewReport,
  { color = false, details = false }: TerminalOptions = {},
): string {
  const colors = createColors(color);
  const { bold } = colors;
  const sections = [
    [`${bold(visible(titleOf(report)))}  ${visible(report.verdict)}`],
    summaryLines(report).map(
      ({ label, text, tone }) => `  ${label.padEnd(LABEL_WIDTH)}${toned(tone, colors)(visible(text))}`,
    ),
    diagnosticLines(report, colors),
    changeLines(report, colors, details),
    findingLines(report, colors),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n") + "\n")
    .join("\n");
}

/** `project/stack`. */
export function titleOf({ project, stack }: Pick<PreviewReport, "project" | "stack">): string {
  return project === "" && stack === "" ? "Preview" : `${project}/${stack}`;
}

function toned(tone: Tone, { green, red }: Colors): Paint {
  return { good: green, bad: red, neutral: String }[tone];
}

function diagnosticLines({ diagnostics }: PreviewReport, { red, yellow }: Colors): string[] {
  return diagnostics.flatMap(({ severity, message }) => {
    const paint = severity === "error" ? red : yellow;
    return visibleLines(message).map((line) => `  ${paint(line)}`);
  });
}

function changeLines({ changes }: PreviewReport, colors: Colors, details: boolean): string[] {
  const shown = details ? changes : changes.slice(0, MOST_CHANGES);
  const effectWidth = Math.max(0, ...shown.map(({ effect }) => EFFECT_WORDS[effect].length));
  const lines = shown.flatMap((change) => {
    const { effect, name, shortType } = change;
    const word = painted(effect, colors)(EFFECT_WORDS[effect].padEnd(effectWidth));
    const reason = clipped(visible(reasonText(change, 2)), LONGEST_REASON);
    const dependents = dependentsText(change, 5);
    return [
      `  ${word}  ${colors.bold(visible(name))} ${colors.dim(visible(shortType))}  ${reason}`,
      ...(dependents === "" ? [] : [`  ${" ".repeat(effectWidth)}  ${dependents}`]),
      ...(details ? detailLines(change, effectWidth + 4, colors) : []),
    ];
  });
  const hidden = changes.length - shown.length;
  return hidden > 0 ? [...lines, colors.dim(`  … and ${hidden} more: --details shows them`)] : lines;
}

function detailLines({ properties }: ResourceChange, indent: number, { dim }: Colors): string[] {
  return properties.map((one) => dim(`${" ".repeat(indent)}${EFFECT_WORDS[one.effect]}: ${propertyText(one)}`));
}

function painted(effect: Effect, { red, yellow, green, cyan }: Colors): Paint {
  const paints: Readonly<Record<Effect, Paint>> = {
    refused: red,
    deletes: red,
    replaces: red,
    interrupts: red,
    unknown: yellow,
    rolls: yellow,
    creates: green,
    inPlace: cyan,
    none: String,
  };
  return paints[effect];
}

function findingLines({ findings }: PreviewReport, { red, yellow, dim }: Colors): string[] {
  const paints = { error: red, warning: yellow, note: dim };
  return findings.map(({ level, message }) => `  ${paints[level](level)}  ${visible(message)}`);
}
