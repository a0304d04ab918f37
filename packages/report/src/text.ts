/** Text of others, made fit to be shown: names and values of a preview are whatever a program wrote. */

/**
 * Control characters (a terminal obeys them), marks that turn the direction of writing or can't be seen, line ends and
 * halves of characters, each as `\u{…}`.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** The text on one line, with everything in it to be seen. */
export function visible(text: string): string {
  return text.replaceAll(INVISIBLE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** The same, line by line. */
export function visibleLines(text: string): string[] {
  return text.split(/\r?\n/).map(visible);
}

/** The beginning of a long text, and how much is missing. */
export function clipped(text: string, longest: number): string {
  const characters = [...text];
  if (characters.length <= longest) return text;
  return `${characters.slice(0, longest).join("")}… (+${characters.length - longest} characters)`;
}

/** `1 machine`, `3 machines`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** `a, b and c`; with a limit `a, b and 5 more`. */
export function listed(items: readonly string[], most = items.length): string {
  const shown = items.length > most ? [...items.slice(0, most), `${items.length - most} more`] : [...items];
  return shown.length < 2 ? (shown[0] ?? "") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** `2 min 3 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 120) return `${whole} s`;
  return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
