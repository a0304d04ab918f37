export type Key = string | number;

/** `securityRules[0].access` as keys. */
export function keysOf(path: string): Key[] {
  return path
    .split(/\.|\[(\d+)\]/)
    .filter((part) => part !== undefined && part !== "")
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** Puts something else in one place; `undefined` takes it away. */
export function changeAt(root: object, path: readonly Key[], change: (value: unknown) => unknown): void {
  const parent = path.slice(0, -1).reduce<unknown>((value, key) => (value as Record<Key, unknown>)[key], root);
  const key = path.at(-1)!;
  const fields = parent as Record<Key, unknown>;
  const value = change(fields[key]);
  if (value === undefined) delete fields[key];
  else fields[key] = value;
}
