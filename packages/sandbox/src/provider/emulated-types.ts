import type { CheckRequest, CheckResult } from "./provider";
import { isKnown, type PropertyMap } from "./property-values";
import { checkSchema, type PackageSchema } from "./schema";

/** A type of a provider's package, as far as a stand-in knows it. */
interface EmulatedType {
  /** What the inputs take where nothing is said. */
  defaults?: PropertyMap;
  /** What is wrong with inputs that the schema takes. */
  check(inputs: PropertyMap): string[];
}

/** The types of a package that a stand-in emulates: finds them by Pulumi's token, and checks what a program declares. */
export function emulatedTypes<T extends EmulatedType>(
  schema: PackageSchema,
  types: Readonly<Record<string, T>>,
): { typeOf: (token: string) => T; check: (request: CheckRequest) => CheckResult } {
  const typeOf = (token: string): T => {
    const type = types[token];
    if (type) return type;
    const emulated = Object.keys(types).sort().join(", ");
    throw new Error(`the sandbox does not emulate ${token} yet; emulated: ${emulated}`);
  };
  const check = ({ type: token, news }: CheckRequest): CheckResult => {
    const type = typeOf(token);
    const failures = checkSchema(schema, token, news).map(({ path, message }) => `${path}: ${message}`);
    if (failures.length === 0 && isKnown(news)) failures.push(...type.check({ ...type.defaults, ...news }));
    return { inputs: news, failures };
  };
  return { typeOf, check };
}
