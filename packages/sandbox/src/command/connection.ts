import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Client, utils, type ConnectConfig, type ServerHostKeyAlgorithm } from "ssh2";

/** How to reach one SSH server, in the provider's words; defaults are the provider's. */
export interface Endpoint {
  host: string;
  port?: number;
  user?: string;
  password?: string;
  privateKey?: string;
  privateKeyPassword?: string;
  /** Only when it is given: the `SSH_AUTH_SOCK` of the daemon is not the program's. */
  agentSocketPath?: string;
  /** `ssh-ed25519 AAAA…`, as `ssh-keyscan` prints it without the host's name. Without it every key is taken. */
  hostKey?: string;
  /** Further attempts after the first failed one; -1 for no end. */
  dialErrorLimit?: number;
  /** Seconds; 0 for no end. */
  perDialTimeout?: number;
}

export interface Connection extends Endpoint {
  /** A server to go through. */
  proxy?: Endpoint;
}

const DEFAULTS = { port: 22, user: "root", dialErrorLimit: 10, perDialTimeout: 15 };

/** Pauses between attempts, as Pulumi's own retry has them. */
const RETRY = { firstMs: 100, factor: 1.5, longestMs: 5_000 };

/** Another attempt would meet the same server with the same key. */
class HostKeyMismatch extends Error {}

/**
 * Does something on a connection, and ends it.
 *
 * @throws when the server can't be reached, isn't the one whose key was given, or refuses the user
 */
export async function withConnection<T>(
  connection: Connection,
  signal: AbortSignal,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { proxy } = connection;
  if (!proxy) return withClient(connection, "connection", undefined, signal, work);
  return withClient(proxy, "connection.proxy", undefined, signal, (through) =>
    withClient(connection, "connection", through, signal, work),
  );
}

async function withClient<T>(
  endpoint: Endpoint,
  path: string,
  through: Client | undefined,
  signal: AbortSignal,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await dial(endpoint, path, through, signal);
  const leave = (): unknown => client.destroy();
  signal.addEventListener("abort", leave);
  try {
    return await work(client);
  } catch (error) {
    if (signal.aborted) throw new Error(`${path}: stopped, as the engine no longer waits`, { cause: error });
    throw error;
  } finally {
    signal.removeEventListener("abort", leave);
    client.end();
  }
}

async function dial(
  endpoint: Endpoint,
  path: string,
  through: Client | undefined,
  signal: AbortSignal,
): Promise<Client> {
  const limit = endpoint.dialErrorLimit ?? DEFAULTS.dialErrorLimit;
  let wait = RETRY.firstMs;
  for (let failures = 1; ; failures++) {
    try {
      return await connect(endpoint, path, through);
    } catch (error) {
      if (error instanceof HostKeyMismatch) throw error;
      if (limit >= 0 && failures > limit) {
        const attempts = failures === 1 ? "1 attempt" : `${failures} attempts`;
        const reason = (error as Error).message;
        throw new Error(`${path}: ${address(endpoint)} could not be reached in ${attempts}: ${reason}`, {
          cause: error,
        });
      }
    }
    await pause(wait, undefined, { signal });
    wait = Math.min(wait * RETRY.factor, RETRY.longestMs);
  }
}

async function connect(endpoint: Endpoint, path: string, through: Client | undefined): Promise<Client> {
  const { host, port = DEFAULTS.port, user = DEFAULTS.user, password, perDialTimeout } = endpoint;
  const pinned = endpoint.hostKey === undefined ? undefined : hostKey(endpoint.hostKey, path);
  const config: ConnectConfig = {
    host,
    port,
    username: user,
    password,
    privateKey: endpoint.privateKey,
    passphrase: endpoint.privateKeyPassword,
    agent: endpoint.agentSocketPath,
    tryKeyboard: password !== undefined,
    readyTimeout: (perDialTimeout ?? DEFAULTS.perDialTimeout) * 1000,
    ...(pinned ? { algorithms: { serverHostKey: pinned.algorithms } } : {}),
    ...(through ? { sock: await forward(through, host, port) } : {}),
  };
  return new Promise((resolve, reject) => {
    const client = new Client();
    config.hostVerifier = (seen: Buffer): boolean => {
      if (!pinned || seen.equals(pinned.key)) return true;
      reject(
        new HostKeyMismatch(
          `${path}.hostKey: ${address(endpoint)} shows the key ${fingerprint(seen)}, but ${fingerprint(pinned.key)} was given; ` +
            "nothing was sent to it. If the host was really set up anew, give its new key",
        ),
      );
      return false;
    };
    client.on("ready", () => resolve(client));
    // Stays for the connection's life: what breaks later shows as the end of whatever runs on it.
    client.on("error", reject);
    client.on("close", () => reject(new Error("the server closed the connection")));
    client.on("keyboard-interactive", (_name, _instructions, _language, prompts, finish) =>
      finish(prompts.map(() => password ?? "")),
    );
    client.connect(config);
  });
}

function forward(through: Client, host: string, port: number): Promise<NonNullable<ConnectConfig["sock"]>> {
  return new Promise((resolve, reject) => {
    through.forwardOut("127.0.0.1", 0, host, port, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}

/** A server with several keys must show the one that was given, so no other kind is negotiated. */
function hostKey(text: string, path: string): { key: Buffer; algorithms: ServerHostKeyAlgorithm[] } {
  const parsed = parseHostKey(text);
  if (!parsed) throw new HostKeyMismatch(`${path}.hostKey: ${HOST_KEY_FORM}`);
  const rsa: ServerHostKeyAlgorithm[] = ["rsa-sha2-512", "rsa-sha2-256"];
  const algorithms = parsed.type === "ssh-rsa" ? rsa : [parsed.type as ServerHostKeyAlgorithm];
  return { key: parsed.getPublicSSH(), algorithms };
}

export const HOST_KEY_FORM = 'should be a public key such as "ssh-ed25519 AAAA…"';

export function parseHostKey(text: string): { type: string; getPublicSSH(): Buffer } | undefined {
  const parsed = utils.parseKey(text.trim());
  return parsed instanceof Error || parsed.isPrivateKey() ? undefined : parsed;
}

function fingerprint(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

function address({ host, port = DEFAULTS.port }: Endpoint): string {
  return `${host}:${port}`;
}
