import type { ClusterModel, PoolModel } from "./cluster-model";
import { declaredNode, type DeclaredNode } from "./declared-nodes";

/** What an upgrade does with nodes. */
export interface NodeActions {
  /** Makes nodes, and waits until they are ready. */
  create: (nodes: readonly DeclaredNode[]) => Promise<void>;
  /** Drains a node and deletes it. */
  remove: (name: string, pool: PoolModel) => Promise<void>;
}

/**
 * As AKS upgrades a pool: first others come, as many as `maxSurge` says; then that many at a time are drained and made anew;
 * then the others go (azure-aks-docs, upgrade-cluster.md).
 */
export async function upgradeNodes(
  cluster: ClusterModel,
  pool: PoolModel,
  outdated: readonly DeclaredNode[],
  { create, remove }: NodeActions,
): Promise<void> {
  const surge = surgeOf(pool);
  const others = Array.from({ length: surge }, (_, index) => declaredNode(cluster, pool, pool.count + index));
  await create(others);
  for (let first = 0; first < outdated.length; first += surge) {
    const batch = outdated.slice(first, first + surge);
    await Promise.all(batch.map(({ name }) => remove(name, pool)));
    await create(batch);
  }
  for (const { name } of others) await remove(name, pool);
}

/** A number of nodes, or a part of the pool, rounded up. */
function surgeOf({ maxSurge, count }: PoolModel): number {
  const amount = parseInt(maxSurge, 10);
  return Math.max(1, Math.min(count, maxSurge.endsWith("%") ? Math.ceil((amount / 100) * count) : amount));
}
