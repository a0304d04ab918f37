import type { Finding } from "./finding";
import { checkShape, withDefaults, type Field } from "./shape";

/** Arguments that were checked: either the complete specification, or what is wrong. */
export type Resolved<Spec> = { spec: Spec; findings: readonly [] } | { spec: undefined; findings: readonly Finding[] };

/**
 * Checks the shape, fills in the defaults, then asks the rules that look at several values together. Rules see only
 * arguments of the right shape, so a person gets the simple mistakes first and all of them at once.
 */
export function resolve<Spec>(
  field: Field,
  args: unknown,
  complete: (spec: Spec) => Spec,
  rules: (spec: Spec) => Finding[],
): Resolved<Spec> {
  const shape = checkShape({ ...field, required: true }, args ?? {}, "");
  if (shape.length > 0) return { spec: undefined, findings: shape };
  const spec = complete(withDefaults<Spec>(field, args ?? {}));
  const findings = rules(spec);
  return findings.length > 0 ? { spec: undefined, findings } : { spec, findings: [] };
}
