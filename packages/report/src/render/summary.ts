import { SWITCHOVER_MARK_SECONDS } from "@windows-ha/spec";
import type { ClusterChange, Facts } from "../model/facts";
import { openingText } from "../model/findings";
import type { PreviewReport } from "../model/report";
import { capacityText, machinesText, type Rollout } from "../model/rollouts";
import { count, duration, listed, visible } from "../text";

export type Tone = "good" | "bad" | "neutral";

/** A line of the first screen, the same in every format. */
export interface SummaryLine {
  label: string;
  text: string;
  tone: Tone;
}

const MOST_PORTS = 4;
const MOST_UNPRICED = 3;

export function summaryLines(report: PreviewReport): SummaryLine[] {
  if (report.outcome === "no changes" || report.changes.length === 0) return [];
  return [
    ...few(report.rollouts.map(machinesLine), "Machines"),
    ...frontEndsLine(report),
    ...few(
      report.clusters.flatMap((cluster) => clusterLines(cluster, report.clusters.length > 1)),
      "Clusters",
    ),
    ...portLines(report),
  ];
}

/** So that the first screen stays one. */
const MOST_LINES = 12;

function few(lines: SummaryLine[], label: string): SummaryLine[] {
  if (lines.length <= MOST_LINES) return lines;
  const left = lines.length - MOST_LINES;
  return [
    ...lines.slice(0, MOST_LINES),
    { label, text: `… and ${count(left, "line")} more, in the JSON`, tone: "neutral" },
  ];
}

const LABELS: Readonly<Record<Rollout["of"], string>> = { machines: "Machines", nodes: "Nodes", pods: "Pods" };

function machinesLine(rollout: Rollout): SummaryLine {
  const { leastInService, minimumActive = 1, typicalSeconds, name } = rollout;
  const time = typicalSeconds === undefined ? "" : `; ${duration(typicalSeconds)} without what Azure and downloads add`;
  const enough = leastInService !== undefined && leastInService >= minimumActive;
  const text = `${visible(name)} rolls ${machinesText(rollout)}; ${capacityText(rollout)}${time}`;
  return { label: LABELS[rollout.of], text, tone: enough ? "good" : "bad" };
}

function frontEndsLine({ frontEnds: { touched, total } }: PreviewReport): SummaryLine[] {
  if (total === 0 || (total === undefined && touched === 0)) return [];
  const of = total === undefined ? "" : ` of ${total}`;
  return [{ label: "Front ends", text: `${touched}${of} touched`, tone: "neutral" }];
}

function clusterLines(cluster: ClusterChange, several: boolean): SummaryLine[] {
  const { name, before, after, life } = cluster;
  const prefix = several ? `${visible(name)}: ` : "";
  const line = (label: string, text: string, tone: Tone = "neutral"): SummaryLine => ({
    label,
    text: prefix + text,
    tone,
  });
  const sides = <Value extends number | string>(
    read: (facts: Facts) => Value | undefined,
    show: (value: Value) => string,
  ) => difference([before && read(before), after && read(after)], life, show);
  return [
    ...(before?.version === after?.version
      ? []
      : sides(({ version }) => version, visible).map((text) => line("Version", text))),
    ...sides(slowest, (seconds) => `${seconds} s`).map((text) => switchoverLine(line, text, after && slowest(after))),
    ...sides(
      ({ slaPercent }) => slaPercent,
      (percent) => `${percent} %`,
    ).map((text) => line("SLA", text)),
    ...costTexts(
      sides(
        ({ usdPerMonth }) => usdPerMonth,
        (usd) => `${usd} USD a month`,
      ),
      cluster,
    ).map((text) => line("Cost", text)),
  ];
}

/** The fault that takes longest counts. */
function switchoverLine(
  line: (label: string, text: string, tone: Tone) => SummaryLine,
  text: string,
  seconds: number | undefined,
): SummaryLine {
  if (seconds === undefined) return line("Switchover", text, "neutral");
  const meets = seconds <= SWITCHOVER_MARK_SECONDS;
  const mark = `${meets ? "within" : "misses"} the mark of ${SWITCHOVER_MARK_SECONDS} s`;
  return line("Switchover", `at worst ${text}: ${mark}`, meets ? "good" : "bad");
}

function slowest({ worstSeconds = {} }: Facts): number | undefined {
  const seconds = Object.values(worstSeconds);
  return seconds.length === 0 ? undefined : Math.max(...seconds);
}

/** What is known of the sums; where one isn't, what has no price. */
function costTexts([sums]: string[], { before, after }: ClusterChange): string[] {
  const { unpriced = [], pricesAsOf: asOf } = after ?? before ?? {};
  const why =
    unpriced.length === 0 ? "" : `; the table has no price of ${listed(unpriced.map(visible), MOST_UNPRICED)}`;
  if (sums === undefined) return why === "" ? [] : [`unknown${why}`];
  const former = before?.pricesAsOf;
  const dates = former !== undefined && asOf !== undefined && former !== asOf ? [former, asOf] : [asOf ?? []].flat();
  const table = dates.length === 0 ? "" : ` (list prices of one region, ${dates.map(visible).join(" → ")})`;
  return [`about ${sums}${table}${why}`];
}

/** `a → b`, `a, unchanged`, `a, new`, or which of the two isn't known. */
function difference<Value extends number | string>(
  [before, after]: readonly [Value | undefined, Value | undefined],
  life: ClusterChange["life"],
  show: (value: Value) => string,
): string[] {
  if (before === undefined && after === undefined) return [];
  if (before === after) return [`${show(after!)}, unchanged`];
  if (life === "new") return [`${show(after!)}, new`];
  return [
    `${before === undefined ? "unknown" : show(before)} → ${after !== undefined ? show(after) : life === "gone" ? "none" : "unknown"}`,
  ];
}

function portLines({ ports }: PreviewReport): SummaryLine[] {
  const line = (sign: string, tone: Tone, texts: string[]): SummaryLine[] =>
    texts.length === 0 ? [] : [{ label: "Open ports", text: `${sign} ${listed(texts, MOST_PORTS)}`, tone }];
  const lines = [
    ...line("+", "bad", ports.opened.map(openingText)),
    ...line("−", "good", ports.closed.map(openingText)),
    ...line("? unknown, by rules that aren't read here:", "bad", ports.unknown.map(visible)),
  ];
  const same = ports.unchanged.length;
  if (lines.length > 0 || same === 0) return lines;
  return [{ label: "Open ports", text: `${count(same, "opening")}, unchanged`, tone: "neutral" }];
}
