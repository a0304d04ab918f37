/** GiB of memory per processor, by the first letter of a size: general purpose, memory optimised, compute optimised. */
const GIB_PER_PROCESSOR: Readonly<Record<string, number>> = { d: 4, b: 4, e: 8, f: 2 };
/** Thousandths of a processor that AKS keeps for itself (azure-aks-docs, node-resource-reservations.md). */
const RESERVED_MILLICORES: readonly (readonly [processors: number, reserved: number])[] = [
  [64, 740],
  [32, 420],
  [16, 260],
  [8, 180],
  [4, 140],
  [2, 100],
  [0, 60],
];
const MIB = 1024;
/** Megabytes kept for each pod and in any case, at most a quarter of all; and what eviction begins at (the same page). */
const KEPT = { perPod: 20, always: 50, mostOfAll: 0.25, eviction: 100 };

export interface NodeRoom {
  cpu: string;
  memory: string;
  pods: string;
}

/** What a node of a size has, and what pods may take of it. */
export function nodeRoom(size: string, maxPods: number): { capacity: NodeRoom; allocatable: NodeRoom } {
  const [, family = "d", count = "4"] = /^standard_([a-z])[a-z]*(\d+)/i.exec(size) ?? [];
  const processors = Number(count);
  const memory = processors * (GIB_PER_PROCESSOR[family.toLowerCase()] ?? 4) * MIB;
  const [, reserved] = RESERVED_MILLICORES.find(([from]) => processors >= from)!;
  const kept = Math.min(KEPT.perPod * maxPods + KEPT.always, KEPT.mostOfAll * memory) + KEPT.eviction;
  const pods = String(maxPods);
  return {
    capacity: { cpu: String(processors), memory: `${memory}Mi`, pods },
    allocatable: { cpu: `${processors * 1000 - reserved}m`, memory: `${Math.floor(memory - kept)}Mi`, pods },
  };
}
