import type { ResourceState } from "../input/document";
import { isObject, type Json } from "../input/values";
import { amount, replicasOf } from "./pod-rollouts";
import { valueAt } from "./property-path";
import type { PlannedStack } from "./stack";
import { parseUrn } from "./urn";
import { DEPLOYMENT } from "../effects/judge";

const BUDGET = "kubernetes:policy/v1:PodDisruptionBudget";

/** What of a deployment goes on serving while nodes are emptied. */
export interface Budgeted {
  deployment: string;
  replicas: number;
  /** Missing without a budget that can be read. */
  leastInService?: number;
}

/** The deployments whose pods are on nodes of such a system, and what their budgets leave of them. */
export function budgetedDeployments(osType: "Linux" | "Windows", { after }: PlannedStack): Budgeted[] {
  const states = [...after.values()];
  const budgets = states.filter(({ type }) => type === BUDGET);
  return states
    .filter(({ type, inputs }) => type === DEPLOYMENT && runsOn(inputs) === osType)
    .map((deployment) => {
      const replicas = replicasOf(deployment);
      const least = budgets.filter((budget) => holdsFor(budget, deployment)).map((one) => leastOf(one, replicas));
      const known = least.filter((one) => one !== undefined);
      return {
        deployment: parseUrn(deployment.urn).name,
        replicas,
        ...(known.length === least.length && known.length > 0 ? { leastInService: Math.max(...known) } : {}),
      };
    });
}

/** Pods that don't say so are of Linux: nodes of Windows are tainted, or take them by mistake. */
function runsOn(inputs: ResourceState["inputs"]): "Linux" | "Windows" {
  const pod = ["spec", "template", "spec"];
  const said = [valueAt(inputs, [...pod, "os", "name"]), valueAt(inputs, [...pod, "nodeSelector", "kubernetes.io/os"])];
  return said.includes("windows") ? "Windows" : "Linux";
}

function holdsFor(budget: ResourceState, deployment: ResourceState): boolean {
  const namespaces = [budget, deployment].map(({ inputs }) => valueAt(inputs, ["metadata", "namespace"]));
  const wanted = valueAt(budget.inputs, ["spec", "selector", "matchLabels"]);
  const labels = valueAt(deployment.inputs, ["spec", "template", "metadata", "labels"]);
  if (namespaces[0] !== namespaces[1] || !isObject(wanted) || !isObject(labels)) return false;
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}

/** Kubernetes rounds both up. */
function leastOf({ inputs }: ResourceState, replicas: number): number | undefined {
  const limit = (name: string): Json | undefined => valueAt(inputs, ["spec", name]);
  const least = amount(limit("minAvailable"), replicas, Math.ceil);
  const most = amount(limit("maxUnavailable"), replicas, Math.ceil);
  return least ?? (most === undefined ? undefined : replicas - most);
}
