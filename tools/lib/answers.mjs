import { get } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 100;
const REQUEST_TIMEOUT_MS = 2_000;

/**
 * Asks until every machine has answered.
 *
 * @param {string} url
 * @param {number} expected how many machines there are
 * @param {{ timeoutSeconds: number, signal: AbortSignal, onProgress?: (text: string) => void }} options
 * @returns {Promise<{ machines: Map<string, number>, lastError: string | undefined }>} answers by machine
 */
export async function collectAnswers(url, expected, { timeoutSeconds, signal, onProgress }) {
  const machines = new Map();
  let lastError;
  const deadline = performance.now() + timeoutSeconds * 1000;
  while (machines.size < expected && performance.now() < deadline) {
    try {
      const machine = await askMachine(url, signal);
      machines.set(machine, (machines.get(machine) ?? 0) + 1);
    } catch (error) {
      signal.throwIfAborted();
      lastError = error.message;
      await delay(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
    }
    onProgress?.(
      `${machines.size} of ${expected} machines${machines.size < expected && lastError ? ` (${lastError})` : ""}`,
    );
  }
  return { machines, lastError };
}

/** One request on a connection of its own: a balancer chooses per connection. */
function askMachine(url, signal) {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, signal, timeout: REQUEST_TIMEOUT_MS }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (part) => (body += part));
      response.on("error", reject);
      response.on("end", () => {
        try {
          if (response.statusCode !== 200) throw new Error(`${url} answered ${response.statusCode}`);
          const { machine } = JSON.parse(body);
          if (!machine) throw new Error(`the answer of ${url} names no machine`);
          resolve(machine);
        } catch (error) {
          reject(error);
        }
      });
    });
    request.on("timeout", () => request.destroy(new Error(`no answer in ${REQUEST_TIMEOUT_MS / 1000} s`)));
    request.on("error", reject);
  });
}
