import { count, listed, visible } from "../text";
import type { PreviewReport } from "./report";
import { capacityText, machinesText, type Rollout } from "./rollouts";

const VERBS = { create: "create", update: "update", replace: "replacement", delete: "deletion" } as const;

/** The one sentence that counts. */
export function verdict(report: Omit<PreviewReport, "verdict">): string {
  const { outcome, counts, diagnostics, rollouts, interruptions, changes } = report;
  if (outcome === "failed") {
    const errors = diagnostics.filter(({ severity }) => severity === "error").length;
    return `The preview failed with ${count(errors, "error")}; nothing below is the whole truth.`;
  }
  if (outcome === "no changes") return "Nothing changes.";
  const parts = (["replace", "delete", "update", "create"] as const)
    .filter((action) => counts[action] > 0)
    .map((action) => count(counts[action], VERBS[action]));
  if (counts.other > 0) parts.push(`${counts.other} other`);
  const refused = changes.filter(({ effect }) => effect === "refused").length;
  const consequences = [
    ...(refused > 0 ? [`Azure refuses ${refused} of them`] : []),
    ...rolling(rollouts),
    ...serving(interruptions, rollouts.length),
  ];
  return `${listed(parts)}: ${consequences.join("; ")}.`;
}

/** More are told together. */
const MOST_ROLLOUTS = 2;

function rolling(rollouts: readonly Rollout[]): string[] {
  if (rollouts.length <= MOST_ROLLOUTS) {
    return rollouts.map(
      (one) => `${visible(one.name)} rolls ${machinesText({ ...one, zones: [] })} (${capacityText(one)})`,
    );
  }
  const unknown = rollouts.filter(({ leastInService }) => leastInService === undefined).length;
  const share = ({ leastInService = 0, total = 1 }: Rollout): number => leastInService / total;
  const known = rollouts
    .filter(({ leastInService }) => leastInService !== undefined)
    .sort((a, b) => share(a) - share(b));
  const least = known[0] ? [`at the least ${visible(known[0].name)}: ${capacityText(known[0])}`] : [];
  const open = unknown > 0 ? [`capacity unknown in ${unknown} of them`] : [];
  return [`machines, nodes or pods roll in ${rollouts.length} places (${[...least, ...open].join("; ")})`];
}

function serving(interruptions: PreviewReport["interruptions"], rollouts: number): string[] {
  const certain = interruptions.filter(({ certainty }) => certainty === "certain");
  if (certain.length > 0)
    return [
      `service is interrupted by ${listed(
        certain.map(({ name }) => visible(name)),
        3,
      )}`,
    ];
  if (interruptions.length > 0) return ["an interruption can't be ruled out"];
  return rollouts > 0 ? [] : ["nothing that serves is interrupted"];
}
