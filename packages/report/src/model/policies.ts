import { openingText } from "./findings";
import type { PreviewReport } from "./report";
import type { ResourceChange } from "./resource-change";
import { listed, visible } from "../text";

/** What a change can be refused for. */
export interface Violation {
  policy: Policy;
  /** What was found, on one line. */
  message: string;
}

const RULES = {
  /** A resource is replaced. */
  replace: ({ changes }: PreviewReport) => changes.filter(({ action }) => action === "replace").map(nameOf),
  /** A resource is deleted, and not only forgotten. */
  delete: ({ changes }: PreviewReport) => changes.filter(({ effect }) => effect === "deletes").map(nameOf),
  /** Something stops serving, or nobody here can rule it out. */
  interrupt: ({ interruptions }: PreviewReport) => interruptions.map(({ name, why }) => `${visible(name)}: ${why}`),
  /** Somebody may connect who couldn't before, or nobody here can read the rules. */
  "port-opened": ({ ports }: PreviewReport) => [
    ...ports.opened.map(openingText),
    ...ports.unknown.map((name) => `unknown rules of ${visible(name)}`),
  ],
  /** Azure refuses the change, although the preview calls it an update. */
  refused: ({ changes }: PreviewReport) => changes.filter(({ effect }) => effect === "refused").map(nameOf),
} satisfies Record<string, (report: PreviewReport) => string[]>;

export type Policy = keyof typeof RULES;
export const POLICIES = Object.keys(RULES) as Policy[];

const MOST_NAMED = 5;

/** Which of these policies a change violates; a failed preview shows too little to say. */
export function violations(report: PreviewReport, policies: readonly Policy[]): Violation[] {
  return [...new Set(policies)].flatMap((policy) => {
    const found = RULES[policy](report);
    return found.length === 0 ? [] : [{ policy, message: listed(found, MOST_NAMED) }];
  });
}

function nameOf({ name }: ResourceChange): string {
  return visible(name);
}
