import { isPlainObject, type PropertyMap, type PropertyValue } from "../provider";

/** What the stand-in knows about a kind of Kubernetes' objects. */
export interface KubernetesKind {
  /** Whether it belongs to a namespace. */
  namespaced: boolean;
  /** What an API server never changes; a change makes another object. */
  fixed: readonly string[];
  /** What an API server refuses although the types are right, each sentence beginning with the property's path. */
  check(inputs: PropertyMap): string[];
}

const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function at(inputs: PropertyValue | undefined, path: string): PropertyValue | undefined {
  return path
    .split(".")
    .reduce<PropertyValue | undefined>((value, step) => (isPlainObject(value) ? value[step] : undefined), inputs);
}

function checkMetadata(inputs: PropertyMap, namespaced: boolean): string[] {
  const name = at(inputs, "metadata.name");
  const namespace = at(inputs, "metadata.namespace");
  return [
    ...(typeof name === "string" && NAME.test(name)
      ? []
      : ["metadata.name: lower-case letters, digits, dots and hyphens, a letter or digit first and last"]),
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

function kind(
  fixed: readonly string[] = [],
  check: (inputs: PropertyMap) => string[] = () => [],
  namespaced = true,
): KubernetesKind {
  return {
    namespaced,
    fixed: ["apiVersion", "kind", "metadata.name", "metadata.namespace", ...fixed],
    check: (inputs) => [...checkMetadata(inputs, namespaced), ...check(inputs)],
  };
}

/** The kinds of a workload, by Pulumi's type token. */
export const KUBERNETES_KINDS: Readonly<Record<string, KubernetesKind>> = {
  "kubernetes:apps/v1:Deployment": kind(["spec.selector"], checkDeployment),
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": kind(),
  "kubernetes:core/v1:ConfigMap": kind(),
  "kubernetes:core/v1:Namespace": kind([], undefined, false),
  "kubernetes:core/v1:Service": kind(["spec.clusterIP"], checkLocalTraffic),
  "kubernetes:core/v1:ServiceAccount": kind(),
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": kind(),
  "kubernetes:policy/v1:PodDisruptionBudget": kind([], checkBudget),
  "kubernetes:rbac.authorization.k8s.io/v1:Role": kind(),
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": kind(["roleRef"]),
  "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass": kind(),
};
