import type { Finding } from "../finding";
import type { ListField } from "../shape";
import { consulPreparedQuery, type ConsulFailover, type ConsulPreparedQuery } from "./prepared-query";

/** A prepared query as it is declared. */
export interface ConsulQuerySpec {
  /** Left out: the service's name. */
  name?: string;
  service: string;
  tags: string[];
  near: boolean;
  failover: { datacenter?: string; peer?: string }[];
}

const LABEL = {
  kind: "string",
  pattern: /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
  allowed: "1 to 63 letters, digits and hyphens, no hyphen first or last: it is part of a DNS name",
} as const;

export const QUERIES_FIELD: ListField = {
  kind: "list",
  maxItems: 100,
  of: {
    kind: "object",
    fields: {
      name: LABEL,
      service: { ...LABEL, required: true },
      tags: {
        kind: "list",
        default: [],
        unique: true,
        of: {
          kind: "string",
          pattern: /^!?[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
          allowed: 'a tag, or "!" and a tag',
        },
      },
      near: { kind: "boolean", default: true },
      failover: {
        kind: "list",
        default: [],
        of: { kind: "object", fields: { datacenter: LABEL, peer: { kind: "string", minLength: 1, maxLength: 64 } } },
      },
    },
  },
};

export function checkConsulQueries(queries: readonly ConsulQuerySpec[], path: string): Finding[] {
  const names = queries.map(({ name, service }) => (name ?? service).toLowerCase());
  return queries.flatMap(({ failover }, index) => [
    ...(names.indexOf(names[index]!) === index
      ? []
      : [
          {
            rule: "consul-query-name",
            path: `${path}[${index}].name`,
            seen: `${JSON.stringify(names[index])}, which ${path}[${names.indexOf(names[index]!)}] has already`,
            allowed: "each name once: callers ask by it",
            fix: "Give the query another name, or remove it.",
          },
        ]),
    ...failover.flatMap((target, place): Finding[] =>
      (target.datacenter === undefined) === (target.peer === undefined)
        ? [
            {
              rule: "consul-failover",
              path: `${path}[${index}].failover[${place}]`,
              seen: target.peer === undefined ? "neither a datacenter nor a peer" : "a datacenter and a peer",
              allowed: "one of the two",
              fix: "Name the datacenter that is joined by WAN, or the peer.",
            },
          ]
        : [],
    ),
  ]);
}

export function preparedQueries(queries: readonly ConsulQuerySpec[]): ConsulPreparedQuery[] {
  return queries.map((query) => consulPreparedQuery({ ...query, failover: query.failover as ConsulFailover[] }));
}
