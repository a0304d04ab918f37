import type { Effect } from "../effects/effect";
import { dependenciesOf } from "./dependents";
import type { ResourceChange } from "./resource-change";
import type { PlannedStack } from "./stack";
import { parseUrn, plainType, shortType } from "./urn";

export interface DiagramNode {
  /** Stable within the diagram: `n0`, `n1`, … in the order of the URNs. */
  id: string;
  name: string;
  type: string;
  /** Missing for what stays as it is. */
  effect?: Effect;
}

/** What depends on what. */
export interface Diagram {
  nodes: DiagramNode[];
  /** From the one that depends to the one that it needs. */
  edges: [from: string, to: string][];
  /** Resources that found no room. */
  leftOut: number;
}

/** More can't be read. */
const MOST_NODES = 40;
/** Everything depends on it: its arrows would hide the others. */
const GROUP = "azure-native:resources:ResourceGroup";

export function diagram(stack: PlannedStack, changes: readonly ResourceChange[]): Diagram {
  const resources = stack.resources.filter(({ before, after }) => (after ?? before)?.custom !== false);
  const changed = new Map(changes.map(({ urn, effect }) => [urn, effect]));
  const needs = new Map(
    resources.map(({ urn, before, after }) => [urn, dependenciesOf(after ?? before ?? EMPTY)] as const),
  );
  const shown = chosen(
    resources.map(({ urn }) => urn),
    changed,
    needs,
  );
  const ids = new Map(shown.map((urn, index) => [urn, `n${index}`]));
  return {
    nodes: shown.map((urn) => {
      const effect = changed.get(urn);
      const resource = stack.after.get(urn) ?? stack.before.get(urn);
      const type = plainType(resource?.type ?? parseUrn(urn).type);
      return { id: ids.get(urn)!, name: parseUrn(urn).name, type: shortType(type), ...(effect ? { effect } : {}) };
    }),
    edges: edgesOf(shown, needs).map(([from, to]) => [ids.get(from)!, ids.get(to)!]),
    leftOut: resources.length - shown.length,
  };
}

const EMPTY: Parameters<typeof dependenciesOf>[0] = { dependencies: [], propertyDependencies: {} };

/** All, or if they are too many what changes, the worst first, and then what these need and what needs these. */
function chosen(all: string[], changed: ReadonlyMap<string, Effect>, needs: ReadonlyMap<string, string[]>): string[] {
  if (all.length <= MOST_NODES) return all;
  const first = [...changed.keys()].filter((urn) => needs.has(urn)).slice(0, MOST_NODES);
  const inFirst = new Set(first);
  const near = all.filter(
    (urn) =>
      !inFirst.has(urn) &&
      (needs.get(urn)!.some((one) => inFirst.has(one)) || first.some((one) => needs.get(one)!.includes(urn))),
  );
  return [...first, ...near].slice(0, MOST_NODES).sort();
}

/** Without those that follow from others. */
function edgesOf(shown: readonly string[], needs: ReadonlyMap<string, string[]>): [string, string][] {
  const known = new Set(shown);
  const direct = new Map(
    shown.map((urn) => [urn, (needs.get(urn) ?? []).filter((one) => known.has(one) && one !== urn && !isGroup(one))]),
  );
  return shown.flatMap((urn) => {
    const targets = direct.get(urn)!;
    return targets
      .filter((target) => !targets.some((other) => other !== target && reaches(other, target, direct)))
      .map((target): [string, string] => [urn, target]);
  });
}

function isGroup(urn: string): boolean {
  return plainType(parseUrn(urn).type) === GROUP;
}

function reaches(from: string, to: string, direct: ReadonlyMap<string, string[]>, seen = new Set<string>()): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  return direct.get(from)!.some((next) => next === to || reaches(next, to, direct, seen));
}
