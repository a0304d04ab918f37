/** A token's two names: the one that may be shown, and the one that opens. Both are given, so that they are known beforehand. */
export interface ConsulTokenIds {
  accessorId: string;
  secretId: string;
}

/** Who gets a token besides the servers' management. */
export interface ConsulAclInput {
  /** What the servers' names begin with. */
  serverPrefix: string;
  /** What the machines' names begin with, as the machines write them: Consul tells upper from lower case. */
  machinePrefixes: readonly string[];
  /** Services that machines may register. */
  services: readonly string[];
  /** Below which key of the store a service may read. @default `service/<name>` of each */
  keyPrefixes?: Readonly<Record<string, string>>;
  tokens: {
    /** Of the servers' agents. */
    servers: ConsulTokenIds;
    /** Of the machines' agents: their own entries, nobody's services. */
    machines: ConsulTokenIds;
    /** Of whoever asks by DNS: reads nodes, services and queries, and no configuration. */
    dns: ConsulTokenIds;
    /** Of each service, by name: registers this one, reads its configuration and elects its leader. */
    services: Readonly<Record<string, ConsulTokenIds>>;
    /** Of each cluster of Kubernetes, by the name of its node. */
    catalogSyncs?: Readonly<Record<string, ConsulTokenIds>>;
  };
  /** Clusters of Kubernetes, whose services stand in the catalogue without an agent. @default none */
  catalogSyncs?: readonly ConsulCatalogSyncAcl[];
}

/** What writes the services of one cluster of Kubernetes into the catalogue. */
export interface ConsulCatalogSyncAcl {
  /** The node that they hang on. */
  nodeName: string;
  services: readonly string[];
}

/** A policy, as Consul's HTTP API takes it. It gets its id from Consul: its name is what it is known by. */
export interface ConsulPolicy {
  Name: string;
  Description: string;
  Rules: string;
}

/** A token, as Consul's HTTP API takes it. */
export interface ConsulToken {
  AccessorID: string;
  SecretID: string;
  Description: string;
  Local: boolean;
  Policies?: { Name: string }[];
  ServiceIdentities?: { ServiceName: string }[];
}

/** What has to be there before a client can join: policies first, then tokens. Applying it twice changes nothing. */
export interface ConsulAclPlan {
  policies: ConsulPolicy[];
  tokens: ConsulToken[];
}

type Access = "read" | "write";
type Rule = readonly [
  resource:
    | "agent_prefix"
    | "key_prefix"
    | "node"
    | "node_prefix"
    | "query_prefix"
    | "service"
    | "service_prefix"
    | "session_prefix",
  prefix: string,
];

/** Who may do what in a datacenter that denies by default. */
export function consulAclPlan(input: ConsulAclInput): ConsulAclPlan {
  const { serverPrefix, machinePrefixes, services, keyPrefixes = {}, tokens } = input;
  const policies = {
    servers: policy("windows-ha-servers", "Agents of the servers", agentRules([serverPrefix])),
    machines: policy("windows-ha-machines", "Agents of the machines", agentRules(machinePrefixes)),
    dns: policy("windows-ha-dns", "Questions by DNS", [
      [["node_prefix", ""], "read"],
      [["service_prefix", ""], "read"],
      [["query_prefix", ""], "read"],
    ]),
  };
  const byPolicy = (["servers", "machines", "dns"] as const).map((who) => ({
    ...token(tokens[who], policies[who].Description),
    Policies: [{ Name: policies[who].Name }],
  }));
  const ofServices = services.map((name) => {
    const rules = serviceRules(name, keyPrefixes[name] ?? `service/${name}`, machinePrefixes);
    return policy(`windows-ha-service-${name}`, `Service ${name}`, rules);
  });
  const byIdentity = services.map((name, index) => ({
    ...token(tokens.services[name]!, `Service ${name}`),
    Policies: [{ Name: ofServices[index]!.Name }],
    ServiceIdentities: [{ ServiceName: name }],
  }));
  const syncs = (input.catalogSyncs ?? []).map((sync) => ({
    sync,
    policy: policy(`windows-ha-sync-${sync.nodeName}`, `Catalogue of ${sync.nodeName}`, syncRules(sync)),
  }));
  const bySync = syncs.map(({ sync, policy: own }) => ({
    ...token(tokens.catalogSyncs![sync.nodeName]!, own.Description),
    Policies: [{ Name: own.Name }],
  }));
  return {
    policies: [...Object.values(policies), ...ofServices, ...syncs.map((sync) => sync.policy)],
    tokens: [...byPolicy, ...byIdentity, ...bySync],
  };
}

/** Its own node and its services: it could neither write entries of machines nor take theirs away. */
function syncRules({ nodeName, services }: ConsulCatalogSyncAcl): [Rule, Access][] {
  return [[["node", nodeName], "write"], ...services.map((name): [Rule, Access] => [["service", name], "write"])];
}

/** An agent writes its own entry, is told to reload its files and to leave, and reads services to keep its copy of them. */
function agentRules(prefixes: readonly string[]): [Rule, Access][] {
  return [
    ...prefixes.map((prefix): [Rule, Access] => [["node_prefix", prefix], "write"]),
    ...prefixes.map((prefix): [Rule, Access] => [["agent_prefix", prefix], "write"]),
    [["service_prefix", ""], "read"],
  ];
}

/** A service reads what is declared for it, and writes what its leader keeps; a session belongs to the machine that opens it. */
function serviceRules(name: string, keyPrefix: string, machinePrefixes: readonly string[]): [Rule, Access][] {
  return [
    [["key_prefix", `${keyPrefix}/`], "read"],
    [["key_prefix", `leader/${name}/`], "write"],
    ...machinePrefixes.map((prefix): [Rule, Access] => [["session_prefix", prefix], "write"]),
  ];
}

function policy(name: string, description: string, rules: readonly [Rule, Access][]): ConsulPolicy {
  const text = rules.map(([[resource, prefix], access]) => `${resource} "${prefix}" { policy = "${access}" }`);
  return { Name: name, Description: description, Rules: text.join("\n") };
}

function token({ accessorId, secretId }: ConsulTokenIds, description: string): Omit<ConsulToken, "Policies"> {
  return { AccessorID: accessorId, SecretID: secretId, Description: description, Local: false };
}
