/** An entry of the journal that leaders keep. */
export interface JournalEntry {
  sequence: number;
  /** Greater with every leader. */
  token: number;
  machine: string;
}

/** Everything in a journal that only two writers at once, or a lost entry, can lead to. */
export function journalFaults(entries: readonly JournalEntry[]): string[] {
  const sorted = [...entries].sort((a, b) => a.sequence - b.sequence);
  return sorted.slice(1).flatMap((entry, index) => {
    const before = sorted[index]!;
    const at = `entry ${entry.sequence}`;
    return [
      ...(entry.sequence === before.sequence + 1 ? [] : [`${at} follows ${before.sequence}`]),
      ...(entry.token >= before.token ? [] : [`${at} has token ${entry.token} after ${before.token}`]),
      ...(entry.token !== before.token || entry.machine === before.machine
        ? []
        : [`${at} is ${entry.machine}'s, with the token of ${before.machine}`]),
    ];
  });
}
