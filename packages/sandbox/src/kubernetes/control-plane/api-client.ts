import { Agent, request, type AgentOptions, type RequestOptions } from "node:https";
import type { IncomingMessage } from "node:http";
import { createInterface } from "node:readline";

/** What an object of Kubernetes has, as far as anybody here reads it. */
export interface KubernetesObject {
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    deletionTimestamp?: string;
    ownerReferences?: { kind: string }[];
  };
  spec: Record<string, unknown>;
  status: Record<string, unknown>;
  items?: KubernetesObject[];
  message?: string;
}

/** What an API server answered. */
export interface Answer {
  status: number;
  body: KubernetesObject;
}

export interface ApiAccess {
  /** `https://<address>:<port>` */
  server: string;
  /** The certificate of who signed the server's, in PEM; one of those that everybody trusts when nothing is said. */
  authority?: string;
  /** Proves who asks, where no client certificate does. */
  token?: string;
  /** A client certificate, and what else a kubeconfig says of connections. */
  tls?: Pick<AgentOptions, "cert" | "key" | "servername" | "rejectUnauthorized">;
}

const ANSWER_WITHIN_MS = 15_000;

/** Speaks with an API server, over few connections. */
export class ApiClient {
  readonly #agent: Agent;

  constructor(private readonly access: ApiAccess) {
    this.#agent = new Agent({ keepAlive: true, ca: access.authority, ...access.tls });
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    type = "application/json",
    cancelled?: AbortSignal,
  ): Promise<Answer> {
    const inTime = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const signal = cancelled ? AbortSignal.any([inTime, cancelled]) : inTime;
    const answer = await this.#send(method, path, { signal, headers: { "content-type": type } }, body);
    let text = "";
    for await (const part of answer.setEncoding("utf8")) text += part as string;
    return { status: answer.statusCode!, body: parsed(text) };
  }

  /** @throws Error with the server's words when it refuses */
  async expect(method: string, path: string, body?: unknown, type?: string): Promise<KubernetesObject> {
    const { status, body: answered } = await this.call(method, path, body, type);
    if (status < 300) return answered;
    throw new Error(`the API server answered ${status} to ${method} ${path}: ${answered.message ?? ""}`);
  }

  /** Part of an object as it should be; null takes a member away. */
  merge(path: string, patch: unknown): Promise<KubernetesObject> {
    return this.expect("PATCH", path, patch, "application/merge-patch+json");
  }

  async list(path: string): Promise<KubernetesObject[]> {
    return (await this.expect("GET", path)).items ?? [];
  }

  /** Tells of all objects that there are, and of every change, until the server ends it. */
  async watch(
    path: string,
    onEvent: (type: string, object: KubernetesObject) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const answer = await this.#send("GET", `${path}?watch=true`, { signal });
    if (answer.statusCode !== 200) answer.destroy();
    for await (const line of createInterface({ input: answer })) {
      const { type, object } = JSON.parse(line) as { type: string; object: KubernetesObject };
      onEvent(type, object);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(method: string, path: string, options: RequestOptions, body?: unknown): Promise<IncomingMessage> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      request(
        new URL(path, this.access.server),
        {
          ...options,
          method,
          agent: this.#agent,
          headers: {
            ...(options.headers as Record<string, string>),
            ...(this.access.token !== undefined && { authorization: `Bearer ${this.access.token}` }),
            accept: "application/json",
            // Of a DELETE Node.js doesn't say by itself where its body ends.
            ...(text !== undefined && { "content-length": Buffer.byteLength(text) }),
          },
        },
        resolve,
      )
        .on("error", reject)
        .end(text);
    });
  }
}

/** An API server that starts or ends answers in plain text, too. */
function parsed(text: string): KubernetesObject {
  try {
    return JSON.parse(text) as KubernetesObject;
  } catch {
    return { kind: "Text", metadata: { name: "" }, spec: {}, status: {}, message: text };
  }
}
