import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import type { ValidateFunction } from "ajv";

/** The oldest and the newest version that AKS has; see `tools/generate-kubernetes-schemas.mjs`. */
export const KUBERNETES_VERSIONS = ["1.33", "1.37"] as const;

const PREFIX: Readonly<Record<string, string>> = {
  "apps/v1": "io.k8s.api.apps.v1",
  "autoscaling/v2": "io.k8s.api.autoscaling.v2",
  v1: "io.k8s.api.core.v1",
  "networking.k8s.io/v1": "io.k8s.api.networking.v1",
  "policy/v1": "io.k8s.api.policy.v1",
  "rbac.authorization.k8s.io/v1": "io.k8s.api.rbac.v1",
};

const validators = new Map<string, ValidateFunction>();

function validatorOf(version: string, definition: string): ValidateFunction {
  const id = `${version}#${definition}`;
  const known = validators.get(id);
  if (known) return known;
  const { $defs } = JSON.parse(readFileSync(join(__dirname, `kubernetes-${version}.schema.json`), "utf8")) as {
    $defs: Record<string, object>;
  };
  if (!$defs[definition])
    throw new Error(`nobody checks ${definition} here: add it to tools/generate-kubernetes-schemas.mjs`);
  const formats = { int32: true, int64: true, double: true, byte: true, "date-time": true } as const;
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats });
  const validator = ajv.compile({ $defs, $ref: `#/$defs/${definition}` });
  validators.set(id, validator);
  return validator;
}

/** What an API server of this version would refuse in an object, with strict validation of fields. */
export function refusals(version: string, object: { apiVersion: string; kind: string }): string[] {
  const validate = validatorOf(version, `${PREFIX[object.apiVersion]}.${object.kind}`);
  if (validate(object)) return [];
  return validate.errors!.map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
