import type { Finding } from "../finding";
import type { PlaceholderProblem } from "./placeholders";

const SAYS: {
  [K in PlaceholderProblem["kind"]]: (problem: Extract<PlaceholderProblem, { kind: K }>) => Omit<Finding, "path">;
} = {
  syntax: () => ({
    rule: "placeholder-syntax",
    seen: "a text with ${ that begins no placeholder, or one that isn't closed",
    allowed:
      "${NAME} or ${NAME:default}, the name of letters, digits and underscores; $${ for a ${ that is meant as it is",
    fix: "Correct the placeholder, or write $${.",
  }),
  undeclared: ({ name }) => ({
    rule: "placeholder-undeclared",
    seen: `\${${name}}, which nobody declares`,
    allowed: "variables of service.configuration.variables, or placeholders with a default",
    fix: `Declare ${name} in service.configuration.variables, or write \${${name}:default}.`,
  }),
  machine: ({ name }) => ({
    rule: "placeholder-machine",
    seen: `\${${name}}, which is known on the machine alone`,
    allowed: "what is the same on every machine",
    fix: `Let the service read ${name} from its environment, or put \${${name}} into service.environment or service.arguments.`,
  }),
  cycle: ({ names }) => ({
    rule: "placeholder-cycle",
    seen: names.map((name) => `\${${name}}`).join(" → "),
    allowed: "variables that don't lead back to themselves",
    fix: `Give one of them a value of its own: ${[...new Set(names)].join(", ")}.`,
  }),
  size: ({ name }) => ({
    rule: "configuration-size",
    seen: name === "" ? "more than 512 KiB" : `more than 512 KiB, by \${${name}}`,
    allowed: "at most 524288 bytes (512 KiB), which Consul's store takes",
    fix: "Let variables repeat each other less often.",
  }),
};

/** What is wrong with a placeholder. Values may be secret by mistake, so none is in it: names are. */
export function placeholderFinding(problem: PlaceholderProblem, path: string): Finding {
  const say = SAYS[problem.kind] as (problem: PlaceholderProblem) => Omit<Finding, "path">;
  return { path, ...say(problem) };
}
