/** One measured number. */
export interface Figure {
  name: string;
  value: number;
  unit: "ms" | "MB" | "kB" | "s" | "ratio" | "resources";
  /** More than this is a failure. */
  limit?: number;
}

export type Benchmark = () => Promise<Figure[]>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export async function seconds(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1000;
}
