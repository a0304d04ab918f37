import { AzureError } from "../azure/azure-error";

/** Does something for all items, at most `limit` at a time; one failure doesn't stop the others. @returns the errors. */
export async function inParallel<T>(
  items: readonly T[],
  limit: number,
  act: (item: T) => Promise<void>,
): Promise<unknown[]> {
  const waiting = [...items];
  const errors: unknown[] = [];
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      await act(item).catch((error: unknown) => errors.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return errors;
}

/** Throws the first error whole and only counts the others: all their outputs together would hide the reason. */
export function throwFirst(errors: readonly unknown[]): void {
  const [first, ...others] = errors;
  if (first instanceof AzureError && others.length > 0) {
    throw new AzureError(first.code, `${first.message} (and ${others.length} more)`);
  }
  if (errors.length > 0) throw first;
}
