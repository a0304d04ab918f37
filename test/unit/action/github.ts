import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Comment {
  id: number;
  body: string;
  user: { login: string; type: string };
}

/** An answer that comes before the usual one. */
export interface Refusal {
  status: number;
  headers?: Record<string, string>;
  message?: string;
}

/** Comments on pull request 7 of `team/orders`, as GitHub's REST API has them: pages, limits and who may write. */
export class GitHub {
  readonly comments: Comment[] = [];
  readonly asked: string[] = [];
  /** Who the token `t` is. */
  author = "github-actions[bot]";
  refusals: Refusal[] = [];
  mayWrite = true;
  #byMethod = new Map<string, Refusal>();
  #server: Server | undefined;

  async start(): Promise<string> {
    this.#server = createServer((request, response) => void this.#answer(request, response)).listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((done) => (this.#server ? this.#server.close(done) : done(undefined)));
  }

  /** Refuses the next request of a method. */
  refuseNext(method: string, refusal: Refusal): void {
    this.#byMethod.set(method, refusal);
  }

  add(body: string, login = this.author): Comment {
    const comment = {
      id: 100 + this.comments.length,
      body,
      user: { login, type: login.endsWith("[bot]") ? "Bot" : "User" },
    };
    this.comments.push(comment);
    return comment;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, "http://127.0.0.1");
    this.asked.push(`${request.method} ${url.pathname}${url.search}`);
    const sent = await text(request);
    const answer = (status: number, content: unknown, headers: Record<string, string> = {}): void =>
      void response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(content));
    const refusal = this.refusals.shift() ?? this.#byMethod.get(request.method!);
    this.#byMethod.delete(request.method!);
    if (refusal) return answer(refusal.status, { message: refusal.message ?? "refused" }, refusal.headers);
    if (request.headers.authorization !== "Bearer t") return answer(401, { message: "Bad credentials" });
    if (request.method === "GET") return answer(200, this.#page(url));
    if (!this.mayWrite) return answer(403, { message: "Resource not accessible by integration" });
    const { body } = JSON.parse(sent) as { body: string };
    if (body.length > 65_536) return answer(422, { message: "body is too long (maximum is 65536 characters)" });
    if (request.method === "POST") return answer(201, this.add(body));
    const comment = this.comments.find(({ id }) => url.pathname === `/repos/team/orders/issues/comments/${id}`);
    if (!comment) return answer(404, { message: "Not Found" });
    comment.body = body;
    return answer(200, comment);
  }

  #page(url: URL): Comment[] {
    const [size, page] = [Number(url.searchParams.get("per_page") ?? 30), Number(url.searchParams.get("page") ?? 1)];
    return this.comments.slice((page - 1) * size, page * size);
  }
}
