import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AccessTokens } from "./access-tokens";

/** Azure's metadata service of one machine. */
export interface MetadataServer {
  /** For example `http://127.70.1.1:40123`, in place of http://169.254.169.254. */
  address: string;
  close(): void;
}

const TOKEN_PATH = "/metadata/identity/oauth2/token";

/** Serves tokens on a machine's own address, as 169.254.169.254 does in Azure. */
export async function startMetadataServer(
  address: string,
  machine: string,
  tokens: AccessTokens,
): Promise<MetadataServer> {
  const server = createServer((request, response) => answer(machine, tokens, request, response));
  server.listen(0, address);
  await once(server, "listening");
  return {
    address: `http://${address}:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function answer(machine: string, tokens: AccessTokens, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "/", "http://metadata");
  const resource = url.searchParams.get("resource");
  const refuse = (status: number, error: string, description: string): void =>
    send(response, status, { error, error_description: description });
  if (url.pathname !== TOKEN_PATH) return refuse(404, "not_found", "The sandbox's metadata service gives tokens only.");
  if (request.headers["metadata"] !== "true") {
    return refuse(400, "invalid_request", "Required metadata header not specified");
  }
  if (!url.searchParams.has("api-version")) {
    return refuse(400, "invalid_request", "Required query variable 'api-version' is missing");
  }
  if (!resource) return refuse(400, "invalid_request", "Required query variable 'resource' is missing");
  const issued = tokens.issue(machine, resource, url.searchParams.get("client_id") ?? undefined);
  if ("error" in issued) return refuse(issued.status, issued.error, issued.description);
  send(response, 200, {
    access_token: issued.token,
    expires_on: String(Math.floor(issued.grant.expiresAt / 1000)),
    resource,
    token_type: "Bearer",
  });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}
