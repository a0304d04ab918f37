import { Unknown, isPlainObject, type PropertyValue } from "./property-values";

/** Joins a path and one more name in the way that Pulumi writes it: `tags["a.b"]`, `rules[0].name`. */
export function child(path: string, name: string | number): string {
  if (typeof name === "number") return `${path}[${name}]`;
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) return `${path}["${name.replaceAll('"', '\\"')}"]`;
  return path === "" ? name : `${path}.${name}`;
}

/** The values at a path such as `extensions[].settings`; a part that is not known stands for everything below it. */
export function valuesAt(root: PropertyValue | undefined, path: string): (PropertyValue | undefined)[] {
  let found: (PropertyValue | undefined)[] = [root];
  for (const step of path.replaceAll("[]", ".[]").split(".")) {
    found = found.flatMap((value) => {
      if (value instanceof Unknown) return [value];
      if (step === "[]") return Array.isArray(value) ? value : [];
      return isPlainObject(value) ? [value[step]] : [];
    });
  }
  return found;
}

/** A copy without the values at a path such as `extensions[].protectedSettings`. */
export function without<T extends PropertyValue | undefined>(root: T, path: string): T {
  return remove(root, path.replaceAll("[]", ".[]").split(".")) as T;
}

function remove(value: PropertyValue | undefined, steps: string[]): PropertyValue | undefined {
  const [step, ...rest] = steps;
  if (step === "[]") return Array.isArray(value) ? value.map((item) => remove(item, rest) ?? null) : value;
  if (!isPlainObject(value) || step === undefined || !(step in value)) return value;
  const { [step]: member, ...others } = value;
  return rest.length === 0 ? others : { ...others, [step]: remove(member, rest) };
}
