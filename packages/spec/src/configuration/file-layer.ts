import { CONSUL_KEY } from "../consul/key-values";
import { describeValue, type Finding } from "../finding";

/**
 * What a file says: JSON, its objects as parts of the keys, so that `{"log": {"level": "info"}}` is `log/level`. Values
 * of the file stand in no finding.
 */
export function readFileLayer(text: string, path: string): { values: Map<string, string>; findings: Finding[] } {
  const values = new Map<string, string>();
  let content: unknown;
  try {
    // Editors of Windows put a byte order mark first, which JSON hasn't.
    content = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return { values, findings: [notJson(text, path)] };
  }
  if (content === null || typeof content !== "object" || Array.isArray(content)) {
    return { values, findings: [problem("configuration-file", path, kindOf(content), "a JSON object")] };
  }
  return { values, findings: flatten(content, [], path, values) };
}

function flatten(content: object, parents: readonly string[], path: string, values: Map<string, string>): Finding[] {
  return Object.entries(content).flatMap(([name, value]: [string, unknown]): Finding[] => {
    const key = [...parents, name].join("/");
    const at = `${path}[${JSON.stringify(key)}]`;
    if (!CONSUL_KEY.test(key)) {
      const allowed = "letters, digits, dots, underscores and hyphens, in parts with one slash between them";
      return [problem("configuration-key", at, `the key ${describeValue(key)}`, allowed)];
    }
    if (values.has(key)) {
      return [problem("configuration-key", at, "there twice, once as nested objects", "each key once")];
    }
    if (value !== null && typeof value === "object" && !Array.isArray(value)) {
      return flatten(value, [...parents, name], path, values);
    }
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      values.set(key, String(value));
      return [];
    }
    const allowed = 'text, a number, true, false, or an object of them; a list as one text, such as "a,b"';
    return [problem("configuration-value", at, kindOf(value), allowed)];
  });
}

function notJson(text: string, path: string): Finding {
  const isName = text.length < 1024 && !/[\n{]/.test(text) && /\.(json|ya?ml|properties|toml|ini)$/i.test(text.trim());
  return {
    rule: "configuration-file",
    path,
    seen: isName
      ? `${describeValue(text)}, which looks like a file's name`
      : `text of ${text.length} characters that isn't JSON`,
    allowed: "the text of a JSON object",
    fix: isName
      ? `Give the file's text, for example readFileSync(${JSON.stringify(text)}, "utf8").`
      : "Correct the JSON. Other formats: read them in your program, and give JSON.stringify of what you read.",
  };
}

function problem(rule: string, path: string, seen: string, allowed: string): Finding {
  return { rule, path, seen, allowed, fix: `Correct the file at ${path}.` };
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
