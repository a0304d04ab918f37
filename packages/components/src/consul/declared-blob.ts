import * as pulumi from "@pulumi/pulumi";
import {
  checkConsulKeyValues,
  checkDeclaredData,
  consulAclPlan,
  consulTokenAccessor,
  declaredData,
  declaredDataText,
  preparedQueries,
  type ConsulServersComponentSpec,
  type ConsulTokenIds,
} from "@windows-ha/spec";
import { InvalidArgumentsError } from "../common/invalid-arguments";
import { onDemand } from "../common/on-demand";
import type { ConsulServersArgs } from "./args";
import { DNS_TOKEN, MACHINES_TOKEN, SERVERS_TOKEN, serviceToken, syncToken, type Credentials } from "./credentials";
import type { ConsulStorage } from "./storage";

/** Name of the blob that the servers' agents look at. */
export const DECLARED_BLOB = "declared.json";

export interface DeclaredParts {
  credentials: Credentials;
  secretUris: pulumi.Output<Record<string, string>>;
  /** Of the servers' identity. */
  clientId: pulumi.Output<string>;
  storage: ConsulStorage;
}

/** What the datacenter has to hold, for the servers' agents: a change of it replaces nothing else. */
export function createDeclaredBlob(
  name: string,
  args: ConsulServersArgs,
  spec: ConsulServersComponentSpec,
  parts: DeclaredParts,
  parent: pulumi.Resource,
): void {
  const { account, declared } = parts.storage;
  const text = declaredText(name, args, spec, parts, parent);
  new onDemand.storage.Blob(
    `${name}-declared-data`,
    {
      resourceGroupName: args.resourceGroupName,
      accountName: account.name,
      containerName: declared.name,
      blobName: DECLARED_BLOB,
      type: "Block",
      contentType: "application/json",
      source: text.apply((content) => new pulumi.asset.StringAsset(content)),
    },
    // Its address has to stay, so the former one goes first; agents take "not there" for "nothing new".
    { parent, deleteBeforeReplace: true },
  );
}

function declaredText(
  name: string,
  args: ConsulServersArgs,
  spec: ConsulServersComponentSpec,
  { credentials, secretUris, clientId }: DeclaredParts,
  resource: pulumi.Resource,
): pulumi.Output<string> {
  const names = Object.keys(credentials.tokens);
  // Who knows a token's accessor id knows nothing of its secret.
  const accessors = pulumi.unsecret(
    pulumi.all(names.map((token) => credentials.tokens[token]!.apply(consulTokenAccessor))),
  );
  return pulumi
    .all([accessors, secretUris, clientId, pulumi.output(args.values ?? {})])
    .apply(([ids, uris, client, values]) => {
      const byName = new Map(names.map((token, index) => [token, ids[index]!]));
      const tokenIds = (token: string): ConsulTokenIds => ({ accessorId: byName.get(token)!, secretId: "" });
      const { services = [], machinePrefixes = [], keyPrefixes = {} } = spec.clients ?? {};
      const acl = consulAclPlan({
        serverPrefix: `${spec.nodePrefix}-`,
        machinePrefixes,
        services,
        keyPrefixes,
        catalogSyncs: spec.kubernetes,
        tokens: {
          servers: tokenIds(SERVERS_TOKEN),
          machines: tokenIds(MACHINES_TOKEN),
          dns: tokenIds(DNS_TOKEN),
          services: Object.fromEntries(services.map((service) => [service, tokenIds(serviceToken(service))])),
          catalogSyncs: Object.fromEntries(
            spec.kubernetes.map(({ nodeName }) => [nodeName, tokenIds(syncToken(nodeName))]),
          ),
        },
      });
      const known = { ...acl, tokens: acl.tokens.filter(({ AccessorID }) => AccessorID !== undefined) };
      const secrets = Object.fromEntries(
        names.map((token) => [byName.get(token)!, { url: uris[token]!, clientId: client }]),
      );
      const queries = preparedQueries(spec.queries);
      const content = declaredDataText(declaredData({ owner: name, acl: known, secrets, queries, values }));
      const findings = [...checkConsulKeyValues(values), ...checkDeclaredData(content, "values")];
      if (findings.length === 0) return content;
      const late = { resource, outcome: "no server was changed" };
      throw new InvalidArgumentsError(`ConsulServers "${name}"`, findings, late);
    });
}
