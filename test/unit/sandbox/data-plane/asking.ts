import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something holds. @throws Error with what was waited for */
export async function until(what: string, holds: () => boolean, timeoutMs = 5_000): Promise<number> {
  const began = performance.now();
  while (!holds()) {
    if (performance.now() - began > timeoutMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(5);
  }
  return performance.now() - began;
}

/** One request on a connection of its own; its answer is JSON. */
export async function get(address: string, port: number, options: GetOptions = {}): Promise<Record<string, string>> {
  const { localAddress, timeoutMs = 3_000, path = "/" } = options;
  const question = request({
    host: address,
    port,
    path,
    agent: false,
    localAddress,
    signal: AbortSignal.timeout(timeoutMs),
  });
  question.end();
  const [response] = (await once(question, "response")) as [IncomingMessage];
  return (await json(response)) as Record<string, string>;
}

export interface GetOptions {
  localAddress?: string;
  timeoutMs?: number;
  path?: string;
}

export async function failureOf(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  return promise.then(
    () => expectFailure(),
    (error: Error) => error,
  );
}

function expectFailure(): never {
  throw new Error("it should have failed");
}
