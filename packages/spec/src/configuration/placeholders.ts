/** A text with placeholders in it: literal parts, and names with what stands in their place when nobody declares them. */
type Part = string | { name: string; fallback?: Part[] };

/** Why a text can't be resolved. */
export type PlaceholderProblem =
  | { kind: "syntax" }
  | { kind: "undeclared"; name: string }
  | { kind: "machine"; name: string }
  | { kind: "cycle"; names: string[] }
  | { kind: "size"; name: string };

export interface Resolution {
  /** Missing when there is a problem, or when it depends on a value that isn't known yet. */
  value?: string;
  problems: PlaceholderProblem[];
}

/** Names of what the agent tells a service on its machine: nobody knows it before. */
const MACHINE_PREFIX = "WINDOWS_HA_";
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Puts declared variables in the place of `${NAME}` and `${NAME:default}` (S0-72). A default counts only where the
 * variable isn't declared, and may hold placeholders itself, as a variable's value may. `$${` stands for `${`.
 */
export class Placeholders {
  readonly #resolved = new Map<string, Resolution>();

  /**
   * @param variables undefined for a value that is known only during the deployment
   * @param mostCharacters of a result: variables that repeat each other grow without end
   */
  constructor(
    private readonly variables: ReadonlyMap<string, string | undefined>,
    private readonly mostCharacters: number,
  ) {}

  resolve(text: string): Resolution {
    return this.#resolve(text, []);
  }

  #resolve(text: string, inside: readonly string[]): Resolution {
    const parts = parse(text);
    return "kind" in parts ? { problems: [parts] } : this.#join(parts, inside);
  }

  #join(parts: readonly Part[], inside: readonly string[]): Resolution {
    const resolved = parts.map((part): Resolution =>
      typeof part === "string" ? { value: part, problems: [] } : this.#one(part, inside),
    );
    // Once each: variables that repeat each other would repeat their problems without end.
    const problems = [...new Set(resolved.flatMap((part) => part.problems))];
    if (problems.length > 0 || resolved.some(({ value }) => value === undefined)) return { problems };
    const length = resolved.reduce((sum, { value }) => sum + value!.length, 0);
    if (length > this.mostCharacters) return { problems: [{ kind: "size", name: inside.at(-1) ?? "" }] };
    return { value: resolved.map(({ value }) => value!).join(""), problems: [] };
  }

  #one({ name, fallback }: Exclude<Part, string>, inside: readonly string[]): Resolution {
    if (inside.includes(name))
      return { problems: [{ kind: "cycle", names: [...inside.slice(inside.indexOf(name)), name] }] };
    if (this.variables.has(name)) return this.#variable(name, inside);
    if (fallback) return this.#join(fallback, inside);
    return { problems: [{ kind: name.startsWith(MACHINE_PREFIX) ? "machine" : "undeclared", name }] };
  }

  #variable(name: string, inside: readonly string[]): Resolution {
    const known = this.#resolved.get(name);
    if (known) return known;
    const text = this.variables.get(name);
    const resolution = text === undefined ? { problems: [] } : this.#resolve(text, [...inside, name]);
    // A part of a cycle keeps the cycle as it was met first: it has it from wherever one comes.
    this.#resolved.set(name, resolution);
    return resolution;
  }
}

/** Whether a text is well formed, whatever is declared. */
export function checkPlaceholders(text: string): PlaceholderProblem[] {
  const parts = parse(text);
  return "kind" in parts ? [parts] : [];
}

/** Placeholders within defaults: nobody reads more, and each one is a step of recursion. */
const MOST_NESTED = 50;

function parse(text: string, depth = 0): Part[] | Extract<PlaceholderProblem, { kind: "syntax" }> {
  const parts: Part[] = [];
  let rest = text;
  for (;;) {
    const start = rest.indexOf("${");
    if (start < 0) return rest === "" ? parts : [...parts, rest];
    if (rest[start - 1] === "$") {
      parts.push(`${rest.slice(0, start - 1)}\${`);
      rest = rest.slice(start + 2);
      continue;
    }
    const end = closingBrace(rest, start + 2);
    const inner = rest.slice(start + 2, end);
    const colon = inner.indexOf(":");
    const name = colon < 0 ? inner : inner.slice(0, colon);
    if (end < 0 || !NAME.test(name) || depth > MOST_NESTED) return { kind: "syntax" };
    const fallback = colon < 0 ? undefined : parse(inner.slice(colon + 1), depth + 1);
    if (fallback && "kind" in fallback) return fallback;
    if (start > 0) parts.push(rest.slice(0, start));
    parts.push({ name, ...(fallback ? { fallback } : {}) });
    rest = rest.slice(end + 1);
  }
}

/** Where the placeholder ends whose text begins at `from`: braces of a default count, so that it may be JSON. */
function closingBrace(text: string, from: number): number {
  let open = 1;
  for (let index = from; index < text.length; index++) {
    if (text[index] === "{") open++;
    else if (text[index] === "}" && --open === 0) return index;
  }
  return -1;
}
