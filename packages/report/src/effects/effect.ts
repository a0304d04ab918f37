/**
 * What a change does to what runs, the worst first:
 * refused: Azure refuses it, although the preview calls it an update · replaces: a new one takes the place of the old ·
 * deletes: it is gone · interrupts: it stops serving for a time · unknown: nothing here says what it does ·
 * rolls: machines change batch by batch, the others serve · creates: something new · inPlace: it changes while it serves ·
 * none: nothing that runs notices.
 */
export const EFFECTS = [
  "refused",
  "deletes",
  "replaces",
  "interrupts",
  "unknown",
  "rolls",
  "creates",
  "inPlace",
  "none",
] as const;
export type Effect = (typeof EFFECTS)[number];

/** An effect, and why. */
export interface Judgement {
  effect: Effect;
  why: string;
}

export function worst<Judged extends { effect: Effect }>(judged: readonly Judged[]): Judged | undefined {
  return [...judged].sort((a, b) => severity(a.effect) - severity(b.effect))[0];
}

export function severity(effect: Effect): number {
  return EFFECTS.indexOf(effect);
}

/** A row of the table: a property (and all below it) of a resource type, and what changing it does. */
export type EffectRow = readonly [property: string, effect: Effect, why: string];
export type EffectTable = Readonly<Record<string, readonly EffectRow[]>>;
