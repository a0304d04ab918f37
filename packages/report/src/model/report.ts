import { interruptions as interruptionsOf, type Interruption } from "./interruptions";
import { readDocument, type Diagnostic } from "../input/document";
import { readState } from "../input/state";
import { Dependents } from "./dependents";
import { diagram, type Diagram } from "./diagram";
import { clusterChanges, type ClusterChange } from "./facts";
import { findings, type Finding } from "./findings";
import { frontEnds } from "./front-ends";
import { portChanges, type PortChanges } from "./ports";
import { resourceChanges, type ResourceChange } from "./resource-change";
import { rollouts, type Rollout } from "./rollouts";
import { planStack } from "./stack";
import { parseUrn } from "./urn";
import { verdict } from "./verdict";

/** What a preview means. Equal previews give equal reports; nothing in it is a secret. */
export interface PreviewReport {
  reportVersion: 1;
  project: string;
  stack: string;
  /** `failed`: the preview ended with an error, so that this report isn't the whole truth. */
  outcome: "changes" | "no changes" | "failed";
  /** One sentence. */
  verdict: string;
  counts: Counts;
  /** Machines that change while the others serve. */
  rollouts: Rollout[];
  frontEnds: FrontEnds;
  /** What may stop serving. */
  interruptions: Interruption[];
  clusters: ClusterChange[];
  ports: PortChanges;
  findings: Finding[];
  /** Resources that change, the worst first; components, which only group them, aren't counted. */
  changes: ResourceChange[];
  diagnostics: Diagnostic[];
  diagram: Diagram;
}

export interface Counts {
  create: number;
  update: number;
  replace: number;
  delete: number;
  /** Imported, read or forgotten. */
  other: number;
  /** Missing when the preview doesn't say it. */
  unchanged?: number;
}

export interface FrontEnds {
  /** Front ends of load balancers that change. */
  touched: number;
  /** Missing when the preview doesn't show all of them. */
  total?: number;
}

export interface ReadOptions {
  /** What `pulumi stack export` printed: shows what a preview without `--show-sames` leaves out. */
  state?: unknown;
}

/**
 * Reads what `pulumi preview --json` printed, best with `--show-sames --show-replacement-steps`.
 *
 * @param preview its text, or what it parses to; the streaming form is read, too
 * @throws PreviewError when it is something else
 */
export function readPreview(preview: unknown, { state }: ReadOptions = {}): PreviewReport {
  const document = readDocument(preview);
  const stack = planStack(document, state === undefined ? undefined : readState(state));
  const changes = resourceChanges(stack, new Dependents(stack));
  const rolled = rollouts(changes, stack);
  const interrupted = interruptionsOf(changes, rolled);
  const clusters = clusterChanges(stack);
  const ports = portChanges(stack);
  const { knowsUnchanged } = stack;
  const { knowsDependencies, diagnostics } = document;
  const failed = diagnostics.some(({ severity }) => severity === "error");
  const first = parseUrn(document.steps[0]?.urn ?? "");
  const summary = {
    reportVersion: 1 as const,
    project: first.project,
    stack: first.stack,
    outcome: failed ? ("failed" as const) : changes.length > 0 ? ("changes" as const) : ("no changes" as const),
    counts: countsOf(changes, stack.resources, knowsUnchanged),
    rollouts: rolled,
    frontEnds: frontEnds(changes, stack),
    interruptions: interrupted,
    clusters,
    ports,
    findings: findings({
      changes,
      ports,
      clusters,
      rollouts: rolled,
      interruptions: interrupted,
      knowsUnchanged: knowsUnchanged || changes.length === 0,
      knowsDependencies,
    }),
    changes,
    diagnostics,
    diagram: diagram(stack, changes),
  };
  return { ...summary, verdict: verdict(summary) };
}

function countsOf(
  changes: readonly ResourceChange[],
  resources: ReturnType<typeof planStack>["resources"],
  knowsUnchanged: boolean,
): Counts {
  const of = (...actions: string[]): number => changes.filter(({ action }) => actions.includes(action)).length;
  const unchanged = resources.filter(({ action, after }) => action === "same" && after?.custom).length;
  return {
    create: of("create"),
    update: of("update"),
    replace: of("replace"),
    delete: of("delete"),
    other: of("import", "read", "forget"),
    ...(knowsUnchanged ? { unchanged } : {}),
  };
}
