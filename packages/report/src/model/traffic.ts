import { contains, parseCidr } from "@windows-ha/spec";

/** Traffic that a rule of a security group speaks of. */
export interface Traffic {
  /** `*` or a protocol. */
  protocol: string;
  /** `*`, `80` or `80-90`. */
  port: string;
  source: string;
  /** `*`, or what the rule names. */
  destination: string;
}

/** Whether one holds all of the other. When in doubt it doesn't: then a port counts as opened. */
export function covers(outer: Traffic, inner: Traffic): boolean {
  return (
    (outer.protocol === "*" || outer.protocol === inner.protocol) &&
    portsCover(outer.port, inner.port) &&
    sourceCovers(outer.source, inner.source) &&
    (outer.destination === "*" || outer.destination === inner.destination)
  );
}

function portsCover(outer: string, inner: string): boolean {
  if (outer === "*" || outer === inner) return true;
  const [a, b] = [portRange(outer), portRange(inner)];
  return a !== undefined && b !== undefined && a.first <= b.first && b.last <= a.last;
}

function portRange(text: string): { first: number; last: number } | undefined {
  if (text === "*") return { first: 0, last: 65535 };
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  return match ? { first: Number(match[1]), last: Number(match[2] ?? match[1]) } : undefined;
}

function sourceCovers(outer: string, inner: string): boolean {
  if (isEverybody(outer) || outer.toLowerCase() === inner.toLowerCase()) return true;
  const [a, b] = [parseCidr(outer), parseCidr(inner)];
  return a !== undefined && b !== undefined && contains(a, b);
}

function isEverybody(source: string): boolean {
  return source === "*" || source === "0.0.0.0/0";
}

/** Whether anybody on the internet may come. */
export function isPublic(source: string): boolean {
  return isEverybody(source) || source.toLowerCase() === "internet";
}
