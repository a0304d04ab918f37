/** Functions that formulas use, under their own names. */
const FUNCTIONS = { min: Math.min, max: Math.max };

/** What the text of a formula comes to: units and names are left out, the rest is arithmetic. */
export function evaluate(formula: string): number {
  const arithmetic = formula
    .replace(/\b(?!min\b|max\b)[a-z]+(?:['-][a-z]+)*/gi, "")
    .replaceAll("×", "*")
    .replaceAll("−", "-")
    .replaceAll("^", "**");
  if (!/^(?:[\d\s.+*(),-]|min|max)+$/.test(arithmetic)) throw new Error(`${formula}: not arithmetic: ${arithmetic}`);
  // The text was just shown to hold nothing but numbers, operators and the two functions.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const compute = new Function(...Object.keys(FUNCTIONS), `return ${arithmetic}`) as (...given: unknown[]) => number;
  return compute(...Object.values(FUNCTIONS));
}
