import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** The engines behind the connections, as far as they show something to whoever waits. */
export class EngineScreens {
  readonly #addresses = new Map<string, string>();
  readonly #clients = new Map<string, EngineClient>();

  /** An engine says where it listens as soon as it connects. */
  attach(connection: string, address: string): void {
    this.#addresses.set(connection, address);
  }

  /** Writes beside a resource what happens with it, until the next text. Nothing waits for it, or fails by it. */
  show(connection: string, urn: string, text: string): void {
    const address = this.#addresses.get(connection);
    if (!address) return;
    const line = new LogRequest().setSeverity(LogSeverity.INFO).setUrn(urn).setMessage(text).setEphemeral(true);
    this.#client(address).log(line, () => {});
  }

  #client(address: string): EngineClient {
    const known = this.#clients.get(address);
    if (known) return known;
    const client = new EngineClient(address, credentials.createInsecure());
    this.#clients.set(address, client);
    return client;
  }
}
