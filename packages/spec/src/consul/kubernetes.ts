import { isCanonicalCidr, parseCidr } from "../cidr";
import type { Finding } from "../finding";
import type { Field } from "../shape";
import { CONSUL_NAME } from "./fields";

/** A cluster of Kubernetes whose services stand in the catalogue, though none of its nodes has an agent. */
export interface ConsulKubernetesSpec {
  /** The node of the catalogue that its services hang on. */
  nodeName: string;
  /** Where its nodes come from. */
  nodeRanges: string[];
  services: string[];
}

export const CONSUL_KUBERNETES: Field = {
  kind: "list",
  default: [],
  maxItems: 10,
  of: {
    kind: "object",
    fields: {
      nodeName: { ...CONSUL_NAME, required: true },
      nodeRanges: { kind: "list", required: true, minItems: 1, maxItems: 20, unique: true, of: { kind: "string" } },
      principalId: { kind: "string", input: true, minLength: 1, required: true },
      services: { kind: "list", required: true, minItems: 1, maxItems: 50, unique: true, of: CONSUL_NAME },
    },
  },
};

/** Everyone who asks the servers without an agent. */
export function consulApiRanges(clusters: readonly ConsulKubernetesSpec[]): string[] {
  return [...new Set(clusters.flatMap(({ nodeRanges }) => nodeRanges))];
}

/** @param others names that tokens of agents may write: what servers' and machines' names begin with */
export function checkConsulKubernetes(clusters: readonly ConsulKubernetesSpec[], others: readonly string[]): Finding[] {
  return clusters.flatMap(({ nodeName, nodeRanges }, index): Finding[] => {
    const at = `kubernetes[${index}]`;
    const other = others.find((prefix) => nodeName.startsWith(prefix.toLowerCase()));
    return [
      ...nodeRanges.flatMap((range, position) => checkRange(range, `${at}.nodeRanges[${position}]`)),
      ...(clusters.findIndex((cluster) => cluster.nodeName === nodeName) === index
        ? []
        : [
            {
              rule: "unique",
              path: `${at}.nodeName`,
              seen: JSON.stringify(nodeName),
              allowed: "a name that no other cluster has: each one takes away what it doesn't know on its node",
              fix: "Give each cluster a name of its own.",
            },
          ]),
      ...(other === undefined
        ? []
        : [
            {
              rule: "consul-node-prefix",
              path: `${at}.nodeName`,
              seen: `${JSON.stringify(nodeName)}, which begins like the names of agents (${other}…)`,
              allowed: "a name that no agent's token may write",
              fix: "Give it another name.",
            },
          ]),
    ];
  });
}

function checkRange(range: string, path: string): Finding[] {
  if (isCanonicalCidr(range) && parseCidr(range) !== undefined) return [];
  return [
    {
      rule: "cidr",
      path,
      seen: JSON.stringify(range),
      allowed:
        "an IPv4 range by its first address, such as 10.20.0.0/22: Consul itself refuses others, and knows no service tags",
      fix: "Name the range of the nodes' subnet.",
    },
  ];
}
