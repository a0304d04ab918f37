import type { PreviewDocument, ResourceState, Step } from "../input/document";

/** What happens to a resource, in one word. */
export type Action = "create" | "update" | "replace" | "delete" | "forget" | "import" | "read" | "same";

/** A resource before and after the change, and the step that leads from one to the other. */
export interface Planned {
  urn: string;
  action: Action;
  before?: ResourceState;
  after?: ResourceState;
  step: Step;
  /** For a replacement: which of the two instances exists first; undefined when the preview doesn't show it. */
  order?: "new first" | "old first";
}

/** The stack before and after, as far as preview and state show it. */
export interface PlannedStack {
  /** By URN, in the order of the URNs. */
  resources: Planned[];
  before: ReadonlyMap<string, ResourceState>;
  after: ReadonlyMap<string, ResourceState>;
  /** Whether everything that stays as it is can be seen here, too. */
  knowsUnchanged: boolean;
}

/** The engine's words for one and the same thing, from the one that counts least. */
const ACTION_BY_OP: Readonly<Record<string, Action>> = {
  same: "same",
  refresh: "same",
  "remove-pending-replace": "same",
  read: "read",
  "read-replacement": "read",
  discard: "forget",
  "discard-replaced": "forget",
  import: "import",
  update: "update",
  create: "create",
  delete: "delete",
  "import-replacement": "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  replace: "replace",
};
const RANK: readonly Action[] = ["same", "read", "forget", "import", "update", "create", "delete", "replace"];

export function planStack(preview: PreviewDocument, state: readonly ResourceState[] | undefined): PlannedStack {
  const steps = new Map<string, Step[]>();
  for (const step of preview.steps) steps.set(step.urn, [...(steps.get(step.urn) ?? []), step]);
  const former = new Map((state ?? []).map((resource) => [resource.urn, resource]));
  const urns = [...new Set([...steps.keys(), ...former.keys()])].filter((urn) => !isProvider(urn)).sort();
  const resources = urns.map((urn) => planned(urn, steps.get(urn) ?? [], former.get(urn)));
  const shown = preview.steps.filter(({ op }) => op === "same").length;
  return {
    resources,
    before: new Map(resources.flatMap(({ urn, before }) => (before ? [[urn, before]] : []))),
    after: new Map(resources.flatMap(({ urn, after }) => (after ? [[urn, after]] : []))),
    knowsUnchanged: state !== undefined || (preview.sames !== undefined && shown >= preview.sames),
  };
}

function planned(urn: string, steps: readonly Step[], former: ResourceState | undefined): Planned {
  if (steps.length === 0) {
    const step: Step = { op: "same", urn, before: former, after: former, differences: [], replaceReasons: [] };
    return { urn, action: "same", before: former, after: former, step };
  }
  const action = steps.map(({ op }) => actionOf(op)).sort((a, b) => RANK.indexOf(b) - RANK.indexOf(a))[0]!;
  // Of a replacement's three steps this one has both states and the reasons.
  const step = steps.find(({ op }) => op === "replace") ?? steps.find(({ op }) => actionOf(op) === action)!;
  const before = steps.find((one) => one.before)?.before ?? former;
  const after = steps.find((one) => one.after)?.after;
  return {
    urn,
    // An operation that isn't in the table is shown as what it does: there is a state after it, or none.
    action,
    ...(before && action !== "create" ? { before } : {}),
    ...(after && action !== "delete" && action !== "forget" ? { after } : {}),
    step: { ...step, before, after },
    ...orderOf(steps),
  };
}

function actionOf(op: string): Action {
  return Object.hasOwn(ACTION_BY_OP, op) ? ACTION_BY_OP[op]! : "update";
}

function orderOf(steps: readonly Step[]): Pick<Planned, "order"> {
  const created = steps.findIndex(({ op }) => op === "create-replacement");
  const deleted = steps.findIndex(({ op }) => op === "delete-replaced");
  if (created < 0 || deleted < 0) return {};
  return { order: created < deleted ? "new first" : "old first" };
}

function isProvider(urn: string): boolean {
  return /(::|\$)pulumi:providers:/.test(urn);
}
