import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What machines ask of Azure: identities, their zone, a vault, blobs and files, on loopback. */
export class MachineCloud {
  readonly clientId = "11111111-2222-3333-4444-555555555555";
  readonly secrets = new Map<string, string>();
  readonly blobs = new Map<string, Buffer>();
  readonly files = new Map<string, Buffer>();
  readonly #servers: Server[] = [];
  #address = "";

  async start(): Promise<void> {
    this.#address = await this.metadata("127.0.0.1", "");
  }

  stop(): void {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
  }

  /** Where a machine's metadata service answers. */
  async metadata(address: string, zone: string): Promise<string> {
    const server = createServer((request, response) => void this.#answer(zone, request, response)).listen(0, address);
    this.#servers.push(server);
    await once(server, "listening");
    return `http://${address}:${(server.address() as AddressInfo).port}`;
  }

  secret(name: string, value: string): { url: string; clientId: string } {
    this.secrets.set(name, value);
    return { url: `${this.#address}/secrets/${name}`, clientId: this.clientId };
  }

  blob(path: string): { url: string; clientId: string } {
    return { url: `${this.#address}/blobs/${path}`, clientId: this.clientId };
  }

  file(name: string, content: Buffer): { url: string; sha256: string } {
    this.files.set(name, content);
    return { url: `${this.#address}/files/${name}`, sha256: createHash("sha256").update(content).digest("hex") };
  }

  async #answer(zone: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://cloud");
    const [, place = "", ...rest] = pathname.split("/");
    const name = rest.join("/");
    const json = (value: unknown): void => void response.end(JSON.stringify(value));
    if (place === "metadata") return json(name.startsWith("identity") ? { access_token: "token" } : { zone });
    const anonymous = place !== "files" && request.headers.authorization !== "Bearer token";
    if (anonymous) return void response.writeHead(401).end();
    if (place === "secrets" && this.secrets.has(name)) {
      return json({
        id: `${this.#address}${pathname}/1`,
        value: this.secrets.get(name),
        attributes: { enabled: true },
      });
    }
    if (place === "files" && this.files.has(name)) return void response.end(this.files.get(name));
    if (place === "blobs") return this.#blob(name, searchParams, request, response);
    response.writeHead(404).end();
  }

  async #blob(name: string, query: URLSearchParams, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const content = this.blobs.get(name);
    if (query.get("comp") === "list") {
      const prefix = `${name}/${query.get("prefix") ?? ""}`;
      const names = [...this.blobs.keys()].filter((key) => key.startsWith(prefix)).sort();
      const entries = names.map((key) => `<Blob><Name>${key.slice(name.length + 1)}</Name></Blob>`);
      return void response.end(
        `<EnumerationResults><Blobs>${entries.join("")}</Blobs><NextMarker/></EnumerationResults>`,
      );
    }
    if (request.method === "PUT") {
      this.blobs.set(name, await buffer(request));
      return void response.writeHead(201).end();
    }
    if (!content) return void response.writeHead(404, { "x-ms-error-code": "BlobNotFound" }).end();
    if (request.method === "DELETE") {
      this.blobs.delete(name);
      return void response.writeHead(202).end();
    }
    const etag = `"${createHash("sha256").update(content).digest("hex").slice(0, 16)}"`;
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304).end();
    response.writeHead(200, { ETag: etag }).end(content);
  }
}
