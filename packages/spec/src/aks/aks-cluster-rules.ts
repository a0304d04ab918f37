import { parseCidr } from "../cidr";
import { DEFAULTS } from "../defaults";
import { isDeferred } from "../deferred";
import type { Finding } from "../finding";
import { AKS_CLUSTER_FIELDS, type AksClusterSpec, type SystemPoolSpec } from "./aks-cluster";
import { checkAksNetwork } from "./aks-network";
import { isPatchVersion, minorVersion } from "./kubernetes-version";
import { checkSystemSize } from "./node-size";
import { surgeNodes } from "./node-surge";

/** What the shape can't say about a cluster; nothing of it holds for one that is there already. */
export function checkAksCluster(spec: AksClusterSpec, prefix: string): Finding[] {
  if (spec.existing) return [];
  const { systemPool } = spec;
  return [
    ...checkVersion(spec, prefix),
    ...checkLeastVersion(spec.kubernetesVersion, `${prefix}kubernetesVersion`),
    ...checkChannels(spec, `${prefix}nodeImageChannel`),
    ...checkSystemSize(systemPool.size, `${prefix}systemPool.size`),
    ...checkSystemCount(systemPool, `${prefix}systemPool.maximum`),
    ...checkApiServer(spec.apiServer, `${prefix}apiServer.allowFrom`),
    ...checkAksNetwork(spec.network, `${prefix}network.`, { nodes: mostNodes(systemPool) }),
    ...checkRegistryNames(spec.registries, `${prefix}registries`),
  ];
}

/** With those that an upgrade adds. */
export function mostNodes({ count, maximum = count }: { count: number; maximum?: number }): number {
  return maximum + surgeNodes(DEFAULTS.aks.cluster.systemPool.maxSurge, maximum);
}

/** A version that a channel moves on would be set back by the next update, which Azure refuses. */
function checkVersion({ kubernetesVersion, upgradeChannel }: AksClusterSpec, prefix: string): Finding[] {
  if (kubernetesVersion === undefined) return [];
  const movesMinor = upgradeChannel === "stable" || upgradeChannel === "rapid";
  const movesPatch = upgradeChannel === "patch" && isPatchVersion(kubernetesVersion);
  if (!movesMinor && !movesPatch) return [];
  return [
    {
      rule: "upgrade-channel",
      path: `${prefix}kubernetesVersion`,
      seen: `${JSON.stringify(kubernetesVersion)}, with upgradeChannel ${JSON.stringify(upgradeChannel)}`,
      allowed: movesMinor
        ? "no version with this channel, which moves it"
        : 'a minor version such as "1.35" with this channel, which moves the patch level',
      fix: movesMinor
        ? `Leave ${prefix}kubernetesVersion out, or take upgradeChannel "patch".`
        : `Write ${prefix}kubernetesVersion without its last part.`,
    },
  ];
}

/** The first minor version whose nodes wait before a stop without a program of their own (Kubernetes, PodLifecycleSleepAction). */
const LEAST_MINOR = 30;

function checkLeastVersion(version: string | undefined, path: string): Finding[] {
  const minor = minorVersion(version);
  if (minor === undefined || minor >= LEAST_MINOR) return [];
  return [
    {
      rule: "kubernetes-version",
      path,
      seen: JSON.stringify(version),
      allowed: `1.${LEAST_MINOR} or later: pods of earlier ones can't serve on before they stop`,
      fix: "Leave it out for the region's version.",
    },
  ];
}

/** Azure ties the two together (azure-aks-docs, auto-upgrade-cluster.md). */
function checkChannels({ upgradeChannel, nodeImageChannel }: AksClusterSpec, path: string): Finding[] {
  if (upgradeChannel !== "node-image" || nodeImageChannel === "NodeImage") return [];
  return [
    {
      rule: "upgrade-channel",
      path,
      seen: `${JSON.stringify(nodeImageChannel)}, with upgradeChannel "node-image"`,
      allowed: '"NodeImage" with this channel, which is the same thing',
      fix: `Leave ${path} out, or take another upgradeChannel.`,
    },
  ];
}

function checkSystemCount({ count, maximum }: SystemPoolSpec, path: string): Finding[] {
  if (maximum === undefined || maximum >= count) return [];
  return [
    {
      rule: "pool-size",
      path,
      seen: String(maximum),
      allowed: `at least count (${count})`,
      fix: "Raise it, or leave it out.",
    },
  ];
}

function checkApiServer({ private: isPrivate, allowFrom }: AksClusterSpec["apiServer"], path: string): Finding[] {
  if (isPrivate && allowFrom.length > 0) {
    return [
      {
        rule: "api-server-access",
        path,
        seen: "given, with private",
        allowed: "nothing beside private: such an API server has no public address",
        fix: "Remove apiServer.allowFrom, or apiServer.private.",
      },
    ];
  }
  return allowFrom.flatMap((source, index): Finding[] => {
    if (isDeferred(source) || parseCidr(String(source)) !== undefined) return [];
    return [
      {
        rule: "api-server-access",
        path: `${path}[${index}]`,
        seen: JSON.stringify(source),
        allowed: "an IPv4 address or range that clients come from, such as 203.0.113.7 or 203.0.113.0/24",
        fix: "Write the public address of whoever uses kubectl or Pulumi.",
      },
    ];
  });
}

function checkRegistryNames(registries: readonly { name: string }[], path: string): Finding[] {
  return registries.flatMap(({ name }, index): Finding[] =>
    registries.findIndex((other) => other.name === name) === index
      ? []
      : [
          {
            rule: "unique",
            path: `${path}[${index}].name`,
            seen: JSON.stringify(name),
            allowed: "a name used once: roles are told apart by it",
            fix: "Give it another name.",
          },
        ],
  );
}

/** What is said about a new cluster has no meaning for one that is there. */
export function checkExistingCluster(given: Readonly<Record<string, unknown>> | undefined, prefix: string): Finding[] {
  if ((given?.["existing"] ?? undefined) === undefined) return [];
  return Object.keys(AKS_CLUSTER_FIELDS)
    .filter((name) => name !== "login" && (given![name] ?? undefined) !== undefined)
    .map((name) => ({
      rule: "existing-cluster",
      path: `${prefix}${name}`,
      seen: `given, with ${prefix}existing`,
      allowed: `nothing beside ${prefix}existing but login: who owns the cluster decides`,
      fix: `Leave ${prefix}${name} out, or ${prefix}existing.`,
    }));
}
