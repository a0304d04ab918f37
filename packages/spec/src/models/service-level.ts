import { SERVICE_LEVELS, SERVICE_LEVELS_AS_OF, type ServiceLevelName } from "./service-level-table";

/** A part that has to work: a service by its name in {@link SERVICE_LEVELS}, or parts of its own. */
export type ServiceLevelPart =
  | { service: ServiceLevelName; copies?: number }
  /** Copies of a whole chain, such as two regions behind a router: one that works is enough. */
  | { parts: readonly ServiceLevelPart[]; copies: number };

/** What the providers' promises come to together. */
export interface CompositeServiceLevel {
  percent: number;
  /** Minutes of outage that this allows in a month of 30 days. */
  minutesPerMonth: number;
  /** The arithmetic, with the numbers in it. */
  formula: string;
  /** Figures in it that nobody read in Microsoft's documentation. */
  unverified: string[];
  /** When the figures were read. */
  asOf: string;
}

const MINUTES_PER_MONTH = 30 * 24 * 60;

/**
 * Parts in series multiply; of redundant copies one is enough: 1 − Π(1 − a). Both take for granted that failures are
 * independent, which zones and regions are only nearly, and say nothing about the service itself.
 */
export function compositeSla(parts: readonly ServiceLevelPart[]): CompositeServiceLevel {
  const availability = serial(parts);
  const percent = Number((availability * 100).toFixed(4));
  return {
    percent,
    minutesPerMonth: Number(((1 - availability) * MINUTES_PER_MONTH).toFixed(1)),
    formula: `${serialText(parts)} = ${percent} %`,
    unverified: [...new Set(parts.flatMap(unverifiedIn))],
    asOf: SERVICE_LEVELS_AS_OF,
  };
}

function serial(parts: readonly ServiceLevelPart[]): number {
  return parts.reduce((product, part) => product * available(part), 1);
}

function available(part: ServiceLevelPart): number {
  const one = "service" in part ? SERVICE_LEVELS[part.service].percent / 100 : serial(part.parts);
  return 1 - (1 - one) ** (part.copies ?? 1);
}

function serialText(parts: readonly ServiceLevelPart[]): string {
  return parts.map(text).join(" × ");
}

function text(part: ServiceLevelPart): string {
  const one =
    "service" in part ? `${part.service} ${SERVICE_LEVELS[part.service].percent} %` : `(${serialText(part.parts)})`;
  return (part.copies ?? 1) === 1 ? one : `(1 − (1 − ${one})^${part.copies})`;
}

function unverifiedIn(part: ServiceLevelPart): string[] {
  if ("parts" in part) return part.parts.flatMap(unverifiedIn);
  return SERVICE_LEVELS[part.service].verified ? [] : [part.service];
}
