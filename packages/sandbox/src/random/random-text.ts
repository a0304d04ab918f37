import { randomInt } from "node:crypto";

/** What `RandomPassword` and `RandomString` take. */
export interface RandomTextInputs {
  length: number;
  lower?: boolean;
  upper?: boolean;
  /** Deprecated name of `numeric`. */
  number?: boolean;
  numeric?: boolean;
  special?: boolean;
  minLower?: number;
  minUpper?: number;
  minNumeric?: number;
  minSpecial?: number;
  overrideSpecial?: string;
}

const DEFAULT_SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

/** The inputs with the provider's defaults. */
export function completed(inputs: RandomTextInputs): Required<Omit<RandomTextInputs, "overrideSpecial">> {
  const numeric = inputs.numeric ?? inputs.number ?? true;
  return {
    length: inputs.length,
    lower: inputs.lower ?? true,
    upper: inputs.upper ?? true,
    number: numeric,
    numeric,
    special: inputs.special ?? true,
    minLower: inputs.minLower ?? 0,
    minUpper: inputs.minUpper ?? 0,
    minNumeric: inputs.minNumeric ?? 0,
    minSpecial: inputs.minSpecial ?? 0,
  };
}

/** What the provider refuses about the inputs. */
export function checkRandomText(inputs: RandomTextInputs): string[] {
  const { length, lower, upper, numeric, special, ...minimums } = completed(inputs);
  const sum = minimums.minLower + minimums.minUpper + minimums.minNumeric + minimums.minSpecial;
  return [
    ...(Number.isInteger(length) && length >= 1 ? [] : [`length: must be at least 1, is ${length}`]),
    ...(length >= sum
      ? []
      : [`length: must be at least ${sum}, the sum of minLower, minUpper, minNumeric and minSpecial; is ${length}`]),
    ...(lower || upper || numeric || special
      ? []
      : ["lower: at least one of lower, upper, numeric and special must be true"]),
  ];
}

/** A text with at least the wanted number of characters of each kind, in no order. */
export function randomText(inputs: RandomTextInputs): string {
  const wanted = completed(inputs);
  const kinds = [
    { uses: wanted.lower, least: wanted.minLower, characters: "abcdefghijklmnopqrstuvwxyz" },
    { uses: wanted.upper, least: wanted.minUpper, characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
    { uses: wanted.numeric, least: wanted.minNumeric, characters: "0123456789" },
    { uses: wanted.special, least: wanted.minSpecial, characters: inputs.overrideSpecial || DEFAULT_SPECIAL },
  ];
  const any = kinds.map(({ uses, characters }) => (uses ? characters : "")).join("");
  const result = kinds.flatMap(({ least, characters }) => pick(characters, least));
  result.push(...pick(any, wanted.length - result.length));
  return shuffled(result).join("");
}

function pick(characters: string, count: number): string[] {
  return Array.from({ length: count }, () => characters[randomInt(characters.length)]!);
}

/** Fisher and Yates. */
function shuffled(items: string[]): string[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index--) {
    const other = randomInt(index + 1);
    [result[index], result[other]] = [result[other]!, result[index]!];
  }
  return result;
}
