import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient, KubernetesObject } from "../control-plane";

const AGAIN_AFTER_MS = 500;

/** Hears of all objects of a kind and of their changes, until the signal; API servers end such answers now and then. */
export async function follow(
  api: ApiClient,
  path: string,
  listener: { onStart?: () => void; onEvent: (type: string, object: KubernetesObject) => void },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    listener.onStart?.();
    await api.watch(path, listener.onEvent, signal).catch(() => undefined);
    await sleep(AGAIN_AFTER_MS, undefined, { signal }).catch(() => undefined);
  }
}
