import { isDeferred } from "./deferred";
import type { Finding } from "./finding";
import { RESOURCE_ID, SUBNET_ID } from "./resource-id";
import type { Fields, ListField } from "./shape";

/** A way from inside of a network to one service; ids may come from other resources. */
export interface PrivateEndpointSpec {
  name: string;
  targetId: unknown;
  /** The part of the service, in Azure's words: `blob`, `vault`, … */
  groupId: string;
  privateDnsZoneName?: string;
  privateDnsZoneId?: unknown;
}

/** The way to one service whose kind is known. */
export interface PrivateAccessSpec {
  subnetId: unknown;
  virtualNetworkId?: unknown;
  privateDnsZoneId?: unknown;
}

/**
 * The zone in which Azure's public DNS looks for a service that has a private endpoint, by the part of the service
 * (Microsoft, "Azure Private Endpoint private DNS zone values"). Parts that several services share with different zones
 * (`account`, `Sql`, `Table`, `topic`, `redisEnterprise`, …) and zones with a region in their name aren't here: they have
 * to be named.
 */
export const PRIVATE_DNS_ZONES = {
  blob: "privatelink.blob.core.windows.net",
  file: "privatelink.file.core.windows.net",
  queue: "privatelink.queue.core.windows.net",
  table: "privatelink.table.core.windows.net",
  dfs: "privatelink.dfs.core.windows.net",
  web: "privatelink.web.core.windows.net",
  vault: "privatelink.vaultcore.azure.net",
  sqlServer: "privatelink.database.windows.net",
  postgresqlServer: "privatelink.postgres.database.azure.com",
  mysqlServer: "privatelink.mysql.database.azure.com",
  MongoDB: "privatelink.mongo.cosmos.azure.com",
  redisCache: "privatelink.redis.cache.windows.net",
  namespace: "privatelink.servicebus.windows.net",
  registry: "privatelink.azurecr.io",
  configurationStores: "privatelink.azconfig.io",
  searchService: "privatelink.search.windows.net",
  sites: "privatelink.azurewebsites.net",
  dataFactory: "privatelink.datafactory.azure.net",
} as const;

const id = { kind: "string", input: true, minLength: 1 } as const;

/** `private` of a store: its own endpoint. */
export const PRIVATE_ACCESS_FIELDS: Fields = {
  subnetId: { ...SUBNET_ID, required: true },
  virtualNetworkId: RESOURCE_ID,
  privateDnsZoneId: RESOURCE_ID,
};

const LABEL = "[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";

export const PRIVATE_ENDPOINTS_FIELD: ListField = {
  kind: "list",
  maxItems: 100,
  of: {
    kind: "object",
    fields: {
      name: {
        kind: "string",
        required: true,
        pattern: /^[A-Za-z0-9]([A-Za-z0-9._-]{0,38}[A-Za-z0-9_])?$/,
        allowed: "1 to 40 letters, digits, dots, underscores and hyphens; a letter or digit first",
      },
      targetId: { ...id, required: true },
      groupId: { kind: "string", required: true, minLength: 1, maxLength: 60 },
      privateDnsZoneName: {
        kind: "string",
        pattern: new RegExp(`^${LABEL}(\\.${LABEL})+$`),
        allowed: 'the name of a zone, such as "privatelink.documents.azure.com"',
      },
      privateDnsZoneId: RESOURCE_ID,
    },
  },
};

/** The zone in which an endpoint's name is looked up; undefined where it has to be named. */
export function privateDnsZoneOf({
  groupId,
  privateDnsZoneName,
}: Pick<PrivateEndpointSpec, "groupId" | "privateDnsZoneName">): string | undefined {
  const known: Readonly<Record<string, string>> = PRIVATE_DNS_ZONES;
  return privateDnsZoneName?.toLowerCase() ?? (Object.hasOwn(known, groupId) ? known[groupId] : undefined);
}

/** The zones that are made for endpoints, each once: those that an endpoint doesn't bring along. */
export function newPrivateDnsZones(endpoints: readonly PrivateEndpointSpec[]): string[] {
  const zones = endpoints.filter(({ privateDnsZoneId }) => privateDnsZoneId === undefined).map(privateDnsZoneOf);
  return [...new Set(zones.flatMap((zone) => zone ?? []))].sort();
}

/** What the shape can't say about endpoints. */
export function checkPrivateEndpoints(endpoints: readonly PrivateEndpointSpec[], path: string): Finding[] {
  return endpoints.flatMap((endpoint, index) => {
    const at = `${path}[${index}]`;
    const before = endpoints.slice(0, index);
    const firstAt = (isSame: (other: PrivateEndpointSpec) => boolean): string | undefined => {
      const first = before.findIndex(isSame);
      return first < 0 ? undefined : `${path}[${first}]`;
    };
    const sameName = firstAt(({ name }) => name.toLowerCase() === endpoint.name.toLowerCase());
    const sameTarget = firstAt((other) => targetOf(other) !== undefined && targetOf(other) === targetOf(endpoint));
    return [
      ...(sameName === undefined ? [] : [repeatedName(endpoint.name, at, sameName)]),
      ...(sameTarget === undefined ? [] : [repeatedTarget(at, sameTarget)]),
      ...checkZone(endpoint, at),
      ...checkSecondZone(endpoint, at, endpoints),
      ...checkTarget(endpoint, at),
    ];
  });
}

function targetOf({ targetId, groupId }: PrivateEndpointSpec): string | undefined {
  return typeof targetId === "string" ? `${targetId.toLowerCase()} ${groupId}` : undefined;
}

function repeatedName(name: string, at: string, first: string): Finding {
  return {
    rule: "unique-name",
    path: `${at}.name`,
    seen: `the name ${JSON.stringify(name)}, which ${first} has already`,
    allowed: "each name once; upper and lower case are the same",
    fix: "Give it another name, or remove it.",
  };
}

/** A zone has one record for one service: of two endpoints the later one would take the name from the earlier. */
function repeatedTarget(at: string, first: string): Finding {
  return {
    rule: "unique-target",
    path: `${at}.targetId`,
    seen: `the target and groupId that ${first} has already`,
    allowed: "one private endpoint per service and part of it: both would claim the same name",
    fix: `Remove ${at}, or name another part of the service as ${at}.groupId.`,
  };
}

function checkZone(endpoint: PrivateEndpointSpec, at: string): Finding[] {
  if (endpoint.privateDnsZoneId !== undefined) {
    if (endpoint.privateDnsZoneName === undefined) return [];
    return [
      {
        rule: "private-dns",
        path: `${at}.privateDnsZoneName`,
        seen: "given, with privateDnsZoneId",
        allowed: "one of the two: a zone that is there has its name",
        fix: `Leave ${at}.privateDnsZoneName out.`,
      },
    ];
  }
  if (privateDnsZoneOf(endpoint) !== undefined) return [];
  const known = Object.keys(PRIVATE_DNS_ZONES);
  const near = known.find((group) => group.toLowerCase() === endpoint.groupId.toLowerCase());
  return [
    {
      rule: "private-dns",
      path: `${at}.groupId`,
      seen: JSON.stringify(endpoint.groupId),
      allowed: `one of ${known.join(", ")}, or another one with privateDnsZoneName or privateDnsZoneId`,
      fix: `${near ? `Write ${JSON.stringify(near)}, or name` : "Name"} the service's zone as ${at}.privateDnsZoneName.`,
    },
  ];
}

/** A network is linked to no two zones of a name, so one that is there and a new one of its name don't go together. */
function checkSecondZone(endpoint: PrivateEndpointSpec, at: string, all: readonly PrivateEndpointSpec[]): Finding[] {
  const zone = privateDnsZoneOf({ groupId: endpoint.groupId });
  if (endpoint.privateDnsZoneId === undefined || zone === undefined) return [];
  if (!newPrivateDnsZones(all).includes(zone)) return [];
  return [
    {
      rule: "private-dns",
      path: `${at}.privateDnsZoneId`,
      seen: `given, and another endpoint makes a zone ${zone}`,
      allowed: "one zone of a name: a network is linked to no second one",
      fix: "Give the id to every endpoint of the same groupId, or to none.",
    },
  ];
}

/** Someone who gives a name instead of an id would learn it only from Azure. */
function checkTarget({ targetId }: PrivateEndpointSpec, at: string): Finding[] {
  if (isDeferred(targetId) || /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\//i.test(targetId as string)) {
    return [];
  }
  return [
    {
      rule: "resource-id",
      path: `${at}.targetId`,
      seen: JSON.stringify(targetId),
      allowed: 'the id of a resource: "/subscriptions/…/resourceGroups/…/providers/…"',
      fix: "Give the service's id, for example the id of its database server.",
    },
  ];
}

/** A new zone needs the network that it is linked to; a zone that is there is linked already. */
export function checkPrivateAccess(access: PrivateAccessSpec, path: string, zone: string): Finding[] {
  if ((access.virtualNetworkId === undefined) !== (access.privateDnsZoneId === undefined)) return [];
  return [
    {
      rule: "private-dns",
      path,
      seen:
        access.virtualNetworkId === undefined
          ? "without virtualNetworkId and privateDnsZoneId"
          : "given with virtualNetworkId and privateDnsZoneId",
      allowed:
        "either virtualNetworkId (a zone is created and linked to it) or privateDnsZoneId (a zone that is linked)",
      fix: `Give ${path}.privateDnsZoneId if the network has the zone ${zone}, else ${path}.virtualNetworkId.`,
    },
  ];
}
