import { createServer, type Server, type Socket } from "node:net";

/** A listening front end. What it does with a flow may be replaced while flows are established. */
export class FrontEndListener {
  #server: Server | undefined;
  #error: string | undefined;
  readonly #clients = new Set<Socket>();

  constructor(
    readonly address: string,
    readonly port: number,
    private readonly accept: (client: Socket) => void,
  ) {}

  /** Why it doesn't listen. */
  get error(): string | undefined {
    return this.#error;
  }

  get listening(): boolean {
    return this.#server !== undefined;
  }

  async listen(): Promise<void> {
    if (this.#server) return;
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
      this.#clients.add(client);
      client.once("close", () => this.#clients.delete(client));
      // A client may be gone before anything listens to its errors.
      client.on("error", () => undefined);
      this.accept(client);
    });
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen({ host: this.address, port: this.port, backlog: 1024 }, resolve);
      });
      server.removeAllListeners("error");
      // Accepting can fail for a moment (too many open files); the listener stays.
      server.on("error", (error) => (this.#error = error.message));
      this.#server = server;
      this.#error = undefined;
    } catch (error) {
      this.#error = listenError(error as NodeJS.ErrnoException, this.address, this.port);
    }
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const client of this.#clients) client.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

const LISTEN_ERRORS: Readonly<Record<string, (address: string, port: number) => string>> = {
  EADDRINUSE: (address, port) => `${address}:${port} is taken by another program; end it, or choose another port`,
  EACCES: (_address, port) =>
    `port ${port} needs more rights on this computer; choose a front-end port of 1024 or more, ` +
    "or lower net.ipv4.ip_unprivileged_port_start",
  EADDRNOTAVAIL: (address) => `${address} isn't an address of this computer; the sandbox listens on 127.0.0.0/8 only`,
};

function listenError(error: NodeJS.ErrnoException, address: string, port: number): string {
  return LISTEN_ERRORS[error.code ?? ""]?.(address, port) ?? error.message;
}
