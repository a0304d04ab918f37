import type { IncomingMessage, ServerResponse } from "node:http";
import { PRIVATE_DNS_ZONES } from "@windows-ha/spec";
import type { ResourceStore, StoredResource } from "../azure/resource-store";
import type { VaultInputs } from "../azure/types/key-vault";
import { hasPrivateLink } from "../azure/types/private-link";
import { subnetsOf, type AccessTokens, type Grant } from "../storage";
import type { SecretVersion, SecretVersions } from "./secret-versions";

/** Built-in roles that may read values: Key Vault Secrets User, Secrets Officer and Administrator. */
const READERS: ReadonlySet<string> = new Set([
  "4633458b-17de-408a-b874-0445c86b69e6",
  "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
  "00482a5a-887f-4fb3-b363-3b7fe8e74483",
]);
const AUDIENCE = "https://vault.azure.net";

export interface VaultContext {
  store: ResourceStore;
  tokens: AccessTokens;
  versions: SecretVersions;
  /** Whether the vault's secret is declared, by its ARM id. */
  isDeclared(secretId: string): boolean;
}

interface Refusal {
  status: number;
  code: string;
  message: string;
  innerCode?: string;
}

/** Answers `GET /secrets/<name>[/<version>]?api-version=…` as the vault does. Nothing of it is logged. */
export function answerForVault(
  vault: StoredResource,
  context: VaultContext,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = new URL(request.url ?? "/", "http://vault");
  const grant = grantOf(context, request);
  if ("status" in grant) return challenge(vault, response, grant);
  if (!isReachable(vault, context.store, grant)) return refuse(response, unreachable(vault, grant));
  const match = /^\/secrets\/([A-Za-z0-9-]{1,127})(?:\/([0-9a-f]{32}))?\/?$/i.exec(url.pathname);
  if (request.method !== "GET" || !match) {
    return refuse(response, { status: 404, code: "NotFound", message: "The sandbox's vaults give secrets only." });
  }
  if (!url.searchParams.has("api-version")) {
    return refuse(response, { status: 400, code: "BadParameter", message: "The api-version must be specified." });
  }
  const [, name, version] = match as unknown as [string, string, string | undefined];
  const secretId = `${vault.id}/secrets/${name}`;
  if (!context.tokens.hasRole(grant.principalId, secretId, READERS)) {
    return refuse(response, forbidden(vault, secretId, grant.principalId));
  }
  const found = context.isDeclared(secretId) ? context.versions.get(secretId, version?.toLowerCase()) : undefined;
  if (!found) return refuse(response, notFound(name, version));
  send(response, 200, bundle(vault, name, found));
}

function grantOf({ tokens }: VaultContext, request: IncomingMessage): Grant | Refusal {
  const unauthorized = (message: string): Refusal => ({ status: 401, code: "Unauthorized", message });
  const [scheme, token = ""] = (request.headers.authorization ?? "").split(" ");
  if (scheme !== "Bearer") return unauthorized("AKV10000: Request is missing a Bearer or PoP token.");
  const grant = tokens.grantOf(token);
  if (!grant) return unauthorized("AKV10046: Unable to resolve the key used for signature validation.");
  if (grant.audience === AUDIENCE) return grant;
  return unauthorized(`AKV10022: Invalid audience. Expected ${AUDIENCE}, found: ${grant.audience}.`);
}

/** Clients learn from it whose token the vault wants. */
function challenge({ inputs }: StoredResource, response: ServerResponse, refusal: Refusal): void {
  const { tenantId } = (inputs as unknown as VaultInputs).properties;
  response.setHeader(
    "WWW-Authenticate",
    `Bearer authorization="https://login.microsoftonline.com/${tenantId}", resource="${AUDIENCE}"`,
  );
  refuse(response, refusal);
}

/** A vault whose public address is closed answers machines that have a private link to it. */
function isReachable({ id, inputs }: StoredResource, store: ResourceStore, grant: Grant): boolean {
  const { publicNetworkAccess = "Enabled" } = (inputs as unknown as VaultInputs).properties;
  if (publicNetworkAccess.toLowerCase() !== "disabled") return true;
  const service = { id, groupId: "vault", zoneName: PRIVATE_DNS_ZONES.vault };
  return hasPrivateLink(store, subnetsOf(store, grant) ?? [], service);
}

function unreachable({ name, inputs }: StoredResource, { principalId }: Grant): Refusal {
  return {
    status: 403,
    code: "Forbidden",
    innerCode: "ForbiddenByConnection",
    message: [
      "Public network access is disabled and request is not from a trusted service nor via an approved private link.",
      `Caller: oid=${principalId}`,
      `Vault: ${name};location=${(inputs as unknown as VaultInputs).location}`,
    ].join("\r\n"),
  };
}

function forbidden({ name, inputs }: StoredResource, secretId: string, principalId: string): Refusal {
  return {
    status: 403,
    code: "Forbidden",
    innerCode: "ForbiddenByRbac",
    message: [
      "Caller is not authorized to perform action on resource.",
      "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.",
      `Caller: oid=${principalId}`,
      "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'",
      `Resource: '${secretId}'`,
      "Assignment: (not found)",
      `Vault: ${name};location=${(inputs as unknown as VaultInputs).location}`,
      "",
    ].join("\r\n"),
  };
}

function notFound(name: string, version: string | undefined): Refusal {
  const id = [name, ...(version === undefined ? [] : [version])].join("/");
  return {
    status: 404,
    code: "SecretNotFound",
    message: `A secret with (name/id) ${id} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  };
}

function bundle({ name: vault, inputs }: StoredResource, name: string, found: SecretVersion): object {
  const seconds = Math.floor(found.createdAt / 1000);
  const { softDeleteRetentionInDays: recoverableDays = 90 } = (inputs as unknown as VaultInputs).properties;
  return {
    value: found.value,
    ...(found.contentType === undefined ? {} : { contentType: found.contentType }),
    id: `https://${vault.toLowerCase()}.vault.azure.net/secrets/${name}/${found.version}`,
    attributes: { enabled: true, created: seconds, updated: seconds, recoveryLevel: "Recoverable", recoverableDays },
  };
}

function refuse(response: ServerResponse, { status, code, message, innerCode }: Refusal): void {
  const innererror = innerCode === undefined ? {} : { innererror: { code: innerCode } };
  send(response, status, { error: { code, message, ...innererror } });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
}
