import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { ResourceStore, StoredResource } from "../azure/resource-store";
import type { AccessTokens } from "../storage";
import { answerForVault } from "./answer";
import type { SecretVersions } from "./secret-versions";

const VAULT = "azure-native:keyvault:Vault";
/** Port of every vault, on the vault's own address. */
const VAULT_PORT = 7401;

export interface VaultsOptions {
  store: ResourceStore;
  tokens: AccessTokens;
  versions: SecretVersions;
  /** The loopback address that stands for a vault's, by the vault's ARM id. */
  addressOf: (vaultId: string) => string;
  log: (message: string) => void;
}

/** Every vault that the emulated Azure holds, listening on an address of its own. */
export class Vaults {
  readonly #servers = new Map<string, { server: Server; listening: Promise<void> }>();
  #started = false;

  constructor(private readonly options: VaultsOptions) {}

  async start(): Promise<void> {
    this.#started = true;
    this.options.store.on("changed", this.#follow);
    this.#follow();
    await this.settled();
  }

  async stop(): Promise<void> {
    this.#started = false;
    this.options.store.off("changed", this.#follow);
    const ended = [...this.#servers.values()].map(({ server }) => close(server));
    this.#servers.clear();
    await Promise.all(ended);
  }

  /** Resolves when every vault that is declared listens. */
  async settled(): Promise<void> {
    await Promise.all([...this.#servers.values()].map(({ listening }) => listening));
  }

  /** Where a secret of a vault is read here, instead of at the vault's name; undefined when no such vault is declared. */
  localUrl(url: string): string | undefined {
    const { hostname, pathname } = new URL(url);
    const vault = this.#declared().find(({ name }) =>
      hostname.toLowerCase().startsWith(`${name.toLowerCase()}.vault.`),
    );
    return vault && `http://${this.options.addressOf(vault.id)}:${VAULT_PORT}${pathname}`;
  }

  #declared(): StoredResource[] {
    return this.options.store.list(VAULT);
  }

  readonly #follow = (): void => {
    if (!this.#started) return;
    const declared = new Map(this.#declared().map(({ id }) => [id.toLowerCase(), id]));
    for (const [key, { server }] of this.#servers) {
      if (declared.has(key)) continue;
      this.#servers.delete(key);
      this.options.versions.forget(key);
      void close(server);
    }
    for (const [key, id] of declared) if (!this.#servers.has(key)) this.#servers.set(key, this.#listen(id));
  };

  #listen(id: string): { server: Server; listening: Promise<void> } {
    const { store, addressOf, log } = this.options;
    const context = { ...this.options, isDeclared: (secretId: string) => store.get(secretId) !== undefined };
    const server = createServer((request, response) => {
      const vault = store.get(id);
      if (vault) answerForVault(vault, context, request, response);
      else response.destroy();
    });
    server.listen(VAULT_PORT, addressOf(id));
    const listening = once(server, "listening").then(
      () => undefined,
      (error: Error) => log(`the vault ${id} can't listen: ${error.message}`),
    );
    return { server, listening };
  }
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
