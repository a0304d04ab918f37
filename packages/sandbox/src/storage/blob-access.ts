import type { IncomingMessage, ServerResponse } from "node:http";
import { PRIVATE_DNS_ZONES } from "@windows-ha/spec";
import type { ResourceStore } from "../azure/resource-store";
import { hasPrivateLink } from "../azure/types/private-link";
import type { StorageAccountInputs } from "../azure/types/storage-account";
import { admitsAddress, admitsSubnets } from "../azure/types/storage-firewall";
import { INTERNET_CLIENT } from "../firewall/identities";
import type { AccessTokens, Grant } from "./access-tokens";
import { subnetsOf } from "./machine-subnets";

export interface BlobGuard {
  store: ResourceStore;
  tokens: AccessTokens;
}

/** Azure Storage's refusals: status, code and sentence, as its REST reference has them. */
export const REFUSALS = {
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
  noContainer: [404, "ContainerNotFound", "The specified container does not exist."],
  kind: [
    400,
    "MissingRequiredHeader",
    "An HTTP header that's mandatory for this request is not specified: x-ms-blob-type, which is BlockBlob.",
  ],
  exists: [409, "BlobAlreadyExists", "The specified blob already exists."],
  condition: [412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met."],
  declared: [
    409,
    "BlobIsDeclared",
    "The sandbox doesn't let machines write a blob that a program declares: the next deployment would differ.",
  ],
} as const;

export type Refusal = (typeof REFUSALS)[keyof typeof REFUSALS];

const CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
const OWNER = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
/** Built-in roles that may read blobs: Reader, Contributor and Owner of blob data. */
export const BLOB_READERS: ReadonlySet<string> = new Set(["2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", CONTRIBUTOR, OWNER]);
/** Built-in roles that may write and delete them. */
export const BLOB_WRITERS: ReadonlySet<string> = new Set([CONTRIBUTOR, OWNER]);

const FIRST_BEARER_VERSION = "2017-11-09";
const STORAGE_AUDIENCE = /^https:\/\/(storage\.azure\.com|[a-z0-9]{3,24}\.blob\.core\.windows\.net)$/;

/** Why a request gets nothing: first where it comes from, then who sends it. */
export function accessRefusal(
  guard: BlobGuard,
  request: IncomingMessage,
  asked: { account: string; containerId: string | undefined; roles: ReadonlySet<string> },
): Refusal | undefined {
  return refuseNetwork(guard, request, asked.account) ?? refuse(guard, request, asked.containerId, asked.roles);
}

export function sendRefusal(response: ServerResponse, [status, code, message]: Refusal): void {
  response
    .writeHead(status, { "Content-Type": "application/xml", "x-ms-error-code": code })
    .end(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}

/**
 * An account's firewall asks where a request comes from before anybody asks who sends it. One with a machine's token
 * comes from that machine's subnet, or by a private endpoint past the firewall; every other one from the Internet.
 */
function refuseNetwork(
  { store, tokens }: BlobGuard,
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
  { tokens }: BlobGuard,
  request: IncomingMessage,
  containerId: string | undefined,
  roles: ReadonlySet<string>,
): Refusal | undefined {
  if (!request.headers.authorization?.startsWith("Bearer ")) return REFUSALS.anonymous;
  const version = request.headers["x-ms-version"];
  if (typeof version !== "string" || version < FIRST_BEARER_VERSION) return REFUSALS.version;
  const grant = grantOf(tokens, request);
  if (!grant || !STORAGE_AUDIENCE.test(grant.audience)) return REFUSALS.token;
  const hasRole = containerId !== undefined && tokens.hasRole(grant.principalId, containerId, roles);
  return hasRole ? undefined : REFUSALS.role;
}
