/** The way to a value inside a resource's inputs or outputs: property names and array indexes. */
export type Path = readonly (string | number)[];

const identifier = /^[A-Za-z_$][\w$-]*$/;

/** Writes a path as Pulumi does: `osProfile.secrets[0]["a key"]`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, segment) => {
    if (typeof segment === "number") return `${text}[${segment}]`;
    if (!identifier.test(segment)) return `${text}[${JSON.stringify(segment)}]`;
    return text === "" ? segment : `${text}.${segment}`;
  }, "");
}

/** Whether `path`, or something it lies in, is one of the formatted `roots`. */
export function isInside(path: Path, roots: readonly string[]): boolean {
  return path.some((_, index) => roots.includes(formatPath(path.slice(0, index + 1))));
}
