/** What decides where a machine stands, and when it goes. */
export interface PlacedMachine {
  record: { number: number; zone?: string };
}

/** The zone with the fewest machines, the first of several. */
export function emptiestZone(zones: readonly string[], machines: readonly PlacedMachine[]): string | undefined {
  const count = (zone: string) => machines.filter(({ record }) => record.zone === zone).length;
  return [...zones].sort((a, b) => count(a) - count(b))[0];
}

/**
 * The machines that a scale set gives up for a smaller capacity, as Azure's default scale-in policy chooses them: from
 * the zones that have the most, and there the highest numbers.
 * https://learn.microsoft.com/azure/virtual-machine-scale-sets/virtual-machine-scale-sets-scale-in-policy
 */
export function leavingMachines<T extends PlacedMachine>(machines: readonly T[], capacity: number): T[] {
  const staying = [...machines].sort((a, b) => b.record.number - a.record.number);
  const leaving: T[] = [];
  while (staying.length > capacity) {
    const count = (zone?: string) => staying.filter(({ record }) => record.zone === zone).length;
    const most = Math.max(...staying.map(({ record }) => count(record.zone)));
    const index = staying.findIndex(({ record }) => count(record.zone) === most);
    leaving.push(...staying.splice(index, 1));
  }
  return leaving;
}
