import { request } from "node:http";

export interface Answer {
  status: number;
  body: string;
}

/** One request on a connection of its own, so that the balancer decides anew each time. */
export function get(url: string, timeoutSeconds = 5): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent: false, timeout: timeoutSeconds * 1000 }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text: string) => (body += text));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      response.on("error", reject);
    });
    call.on("timeout", () => call.destroy(new Error(`${url} did not answer within ${timeoutSeconds} s`)));
    call.on("error", reject);
    call.end();
  });
}

/** Names of the machines that answer `count` requests. */
export async function answeringMachines(url: string, count = 60): Promise<Set<string>> {
  const names = new Set<string>();
  for (let index = 0; index < count; index++) {
    const { status, body } = await get(`${url}/orders`);
    if (status !== 200) throw new Error(`${url}/orders answered ${status}: ${body}`);
    names.add((JSON.parse(body) as { machine: string }).machine);
  }
  return names;
}

/** Waits until `condition` holds; fails with `what` after `seconds`. */
export async function eventually(what: string, seconds: number, condition: () => Promise<boolean>): Promise<number> {
  const start = performance.now();
  for (;;) {
    const elapsed = (performance.now() - start) / 1000;
    if (await condition().catch(() => false)) return elapsed;
    if (elapsed > seconds) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
