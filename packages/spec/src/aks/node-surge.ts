/** Nodes that an upgrade adds to a pool before it takes others away: a number, or a part that Azure rounds up. */
export function surgeNodes(maxSurge: string, nodes: number): number {
  return maxSurge.endsWith("%") ? Math.ceil((nodes * Number.parseInt(maxSurge, 10)) / 100) : Number(maxSurge);
}
