import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { once } from "node:events";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ARTIFACT_PORT } from "../layout";

/** Blocks that addresses are taken from: 127.64.x.y to 127.223.x.y. */
const FIRST_BLOCK = 64;
const BLOCK_COUNT = 160;

export interface ArtifactServer {
  /** The address block that it got: the wanted one, or the next that no other sandbox uses. */
  block: number;
  close(): Promise<void>;
}

/** Answers what it knows on the same address. @returns whether it did. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/**
 * Serves `<folder>/<sha256>/<name>` on 127.<block>.0.1. Holding that address is also what makes the block this
 * sandbox's own.
 *
 * @throws the system's error when no such address can be listened on, as on macOS (`EADDRNOTAVAIL`).
 */
export async function startArtifactServer(
  folder: string,
  wantedBlock: number,
  port = ARTIFACT_PORT,
  others: RequestHandler = async () => false,
): Promise<ArtifactServer> {
  for (let tried = 0; tried < BLOCK_COUNT; tried++) {
    const block = FIRST_BLOCK + ((wantedBlock - FIRST_BLOCK + tried + BLOCK_COUNT) % BLOCK_COUNT);
    const server = createServer((request, response) => {
      others(request, response)
        .then((isServed) => (isServed ? undefined : serve(folder, request, response)))
        .catch(() => response.destroy());
    });
    try {
      server.listen(port, `127.${block}.0.1`);
      await once(server, "listening");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") continue;
      throw error;
    }
    return { block, close: () => closeServer(server) };
  }
  throw new Error(
    `port ${port} is taken on every address that the sandbox may use: another program listens on 0.0.0.0:${port}. End it, or let it listen on 127.0.0.1 only`,
  );
}

/** Ends a server and every connection to it. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

async function serve(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { Allow: "GET, HEAD" }).end();
    return;
  }
  const file = artifactFile(folder, request.url ?? "/");
  const size = file && (await fileSize(file));
  if (!file || size === undefined) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": size });
  if (request.method === "HEAD") response.end();
  else await pipeline(createReadStream(file), response);
}

/** Only a hash and one plain file name lead to a file: nothing else in the folder, and nothing outside, can be named. */
function artifactFile(folder: string, url: string): string | undefined {
  const match = /^\/artifacts\/([0-9a-f]{64})\/([^/?#]+)$/.exec(url);
  if (!match) return undefined;
  let name: string;
  try {
    name = decodeURIComponent(match[2]!);
  } catch {
    return undefined;
  }
  return isPlainFileName(name) ? join(folder, match[1]!, name) : undefined;
}

export function isPlainFileName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\\\0]/.test(name);
}

async function fileSize(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? found.size : undefined;
}
