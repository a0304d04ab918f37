import { stripVTControlCharacters } from "node:util";

const GAP = "  ";

/** Rows as aligned columns; colours take no width. A row may have one cell more than the header, for remarks. */
export function table(header: string[], rows: string[][]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => width(row[column]))));
  return all
    .map(
      (row) =>
        row
          .map((cell, column) => pad(cell, widths[column] ?? 0))
          .join(GAP)
          .trimEnd() + "\n",
    )
    .join("");
}

function width(cell = ""): number {
  return stripVTControlCharacters(cell).length;
}

function pad(cell: string, to: number): string {
  return cell + " ".repeat(Math.max(0, to - width(cell)));
}
