import { timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { PublishedArtifact, PublishedConsul } from "../layout";
import type { Log } from "./daemon-log";
import type { ControlApi } from "./protocol";

/** An answer other than 200. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

type Handler = (api: ControlApi, name: string, body: () => Promise<unknown>) => unknown;

/** What the API understands. `*` stands for one segment. */
const ROUTES: { method: string; path: RegExp; handle: Handler }[] = [
  { method: "GET", path: /^\/status$/, handle: (api) => api.status() },
  {
    method: "POST",
    path: /^\/artifacts$/,
    handle: async (api, _, body) => api.register((await body()) as PublishedArtifact),
  },
  {
    method: "POST",
    path: /^\/consul$/,
    handle: async (api, _, body) => api.registerConsul((await body()) as PublishedConsul),
  },
  { method: "POST", path: /^\/machines\/([^/]+)\/stop$/, handle: (api, name) => api.stopMachine(name) },
  { method: "POST", path: /^\/machines\/([^/]+)\/start$/, handle: (api, name) => api.startMachine(name) },
  { method: "GET", path: /^\/machines\/([^/]+)\/logs$/, handle: (api, name) => api.machineLogs(name) },
];

/** Starts the control API on a loopback port that the system chooses. Whoever has the token may use it. */
export async function startControlServer(
  api: ControlApi,
  token: string,
  log: Log,
): Promise<{ server: Server; url: string }> {
  const expected = Buffer.from(`Bearer ${token}`);
  const server = createServer((request, response) => {
    answer(api, expected, request).then(
      (value) => response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(value ?? {})),
      (error: Error) => {
        const status = error instanceof Refusal ? error.status : 409;
        log(`${request.method} ${request.url}: ${error.message}`);
        response
          .writeHead(status, { "Content-Type": "application/json" })
          .end(JSON.stringify({ error: error.message }));
      },
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function answer(api: ControlApi, expected: Buffer, request: IncomingMessage): Promise<unknown> {
  const given = Buffer.from(request.headers.authorization ?? "");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new Refusal(401, "the token is missing or wrong");
  }
  for (const { method, path, handle } of ROUTES) {
    const match = request.method === method && path.exec(request.url ?? "");
    if (match) return handle(api, decodeURIComponent(match[1] ?? ""), () => json(request));
  }
  throw new Refusal(
    404,
    `nothing answers ${request.method} ${request.url}: the client's and the daemon's version differ`,
  );
}
