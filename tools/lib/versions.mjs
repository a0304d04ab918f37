/** The first `1.2.3` (or `1.2`) in a text as numbers, or undefined. */
export function parseVersion(text) {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/** Negative, zero or positive, as `Array.prototype.sort` wants it. */
export function compareVersions(a, b) {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/**
 * Whether a version lies in a range.
 *
 * @param {string} text anything with a version in it
 * @param {{ atLeast: string, below?: string }} range
 */
export function inRange(text, { atLeast, below }) {
  const version = parseVersion(text);
  if (!version || compareVersions(version, parseVersion(atLeast)) < 0) return false;
  return below === undefined || compareVersions(version, parseVersion(below)) < 0;
}

/**
 * "3.248.0 or later, below 4.0.0"
 *
 * @param {{ atLeast: string, below?: string }} range
 */
export function rangeText({ atLeast, below }) {
  return `${atLeast} or later${below ? `, below ${below}` : ""}`;
}
