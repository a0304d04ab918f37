import { UNKNOWN, isPlainObject, type PropertyMap, type PropertyValue } from "../provider";

/** What the stand-in knows about a kind of Kubernetes' objects. */
export interface KubernetesKind {
  /** Its name in paths. */
  plural: string;
  /** Whether it belongs to a namespace. */
  namespaced: boolean;
  /** What an API server never changes; a change makes another object. */
  fixed: readonly string[];
  /** What the plugin doesn't change in place unless the provider says `enableConfigMapMutable`. */
  fixedUnlessMutable: readonly string[];
  /** The inputs with what an API server gives where nothing is said, unknown before that. */
  withGiven(inputs: PropertyMap): PropertyMap;
  /** What an API server refuses although the types are right, each sentence beginning with the property's path. */
  check(inputs: PropertyMap): string[];
}

interface NameRule {
  pattern: RegExp;
  allowed: string;
}
const NAME: NameRule = {
  pattern: /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
  allowed: "lower-case letters, digits, dots and hyphens, a letter or digit first and last",
};
/** Roles may be called `system:node`. */
const ROLE_NAME: NameRule = { pattern: /^(?!\.{1,2}$)[^/%]{1,253}$/, allowed: "a text without / and %" };
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function at(inputs: PropertyValue | undefined, path: string): PropertyValue | undefined {
  return path
    .split(".")
    .reduce<PropertyValue | undefined>((value, step) => (isPlainObject(value) ? value[step] : undefined), inputs);
}

function checkMetadata(inputs: PropertyMap, namespaced: boolean, { pattern, allowed }: NameRule): string[] {
  const name = at(inputs, "metadata.name");
  const namespace = at(inputs, "metadata.namespace");
  const annotations = at(inputs, "metadata.annotations");
  return [
    ...(isPlainObject(annotations) && annotations["pulumi.com/waitFor"] !== undefined
      ? ["metadata.annotations: the sandbox doesn't know pulumi.com/waitFor; it waits for Deployments and Services"]
      : []),
    ...(typeof name === "string" && pattern.test(name) ? [] : [`metadata.name: ${allowed}`]),
    ...(namespace === undefined || (namespaced && typeof namespace === "string" && LABEL.test(namespace))
      ? []
      : [
          `metadata.namespace: ${namespaced ? "lower-case letters, digits and hyphens" : "there is none of this kind"}`,
        ]),
  ];
}

/** A deployment that doesn't find its own pods is refused. */
function checkDeployment(inputs: PropertyMap): string[] {
  const wanted = (at(inputs, "spec.selector.matchLabels") ?? {}) as PropertyMap;
  const labels = (at(inputs, "spec.template.metadata.labels") ?? {}) as PropertyMap;
  const isFound = Object.entries(wanted).every(([label, value]) => labels[label] === value);
  return isFound && Object.keys(wanted).length > 0
    ? []
    : ["spec.template.metadata.labels: `selector` does not match template `labels`"];
}

/** Both at once, or neither: a budget has one of the two. */
function checkBudget(inputs: PropertyMap): string[] {
  const given = ["minAvailable", "maxUnavailable"].filter((name) => at(inputs, `spec.${name}`) !== undefined);
  return given.length === 1 ? [] : ["spec.minAvailable: one of minAvailable and maxUnavailable is needed"];
}

function checkLocalTraffic(inputs: PropertyMap): string[] {
  const type = at(inputs, "spec.type") ?? "ClusterIP";
  return at(inputs, "spec.externalTrafficPolicy") !== undefined && type === "ClusterIP"
    ? ["spec.externalTrafficPolicy: may only be set for services that clients outside reach"]
    : [];
}

interface KindFacts extends Partial<Omit<KubernetesKind, "plural">> {
  name?: NameRule;
}

function kind(plural: string, facts: KindFacts = {}): KubernetesKind {
  const { namespaced = true, fixed = [], name = NAME, check = () => [], withGiven = (inputs) => inputs } = facts;
  return {
    plural,
    namespaced,
    fixed: ["apiVersion", "kind", "metadata.name", "metadata.namespace", ...fixed],
    fixedUnlessMutable: facts.fixedUnlessMutable ?? [],
    withGiven,
    check: (inputs) => [...checkMetadata(inputs, namespaced, name), ...check(inputs)],
  };
}

function withAddress({ spec, ...others }: PropertyMap): PropertyMap {
  return { ...others, spec: isPlainObject(spec) ? { clusterIP: UNKNOWN, ...spec } : spec };
}

/** The kinds of a workload, by Pulumi's type token. */
export const KUBERNETES_KINDS: Readonly<Record<string, KubernetesKind>> = {
  "kubernetes:apps/v1:Deployment": kind("deployments", { fixed: ["spec.selector"], check: checkDeployment }),
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": kind("horizontalpodautoscalers"),
  "kubernetes:core/v1:ConfigMap": kind("configmaps", { fixedUnlessMutable: ["data", "binaryData"] }),
  "kubernetes:core/v1:Namespace": kind("namespaces", { namespaced: false }),
  "kubernetes:core/v1:Service": kind("services", {
    fixed: ["spec.clusterIP"],
    check: checkLocalTraffic,
    withGiven: withAddress,
  }),
  "kubernetes:core/v1:ServiceAccount": kind("serviceaccounts"),
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": kind("networkpolicies"),
  "kubernetes:policy/v1:PodDisruptionBudget": kind("poddisruptionbudgets", { check: checkBudget }),
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": kind("clusterroles", { name: ROLE_NAME, namespaced: false }),
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": kind("clusterrolebindings", {
    name: ROLE_NAME,
    namespaced: false,
    fixed: ["roleRef"],
  }),
  "kubernetes:rbac.authorization.k8s.io/v1:Role": kind("roles", { name: ROLE_NAME }),
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": kind("rolebindings", { name: ROLE_NAME, fixed: ["roleRef"] }),
  "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass": kind("secretproviderclasses"),
};
