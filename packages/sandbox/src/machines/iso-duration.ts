const DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;
const SECONDS = [86_400, 3_600, 60, 1];

/** Seconds of an ISO 8601 duration like `PT1M30S`, the form of all times in the compute API. */
export function isoSeconds(text: string): number {
  const parts = DURATION.exec(text)?.slice(1);
  if (!parts || parts.every((part) => part === undefined)) {
    throw new RangeError(`${JSON.stringify(text)} isn't an ISO 8601 duration like PT1M30S.`);
  }
  return parts.reduce((sum, part, index) => sum + Number(part ?? 0) * SECONDS[index]!, 0);
}
