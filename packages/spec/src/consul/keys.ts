import { createHash } from "node:crypto";

/**
 * Keys and tokens, from a random password each: Pulumi's RandomBytes and RandomUuid have their value as the resource's
 * id, which no state hides. A password of 32 characters has more randomness than any of these.
 */

/** A key of gossip: 32 bytes as base64. */
export function consulGossipKey(password: string): string {
  return digest("gossip", password).toString("base64");
}

/** The secret id of a token. */
export function consulTokenSecret(password: string): string {
  return uuid(digest("secret", password));
}

/** The accessor id of the same token, which may be shown: a new secret is a new token, as Consul never changes one's. */
export function consulTokenAccessor(secretId: string): string {
  return uuid(digest("accessor", secretId));
}

function digest(purpose: string, text: string): Buffer {
  return createHash("sha256").update(`windows-ha:${purpose}:${text}`).digest();
}

/** RFC 9562: of the version 8, whose bits mean what the maker wants. */
function uuid(bytes: Buffer): string {
  const named = Buffer.from(bytes.subarray(0, 16));
  named[6] = (named[6]! & 0x0f) | 0x80;
  named[8] = (named[8]! & 0x3f) | 0x80;
  return named.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
