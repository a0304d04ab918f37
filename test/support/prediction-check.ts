/** Typical and worst seconds, as a prediction states them. */
export interface PredictedSeconds {
  typicalSeconds: number;
  worstSeconds: number;
}

/** A prediction that reality exceeds by more than this is wrong. */
export const MOST = 1.1;
/** A prediction that reality stays below this share of is a cushion. */
export const LEAST = 0.6;
const LEAST_MEASUREMENTS = 5;

/** What is wrong with a prediction, seen from what was measured; nothing for a good one. */
export function predictionFindings(measured: readonly number[], predicted: PredictedSeconds): string[] {
  if (measured.length < LEAST_MEASUREMENTS)
    return [`${measured.length} measurements say too little; at least ${LEAST_MEASUREMENTS} are needed`];
  const sorted = [...measured].sort((a, b) => a - b);
  const worst = sorted.at(-1)!;
  const typical = median(sorted);
  const findings: string[] = [];
  if (!(worst <= MOST * predicted.worstSeconds))
    findings.push(`the worst of ${show(sorted)} exceeds ${MOST} × the predicted worst of ${predicted.worstSeconds} s`);
  if (!(typical >= LEAST * predicted.typicalSeconds))
    findings.push(
      `the median of ${show(sorted)} is below ${LEAST} × the predicted typical ${predicted.typicalSeconds} s: a cushion`,
    );
  return findings;
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

function show(seconds: readonly number[]): string {
  return `${seconds.map((value) => value.toFixed(1)).join(", ")} s`;
}
