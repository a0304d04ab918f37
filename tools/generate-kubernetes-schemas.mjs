/**
 * Writes what tests check Kubernetes' objects against (`test/unit/spec/aks`): the kinds that a workload has, as the
 * API servers of the oldest and the newest version describe them, and nothing that they don't know.
 *
 *     pip download kubernetes-validate==1.37.0 --no-deps && unzip kubernetes_validate-1.37.0-*.whl
 *     node tools/generate-kubernetes-schemas.mjs kubernetes_validate/kubernetes-json-schema
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const VERSIONS = ["1.33", "1.37"];
const KINDS = [
  "io.k8s.api.apps.v1.Deployment",
  "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler",
  "io.k8s.api.core.v1.ConfigMap",
  "io.k8s.api.core.v1.Namespace",
  "io.k8s.api.core.v1.Service",
  "io.k8s.api.core.v1.ServiceAccount",
  "io.k8s.api.networking.v1.NetworkPolicy",
  "io.k8s.api.policy.v1.PodDisruptionBudget",
  "io.k8s.api.rbac.v1.ClusterRole",
  "io.k8s.api.rbac.v1.ClusterRoleBinding",
  "io.k8s.api.rbac.v1.Role",
  "io.k8s.api.rbac.v1.RoleBinding",
];
const TARGET = join(dirname(fileURLToPath(import.meta.url)), "../test/unit/spec/aks");
const REFERENCE = "#/$defs/";

/** A schema without texts for people, and without `null`: an API server takes it, but none of our objects should have it. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(
    ([key, item]) => !(key === "description" && typeof item === "string") && !key.startsWith("x-kubernetes"),
  );
  return Object.fromEntries(
    entries.map(([key, item]) => {
      const isNullable = key === "type" && Array.isArray(item) && item.includes("null");
      return [key, isNullable ? item.find((type) => type !== "null") : plain(item)];
    }),
  );
}

function references(schema) {
  return [...JSON.stringify(schema).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name);
}

function schemaOf(folder, version) {
  const { $defs } = JSON.parse(readFileSync(join(folder, `v${version}.0-local-strict/_definitions.json`), "utf8"));
  const needed = {};
  const open = [...KINDS];
  while (open.length > 0) {
    const name = open.pop();
    if (name === undefined || needed[name]) continue;
    needed[name] = plain($defs[name]);
    open.push(...references(needed[name]));
  }
  const sorted = Object.fromEntries(Object.entries(needed).sort(([one], [other]) => (one < other ? -1 : 1)));
  return { oneOf: KINDS.map((name) => ({ $ref: REFERENCE + name })), $defs: sorted };
}

const [folder] = process.argv.slice(2);
if (!folder) throw new Error("usage: node tools/generate-kubernetes-schemas.mjs <folder of kubernetes-json-schema>");
for (const version of VERSIONS) {
  writeFileSync(join(TARGET, `kubernetes-${version}.schema.json`), `${JSON.stringify(schemaOf(folder, version))}\n`);
}
