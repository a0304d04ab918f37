import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { AccessTokens } from "./access-tokens";
import type { ScheduledEvents } from "./scheduled-events";

/** Azure's metadata service of one machine. */
export interface MetadataServer {
  /** For example `http://127.70.1.1:40123`, in place of http://169.254.169.254. */
  address: string;
  close(): void;
}

/** Who asks. */
export interface MetadataMachine {
  name: string;
  /** ARM id of its scale set, or of itself. */
  owner: string;
  zone?: string;
  /** @default "Windows" */
  osType?: "Windows" | "Linux";
  tokens: AccessTokens;
  events: ScheduledEvents;
}

interface Answer {
  status: number;
  body?: unknown;
}

interface Question {
  parameters: URLSearchParams;
  body: string;
}

type Route = (machine: MetadataMachine, question: Question) => Answer;

const ROUTES: Record<string, Route> = {
  "GET /metadata/identity/oauth2/token": token,
  "GET /metadata/instance/compute": compute,
  "GET /metadata/scheduledevents": ({ events }) => ({
    status: 200,
    body: events.document(),
  }),
  "POST /metadata/scheduledevents": approve,
};

/** Answers on a machine's own address as 169.254.169.254 does in Azure. */
export async function startMetadataServer(address: string, machine: MetadataMachine): Promise<MetadataServer> {
  const server = createServer((request, response) => void answer(machine, request, response));
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

async function answer(machine: MetadataMachine, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams: parameters } = new URL(request.url ?? "/", "http://metadata");
  const body = await text(request).catch(() => "");
  const route = ROUTES[`${request.method} ${pathname.replace(/\/$/, "")}`];
  const { status, body: answered } = route
    ? (refusal(request, parameters) ?? route(machine, { parameters, body }))
    : refuse(404, "not_found", `The sandbox's metadata service has ${Object.keys(ROUTES).join(", ")} only.`);
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(answered === undefined ? "" : JSON.stringify(answered));
}

function refusal(request: IncomingMessage, parameters: URLSearchParams): Answer | undefined {
  // Azure compares the value without case.
  if (String(request.headers["metadata"]).toLowerCase() !== "true") {
    return refuse(400, "invalid_request", "Required metadata header not specified");
  }
  if (request.headers["x-forwarded-for"] !== undefined) {
    return refuse(400, "invalid_request", "Bad request. X-Forwarded-For header is not allowed");
  }
  if (!parameters.has("api-version")) {
    return refuse(400, "invalid_request", "Required query variable 'api-version' is missing");
  }
  return undefined;
}

function token({ owner, tokens }: MetadataMachine, { parameters }: Question): Answer {
  const resource = parameters.get("resource");
  if (!resource) return refuse(400, "invalid_request", "Required query variable 'resource' is missing");
  const issued = tokens.issue(owner, resource, parameters.get("client_id") ?? undefined);
  if ("error" in issued) return refuse(issued.status, issued.error, issued.description);
  return {
    status: 200,
    body: {
      access_token: issued.token,
      expires_on: String(Math.floor(issued.grant.expiresAt / 1000)),
      resource,
      token_type: "Bearer",
    },
  };
}

function compute({ name, zone, osType = "Windows" }: MetadataMachine): Answer {
  return { status: 200, body: { name, osType, zone: zone ?? "" } };
}

function approve({ events }: MetadataMachine, { body }: Question): Answer {
  const ids = approvedIds(body);
  if (ids === undefined) return refuse(400, "invalid_request", 'Give {"StartRequests": [{"EventId": "…"}]}');
  const unknown = ids.filter((id) => !events.approve(id));
  if (unknown.length > 0) return refuse(400, "invalid_request", `No event to approve: ${unknown.join(", ")}`);
  return { status: 200 };
}

function approvedIds(body: string): string[] | undefined {
  try {
    const { StartRequests } = JSON.parse(body) as {
      StartRequests: { EventId: string }[];
    };
    const ids = StartRequests.map(({ EventId }) => EventId);
    return ids.every((id) => typeof id === "string") ? ids : undefined;
  } catch {
    return undefined;
  }
}

function refuse(status: number, error: string, description: string): Answer {
  return { status, body: { error, error_description: description } };
}
