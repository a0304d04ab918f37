import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { consulGossipKey, consulTokenSecret, type ConsulServersComponentSpec } from "@windows-ha/spec";
import type { ConsulServersArgs } from "./args";

/** Names of a datacenter's secrets in its vault. */
export const GOSSIP_KEY = "gossip-key";
export const SERVER_CERTIFICATE = "server-certificate";
export const MANAGEMENT_TOKEN = "management-token";
export const SERVERS_TOKEN = "servers-token";
export const MACHINES_TOKEN = "machines-token";
export const DNS_TOKEN = "dns-token";
export const serviceToken = (service: string): string => `service-token-${service}`;
export const syncToken = (nodeName: string): string => `sync-token-${nodeName}`;

/** What the machines' identity reads. */
export function clientSecrets({ clients }: ConsulServersComponentSpec): string[] {
  return clients ? [GOSSIP_KEY, MACHINES_TOKEN, DNS_TOKEN, ...clients.services.map(serviceToken)] : [];
}

/** The tokens of a datacenter by their names in the vault; without clients there is nobody to make the others for. */
export function tokenNames({ clients, kubernetes }: ConsulServersComponentSpec): string[] {
  const ofClients = clients ? [MACHINES_TOKEN, DNS_TOKEN, ...clients.services.map(serviceToken)] : [];
  const ofSyncs = kubernetes.map(({ nodeName }) => syncToken(nodeName));
  return [MANAGEMENT_TOKEN, SERVERS_TOKEN, ...ofClients, ...ofSyncs];
}

/** Keys that nobody has to invent. */
export interface Credentials {
  gossipKey: pulumi.Input<string>;
  /** Secret ids by their names in the vault. */
  tokens: Record<string, pulumi.Output<string>>;
}

export function createCredentials(
  name: string,
  args: ConsulServersArgs,
  spec: ConsulServersComponentSpec,
  parent: pulumi.Resource,
): Credentials {
  const gossipKey = args.gossipKey ?? createPassword(`${name}-${GOSSIP_KEY}`, parent).apply(consulGossipKey);
  const tokens = tokenNames(spec).map((token) => [
    token,
    createPassword(`${name}-${token}`, parent).apply(consulTokenSecret),
  ]);
  return { gossipKey, tokens: Object.fromEntries(tokens) as Credentials["tokens"] };
}

function createPassword(name: string, parent: pulumi.Resource): pulumi.Output<string> {
  const password = new random.RandomPassword(
    name,
    { length: 32, special: false },
    { parent, additionalSecretOutputs: ["result", "bcryptHash"] },
  );
  return password.result;
}
