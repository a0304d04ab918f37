import type * as pulumi from "@pulumi/pulumi";
import type { ConsulProgramArgs } from "./args";

/** How a service is found by its callers. */
export interface ConsulRegistrationArgs {
  /**
   * It is found as `<tag>.<name>.service.<domain>`, too: 1 to 63 letters, digits and hyphens each.
   * @default []
   */
  tags?: string[];
  /**
   * Text for callers, beside `version` and `zone`, which are there anyway.
   * @default {}
   */
  meta?: Record<string, string>;
  /**
   * Whether `dependenciesPath` is asked, too: its 429 is a warning, with which the service is still found.
   * @default true, unless the agent answers for a service that has no endpoints
   */
  dependenciesCheck?: boolean;
  /** @default "/health/deps" (S0-56) */
  dependenciesPath?: string;
  /**
   * Whether `health.livenessPath` is asked too, every 2 s, failing at the second time: the check `<name>:health`, which a
   * session of the service can hang on to elect a leader. An instance whose check fails isn't found any more, either.
   * @default false
   */
  leaderCheck?: boolean;
  /**
   * Seconds between two questions for readiness, 1 to 3600.
   * @default 10 (S3-16)
   */
  checkIntervalSeconds?: number;
  /**
   * Seconds after which an answer is a failure, 1 to 60, less than the interval.
   * @default 1
   */
  checkTimeoutSeconds?: number;
  /**
   * Minutes of failure after which the entry goes, 10 to 10080.
   * @default 60
   */
  deregisterAfterMinutes?: number;
}

/** Consul's client beside a service, which registers it: what `ConsulServers` answers, or servers of somebody else. */
export interface ConsulClientArgs {
  /** Consul's program for Windows. Another version restarts the client, and not the service. */
  program: ConsulProgramArgs;
  /** Addresses of the servers, such as `servers.addresses`. */
  retryJoin: pulumi.Input<pulumi.Input<string>[]>;
  /** Who vouches for them, as PEM, such as `servers.caCertificate`. */
  caCertificate: pulumi.Input<string>;
  /** @default "dc1" */
  datacenter?: string;
  /**
   * What names end with.
   * @default "consul"
   */
  domain?: string;
  /** Address of the key of gossip in a vault. */
  gossipKeyUrl: pulumi.Input<string>;
  /** Address of the token for the client's own entries. */
  agentTokenUrl: pulumi.Input<string>;
  /** Address of the token that registers the service. */
  serviceTokenUrl: pulumi.Input<string>;
  /**
   * Address of the token for questions by DNS.
   * @default none: DNS finds nothing
   */
  dnsTokenUrl?: pulumi.Input<string>;
  /** Client id of the identity by which the machines read them. */
  identityClientId: pulumi.Input<string>;
  /**
   * Whether machines never come back under their name, as those of a scale set: they are forgotten sooner.
   * @default true
   */
  ephemeral?: boolean;
  registration?: ConsulRegistrationArgs;
}
