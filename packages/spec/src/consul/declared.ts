import { createHash } from "node:crypto";
import type { AgentSecretReference } from "../agent-consul";
import type { Finding } from "../finding";
import { sortedJson } from "../sorted-json";
import type { ConsulAclPlan } from "./acl";
import type { ConsulDeclaredData } from "./declared-data";
import type { ConsulPreparedQuery } from "./prepared-query";

/** What a datacenter has to hold. Secrets of tokens are in a vault: by the token's accessor id, where. */
export interface ConsulDeclarations {
  owner: string;
  acl: ConsulAclPlan;
  secrets: Readonly<Record<string, AgentSecretReference>>;
  queries: readonly ConsulPreparedQuery[];
  values: Readonly<Record<string, string>>;
}

/** The declared data; equal declarations are equal documents, whatever the order of their parts. */
export function declaredData({ owner, acl, secrets, queries, values }: ConsulDeclarations): ConsulDeclaredData {
  const content = {
    schemaVersion: 1 as const,
    owner,
    policies: [...acl.policies].sort(by(({ Name }) => Name)),
    tokens: acl.tokens
      .map(({ SecretID: _, ...token }) => ({ ...token, secret: secrets[token.AccessorID]! }))
      .sort(by(({ AccessorID }) => AccessorID)),
    queries: [...queries].sort(by(({ Name }) => Name)),
    values: { ...values },
  };
  return { ...content, version: createHash("sha256").update(sortedJson(content)).digest("hex") };
}

export function declaredDataText(data: ConsulDeclaredData): string {
  return sortedJson(data);
}

/** A blob can be larger, but every server's agent keeps it in memory, and compares it with the store every few seconds. */
const MAX_DECLARED_BYTES = 16 * 1024 * 1024;

export function checkDeclaredData(text: string, path: string): Finding[] {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= MAX_DECLARED_BYTES) return [];
  return [
    {
      rule: "consul-declared-size",
      path,
      seen: `${bytes} bytes with everything that is declared for the datacenter`,
      allowed: `at most ${MAX_DECLARED_BYTES} bytes`,
      fix: "Keep large values as files, and their addresses and hashes in Consul.",
    },
  ];
}

const by =
  <T>(key: (item: T) => string) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
