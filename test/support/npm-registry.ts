import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { succeed } from "./command";

interface Version {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  dist: { tarball: string; integrity: string; shasum: string };
}

/** What npm sends to publish a package, and asks for to install it. */
interface Packument {
  name: string;
  "dist-tags": Record<string, string>;
  versions: Record<string, Version>;
}

interface Publication extends Packument {
  _attachments: Record<string, { data: string }>;
}

/** Names that are never asked for elsewhere. */
const OURS = /^(@windows-ha\/|windows-ha$)/;

/** An npm registry on loopback that knows what was published to it; all other packages it leaves to the usual one. */
export class NpmRegistry {
  readonly #packages = new Map<string, Packument>();
  readonly #tarballs = new Map<string, Buffer>();
  readonly #server: Server;
  readonly #folder = mkdtempSync(join(tmpdir(), "wha-registry-"));

  private constructor(readonly usual: string) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: Error) => send(response, 500, { error: error.message }));
    });
  }

  static async start(): Promise<NpmRegistry> {
    const usual = (await succeed("npm", ["config", "get", "registry"])).trim();
    const registry = new NpmRegistry(usual);
    await new Promise<void>((resolve) => registry.#server.listen(0, "127.0.0.1", resolve));
    return registry;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** What makes npm and pnpm use it, to publish and to install. The user's own settings count besides. */
  get env(): NodeJS.ProcessEnv {
    const settings = join(this.#folder, "npmrc");
    writeFileSync(settings, `${this.url.replace("http:", "")}:_authToken=anyone\n`);
    return { npm_config_registry: this.url, npm_config_globalconfig: settings };
  }

  /** The names of all packages, sorted. */
  get names(): string[] {
    return [...this.#packages.keys()].sort();
  }

  /** The latest version of a package. */
  latest(name: string): Version {
    const found = this.#packages.get(name);
    if (!found) throw new Error(`${name} was never published; published are ${this.names.join(", ") || "none"}`);
    return found.versions[found["dist-tags"].latest!]!;
  }

  close(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(new URL(request.url!, this.url).pathname).slice(1);
    if (request.method === "PUT") {
      this.#publish((await json(request)) as Publication);
      return send(response, 201, { ok: true });
    }
    const tarball = this.#tarballs.get(path);
    if (tarball) return void response.writeHead(200, { "content-type": "application/octet-stream" }).end(tarball);
    if (!OURS.test(path)) return void response.writeHead(302, { location: this.usual + request.url!.slice(1) }).end();
    const found = this.#packages.get(path);
    send(response, found ? 200 : 404, found ?? { error: "Not found" });
  }

  #publish({ _attachments, ...packument }: Publication): void {
    const { name } = packument;
    for (const version of Object.values(packument.versions)) {
      const [attachment] = Object.values(_attachments);
      const bytes = Buffer.from(attachment!.data, "base64");
      const path = `${name}/-/${name.replace(/^.*\//, "")}-${version.version}.tgz`;
      this.#tarballs.set(path, bytes);
      version.dist = {
        tarball: this.url + path,
        integrity: `sha512-${createHash("sha512").update(bytes).digest("base64")}`,
        shasum: createHash("sha1").update(bytes).digest("hex"),
      };
    }
    this.#packages.set(name, packument);
  }

  /** The bytes of a package's latest version. */
  tarball(name: string): Buffer {
    return this.#tarballs.get(new URL(this.latest(name).dist.tarball).pathname.slice(1))!;
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
