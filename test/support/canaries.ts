import { findEncoded, type Encoding } from "@windows-ha/testing";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

/** A place where a marked value was found. */
export interface Leak {
  /** A command that was run, or a file relative to the folder that was searched. */
  place: string;
  canary: string;
  encoding: Encoding;
}

/** A place that has to hold a marked value, and why. */
export interface AllowedPlace {
  place: RegExp;
  canaries: string[];
  reason: string;
}

/** 32 letters and digits that exist nowhere else, and behind them what encoders treat in their own way. */
export function makeCanary(): { mark: string; value: string } {
  const mark = `Mark${randomBytes(14).toString("hex")}`;
  return { mark, value: `${mark} "q\\+/&<=ü` };
}

/** Searches what a command printed, or a file's bytes, for all marks in all disguises. */
export function findLeaks(place: string, content: string | Uint8Array, marks: Record<string, string>): Leak[] {
  return Object.entries(marks).flatMap(([canary, mark]) =>
    findEncoded(content, mark).map(({ encoding }) => ({ place, canary, encoding })),
  );
}

/** Searches the bytes of every file below a folder that was written since `sinceMs`. */
export function findLeaksBelow(folder: string, sinceMs: number, marks: Record<string, string>): Leak[] {
  return filesBelow(folder)
    .filter((file) => statSync(file).mtimeMs >= sinceMs)
    .flatMap((file) => findLeaks(relative(folder, file), readFileSync(file), marks));
}

/** Leaks that no row of the table allows, and rows that allowed nothing: a table must not know more than there is. */
export function judgeLeaks(
  leaks: readonly Leak[],
  allowed: readonly AllowedPlace[],
): { refused: Leak[]; unused: AllowedPlace[] } {
  const allows = ({ place, canaries }: AllowedPlace, leak: Leak): boolean =>
    place.test(leak.place) && canaries.includes(leak.canary);
  return {
    refused: leaks.filter((leak) => !allowed.some((row) => allows(row, leak))),
    unused: allowed.filter((row) => !leaks.some((leak) => allows(row, leak))),
  };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}
