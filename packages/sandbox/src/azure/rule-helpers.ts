import { hasReservedWord } from "@windows-ha/spec";
import type { InputRule, RuleFinding } from "./resource-type";

/** A rule that finds at most one thing. */
export function single<Inputs>(
  reads: readonly string[],
  path: string,
  code: string,
  check: (inputs: Inputs) => string | false | undefined,
): InputRule<Inputs> {
  return {
    reads,
    check: (inputs) => {
      const message = check(inputs);
      return message ? [{ path, code, message }] : [];
    },
  };
}

/** A rule about every item of an array, each on its own. */
export function each<Inputs, Item>(
  array: string & keyof Inputs,
  properties: readonly string[],
  check: (item: Item, inputs: Inputs) => { property?: string; code: string; message: string | false | undefined }[],
): InputRule<Inputs> {
  return {
    reads: properties.map((property) => `${array}[].${property}`),
    check: (inputs) =>
      ((inputs[array] ?? []) as Item[]).flatMap((item, index) =>
        check(item, inputs).flatMap(({ property, code, message }): RuleFinding[] =>
          message ? [{ path: `${array}[${index}]${property ? `.${property}` : ""}`, code, message }] : [],
        ),
      ),
  };
}

/** For types that have an address in the world. */
export function noReservedWords<Inputs>(property: keyof Inputs & string): InputRule<Inputs> {
  return single<Inputs>([property], property, "ReservedResourceName", (inputs) => {
    const name = String(inputs[property]);
    return (
      hasReservedWord(name) && `The resource name ${name} or a part of the name is a trademarked or reserved word.`
    );
  });
}

/** For types that take fewer tags than Azure's usual 50. */
export function fewTags(code: string, message: string): InputRule<{ tags?: Record<string, unknown> }> {
  return single(["tags"], "tags", code, ({ tags = {} }) => Object.keys(tags).length > 15 && message);
}

/** Minutes of an ISO 8601 duration such as `PT1H30M`; undefined when it isn't one. */
export function isoMinutes(duration: string): number | undefined {
  const match = /^PT(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(duration);
  if (!match) return undefined;
  const [hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [number, number, number];
  return hours * 60 + minutes + seconds / 60;
}

/** What is wrong with a duration that has to lie between two others. */
export function durationOutside(duration: string | undefined, least: string, most: string): string | undefined {
  if (duration === undefined) return undefined;
  const minutes = isoMinutes(duration);
  if (minutes !== undefined && minutes >= isoMinutes(least)! && minutes <= isoMinutes(most)!) return undefined;
  return `The value ${duration} is not between ${least} and ${most}.`;
}
