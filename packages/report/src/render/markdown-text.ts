import { visible } from "../text";

/** Characters that mean nothing to Markdown, HTML, Mermaid and GitHub's own links, wherever they stand. */
const PLAIN = /[A-Za-z0-9 .,:;+=/%()≥→−…?'"-]/;
/** No space: between its sides GitHub finds no address, no mention and no number of an issue. */
const BREAK = "&#8203;";

/** Text that is shown as it is: what could be markup becomes an entity. */
export function escaped(text: string): string {
  return [...visible(text)]
    .map((character) => (PLAIN.test(character) ? character : entity(character)))
    .join("")
    .replaceAll("://", `:${BREAK}//`)
    .replaceAll(/www\./gi, (www) => `${www.slice(0, 3)}${BREAK}.`)
    .replaceAll(/&#(35|64);/g, (mark) => mark + BREAK);
}

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`;
}

/**
 * Names and values of others, in a code element: there GitHub makes no links of them either (`@someone`, `#12`,
 * addresses). Backticks where the text allows it, since people read the source, too.
 */
export function code(text: string): string {
  const shown = visible(text);
  const fits = /^[\w .,:;+=/%()[\]"→…?-]+$/.test(shown) && shown.trim() === shown && !shown.includes("](");
  return fits ? `\`${shown}\`` : `<code>${escaped(shown)}</code>`;
}
