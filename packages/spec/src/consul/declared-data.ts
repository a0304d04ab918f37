import type { AgentSecretReference } from "../agent-consul";
import type { ConsulPolicy, ConsulToken } from "./acl";
import type { ConsulPreparedQuery } from "./prepared-query";

/**
 * What a datacenter has to hold, as one document in a blob: nobody outside the network reaches the servers, so their own
 * agents read it every few seconds and make the datacenter what it says. A change replaces no server and no machine.
 */
export interface ConsulDeclaredData {
  schemaVersion: 1;
  /**
   * Who declares it. What this owner declared before and doesn't any more is removed; nothing else is.
   * @pattern ^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$
   */
  owner: string;
  /**
   * Names the content: the agents report it once it is applied, in the store under `windows-ha/<owner>/applied`.
   * @pattern ^[0-9a-f]{8,64}$
   */
  version: string;
  policies: ConsulPolicy[];
  tokens: ConsulDeclaredToken[];
  queries: ConsulPreparedQuery[];
  /** Keys and values of the store. */
  values: Record<string, string>;
}

/** A token whose secret the servers' agents read by themselves. */
export interface ConsulDeclaredToken extends Omit<ConsulToken, "SecretID"> {
  secret: AgentSecretReference;
}
