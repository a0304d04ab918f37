import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { PRIVATE_DNS_ZONES } from "@windows-ha/spec";
import type { ResourceStore, StoredResource } from "../azure/resource-store";
import type { BlobInputs } from "../azure/types/blob";
import type { StorageAccountInputs } from "../azure/types/storage-account";
import { hasPrivateLink } from "../azure/types/private-link";
import { admitsAddress, admitsSubnets } from "../azure/types/storage-firewall";
import { INTERNET_CLIENT } from "../firewall/identities";
import type { SandboxLayout, SandboxSettings } from "../layout";
import type { AccessTokens, Grant } from "./access-tokens";
import { blobFile, type BlobSource } from "./blob-files";
import { subnetsOf } from "./machine-subnets";

export interface BlobEndpointOptions {
  layout: SandboxLayout;
  settings: SandboxSettings;
  store: ResourceStore;
  tokens: AccessTokens;
}

/** Azure Storage's refusals: status, code and sentence, as its REST reference has them. */
const REFUSALS = {
  network: [403, "AuthorizationFailure", "This request is not authorized to perform this operation."],
  anonymous: [409, "PublicAccessNotPermitted", "Public access is not permitted on this storage account."],
  version: [
    400,
    "InvalidHeaderValue",
    "The value for one of the HTTP headers is not in the correct format: a bearer token needs x-ms-version 2017-11-09 or later.",
  ],
  token: [
    401,
    "InvalidAuthenticationInfo",
    "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
  ],
  role: [
    403,
    "AuthorizationPermissionMismatch",
    "This request is not authorized to perform this operation using this permission.",
  ],
  missing: [404, "BlobNotFound", "The specified blob does not exist."],
} as const;

/** Built-in roles that may read blobs: Reader, Contributor and Owner of blob data. */
export const BLOB_READERS: ReadonlySet<string> = new Set([
  "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
]);

const FIRST_BEARER_VERSION = "2017-11-09";
const STORAGE_AUDIENCE = /^https:\/\/(storage\.azure\.com|[a-z0-9]{3,24}\.blob\.core\.windows\.net)$/;

/** The address of a blob's host build, which lies beside the blob and is as private (allowed difference `host-artifact`). */
export function hostBuildUrl(blobUrl: string): string {
  return blobUrl.replace("/blobs/", "/host-builds/");
}

export function isBlobUrl(url: string): boolean {
  return /^http:\/\/127\.\d+\.0\.1:\d+\/blobs\//.test(url);
}

/** Answers `GET /blobs/<account>/<container>/<blob>`. @returns whether the request was one of these. */
export async function serveBlob(
  options: BlobEndpointOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const match = /^\/(blobs|host-builds)\/([^/?#]+)\/([^/?#]+)\/([^?#]+)$/.exec(request.url ?? "");
  if (!match || request.method !== "GET") return false;
  const [, kind, account, container, blobName] = match as unknown as [string, string, string, string, string];
  const containerId = findContainer(options.store, account, container)?.id;
  const blob = findBlob(options.store, account, container, decode(blobName));
  const refusal =
    refuseNetwork(options, request, account) ??
    refuse(options, request, containerId) ??
    (blob ? undefined : REFUSALS.missing);
  if (refusal) {
    sendRefusal(response, refusal);
    return true;
  }
  const file = kind === "blobs" ? blobContent(options, blob!) : hostBuildOf(options, blob!);
  const size =
    file === undefined
      ? undefined
      : await stat(file).then(
          (found) => found.size,
          () => undefined,
        );
  if (file === undefined || size === undefined) {
    sendRefusal(response, REFUSALS.missing);
    return true;
  }
  response.writeHead(200, {
    "Content-Type": "application/octet-stream",
    "Content-Length": size,
    "x-ms-blob-type": "BlockBlob",
  });
  await pipeline(createReadStream(file), response);
  return true;
}

type Refusal = (typeof REFUSALS)[keyof typeof REFUSALS];

/**
 * An account's firewall asks where a request comes from before anybody asks who sends it. One with a machine's token
 * comes from that machine's subnet, or by a private endpoint past the firewall; every other one from the Internet.
 */
function refuseNetwork(
  { store, tokens }: BlobEndpointOptions,
  request: IncomingMessage,
  accountName: string,
): Refusal | undefined {
  const stored = store
    .list("azure-native:storage:StorageAccount")
    .find(({ inputs }) => inputs["accountName"] === accountName);
  if (!stored) return undefined;
  const account = stored.inputs as unknown as StorageAccountInputs;
  const subnets = subnetsOf(store, grantOf(tokens, request));
  const blobs = { id: stored.id, groupId: "blob", zoneName: PRIVATE_DNS_ZONES.blob };
  const isAdmitted = subnets
    ? admitsSubnets(account, subnets, store) || hasPrivateLink(store, subnets, blobs)
    : admitsAddress(account, INTERNET_CLIENT);
  return isAdmitted ? undefined : REFUSALS.network;
}

function grantOf(tokens: AccessTokens, { headers }: IncomingMessage): Grant | undefined {
  const [scheme, token = ""] = (headers.authorization ?? "").split(" ");
  return scheme === "Bearer" ? tokens.grantOf(token) : undefined;
}

/** Who has no right to a blob doesn't learn whether it exists. */
function refuse(
  { tokens }: BlobEndpointOptions,
  request: IncomingMessage,
  containerId: string | undefined,
): Refusal | undefined {
  if (!request.headers.authorization?.startsWith("Bearer ")) return REFUSALS.anonymous;
  const version = request.headers["x-ms-version"];
  if (typeof version !== "string" || version < FIRST_BEARER_VERSION) return REFUSALS.version;
  const grant = grantOf(tokens, request);
  if (!grant || !STORAGE_AUDIENCE.test(grant.audience)) return REFUSALS.token;
  const isReader = containerId !== undefined && tokens.hasRole(grant.principalId, containerId, BLOB_READERS);
  return isReader ? undefined : REFUSALS.role;
}

function sendRefusal(response: ServerResponse, [status, code, message]: Refusal): void {
  response
    .writeHead(status, { "Content-Type": "application/xml", "x-ms-error-code": code })
    .end(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}

export function findContainer(store: ResourceStore, account: string, container: string): StoredResource | undefined {
  return store
    .list("azure-native:storage:BlobContainer")
    .find(({ inputs }) => inputs["accountName"] === account && inputs["containerName"] === container);
}

export function findBlob(
  store: ResourceStore,
  account: string,
  container: string,
  name: string,
): StoredResource | undefined {
  return store.list("azure-native:storage:Blob").find(({ inputs }) => {
    const blob = inputs as unknown as BlobInputs;
    return blob.accountName === account && blob.containerName === container && blob.blobName === name;
  });
}

export function blobContent(
  { layout }: { layout: Pick<SandboxLayout, "artifacts"> },
  { inputs }: StoredResource,
): string | undefined {
  const { source } = inputs as unknown as BlobInputs;
  return source && blobFile(layout, source as BlobSource);
}

function hostBuildOf({ layout, settings }: BlobEndpointOptions, { inputs }: StoredResource): string | undefined {
  const { source } = inputs as unknown as BlobInputs;
  const host = settings.artifacts[source?.hash ?? ""]?.host;
  return host && join(layout.artifacts, host.sha256, host.fileName);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
