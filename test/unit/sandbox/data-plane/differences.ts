/** Paths of everything that differs between two documents. */
export function differences(a: unknown, b: unknown, path = ""): string[] {
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return Object.is(a, b) ? [] : [path];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((name) =>
    differences(
      (a as Record<string, unknown>)[name],
      (b as Record<string, unknown>)[name],
      path ? `${path}.${name}` : name,
    ),
  );
}
