import { isCanonicalCidr, overlaps, parseCidr, contains } from "@windows-ha/spec";
import type { InputRule } from "../resource-type";
import { single } from "../rule-helpers";
import { poolFindings, POOL_READS, type PoolInputs } from "./agent-pool-rules";
import { passwordProblem, userNameProblem } from "./machine-credentials";

export interface ManagedClusterInputs {
  resourceName?: string;
  dnsPrefix?: string;
  kubernetesVersion?: string;
  agentPoolProfiles?: PoolInputs[];
  identity?: { type?: string; userAssignedIdentities?: string[] };
  aadProfile?: { managed?: boolean };
  disableLocalAccounts?: boolean;
  windowsProfile?: { adminUsername?: string; adminPassword?: string };
  apiServerAccessProfile?: { authorizedIPRanges?: string[]; enablePrivateCluster?: boolean };
  networkProfile?: {
    networkPlugin?: string;
    networkPluginMode?: string;
    networkPolicy?: string;
    networkDataplane?: string;
    outboundType?: string;
    podCidr?: string;
    serviceCidr?: string;
    dnsServiceIP?: string;
  };
  securityProfile?: { workloadIdentity?: { enabled?: boolean } };
  oidcIssuerProfile?: { enabled?: boolean };
}

type Inputs = ManagedClusterInputs;

const rule = (
  path: string,
  reads: readonly string[],
  problem: (inputs: Inputs) => string | false | undefined,
): InputRule<Inputs> => single<Inputs>(reads, path, "InvalidParameter", problem);

const pools: InputRule<Inputs> = {
  reads: ["name", ...POOL_READS].map((property) => `agentPoolProfiles[].${property}`),
  check: ({ agentPoolProfiles = [] }) => [
    ...agentPoolProfiles.flatMap((pool, index) => poolFindings(pool, `agentPoolProfiles[${index}].`, "name")),
    ...(agentPoolProfiles.some(
      ({ mode, osType = "Linux", count = 1 }) => mode === "System" && osType === "Linux" && count > 0,
    )
      ? []
      : [
          {
            path: "agentPoolProfiles",
            code: "InvalidParameter",
            message: "A managed cluster needs at least one System agent pool with Linux and at least one node.",
          },
        ]),
  ],
};

const NETWORK = "networkProfile";
const ACCESS = "apiServerAccessProfile";

/** Ranges that AKS keeps for itself (azure-aks-docs, concepts-network-ip-address-planning.md). */
const RESERVED = ["169.254.0.0/16", "172.30.0.0/16", "172.31.0.0/16", "192.0.2.0/24"];

function rangeProblem(range: string | undefined, others: readonly (string | undefined)[]): string | false {
  if (range === undefined) return false;
  if (!isCanonicalCidr(range)) return `${range} is not a range by its first address, such as 10.244.0.0/16.`;
  const clash = [...RESERVED, ...others].find(
    (other) => other !== undefined && isCanonicalCidr(other) && overlaps(parseCidr(range)!, parseCidr(other)!),
  );
  return clash !== undefined && `${range} overlaps ${clash}.`;
}

/** What AKS says against a cluster by its declaration alone. */
export const managedClusterRules: readonly InputRule<Inputs>[] = [
  rule(
    "resourceName",
    ["resourceName"],
    ({ resourceName = "" }) =>
      !/^[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$/.test(resourceName) &&
      `The cluster name ${resourceName} must have 1 to 63 letters, digits, underscores and hyphens, a letter or digit first and last.`,
  ),
  rule(
    "dnsPrefix",
    ["dnsPrefix"],
    ({ dnsPrefix }) =>
      dnsPrefix !== undefined &&
      !/^[A-Za-z0-9]([A-Za-z0-9-]{0,52}[A-Za-z0-9])?$/.test(dnsPrefix) &&
      `The DNS prefix ${dnsPrefix} must have 1 to 54 letters, digits and hyphens, a letter or digit first and last.`,
  ),
  rule(
    "kubernetesVersion",
    ["kubernetesVersion"],
    ({ kubernetesVersion }) =>
      kubernetesVersion !== undefined &&
      !/^1\.\d{2}(\.\d+)?$/.test(kubernetesVersion) &&
      `${kubernetesVersion} is no version of Kubernetes.`,
  ),
  pools,
  rule(
    "disableLocalAccounts",
    ["disableLocalAccounts", "aadProfile.managed"],
    ({ disableLocalAccounts, aadProfile }) =>
      disableLocalAccounts &&
      aadProfile?.managed !== true &&
      "Local accounts can be disabled only with a managed Microsoft Entra integration (aadProfile.managed).",
  ),
  rule(
    "securityProfile.workloadIdentity",
    ["securityProfile.workloadIdentity.enabled", "oidcIssuerProfile.enabled"],
    ({ securityProfile, oidcIssuerProfile }) =>
      securityProfile?.workloadIdentity?.enabled &&
      oidcIssuerProfile?.enabled !== true &&
      "Workload identity needs oidcIssuerProfile.enabled.",
  ),
  rule(
    "windowsProfile.adminUsername",
    ["windowsProfile.adminUsername"],
    ({ windowsProfile }) => windowsProfile !== undefined && userNameProblem(windowsProfile.adminUsername ?? ""),
  ),
  rule(
    "windowsProfile.adminPassword",
    ["windowsProfile.adminPassword"],
    ({ windowsProfile }) =>
      windowsProfile !== undefined &&
      (passwordProblem(windowsProfile.adminPassword) ||
        (windowsProfile.adminPassword!.length < 14 &&
          "The Windows password of a managed cluster has at least 14 characters.")),
  ),
  rule(
    `${ACCESS}.authorizedIPRanges`,
    [`${ACCESS}.authorizedIPRanges`, `${ACCESS}.enablePrivateCluster`],
    ({ apiServerAccessProfile: access }) => {
      const ranges = access?.authorizedIPRanges ?? [];
      if (access?.enablePrivateCluster && ranges.length > 0) return "A private cluster takes no authorized IP ranges.";
      if (ranges.length > 200) return `At most 200 authorized IP ranges are taken, not ${ranges.length}.`;
      const wrong = ranges.find((range) => parseCidr(range) === undefined);
      return wrong !== undefined && `${wrong} is no IPv4 address or range.`;
    },
  ),
  rule(
    NETWORK,
    [
      `${NETWORK}.networkPlugin`,
      `${NETWORK}.networkPluginMode`,
      `${NETWORK}.networkDataplane`,
      `${NETWORK}.networkPolicy`,
      "agentPoolProfiles[].osType",
    ],
    networkProblem,
  ),
  rule(`${NETWORK}.podCidr`, [`${NETWORK}.podCidr`], ({ networkProfile }) => rangeProblem(networkProfile?.podCidr, [])),
  rule(
    `${NETWORK}.serviceCidr`,
    [`${NETWORK}.serviceCidr`, `${NETWORK}.podCidr`, `${NETWORK}.dnsServiceIP`],
    ({ networkProfile = {} }) => {
      const { serviceCidr, dnsServiceIP, podCidr } = networkProfile;
      if ((serviceCidr === undefined) !== (dnsServiceIP === undefined))
        return "serviceCidr and dnsServiceIP are given both or not at all.";
      if (serviceCidr === undefined) return false;
      const range = rangeProblem(serviceCidr, [podCidr]);
      if (range) return range;
      const services = parseCidr(serviceCidr)!;
      if (services.prefixLength <= 12) return `${serviceCidr} must be smaller than /12.`;
      const dns = parseCidr(dnsServiceIP!);
      return (
        (!dns || !contains(services, dns) || dns.first === services.first) &&
        `dnsServiceIP ${dnsServiceIP} must lie in ${serviceCidr}, and not be its first address.`
      );
    },
  ),
];

function networkProblem({ networkProfile = {}, agentPoolProfiles = [] }: Inputs): string | false {
  const { networkPlugin = "kubenet", networkPluginMode, networkDataplane, networkPolicy } = networkProfile;
  if (networkPluginMode === "overlay" && networkPlugin !== "azure")
    return "networkPluginMode overlay needs networkPlugin azure.";
  if (networkPolicy === "cilium" && networkDataplane !== "cilium")
    return "networkPolicy cilium needs networkDataplane cilium.";
  if (networkDataplane === "cilium" && networkPolicy === "calico")
    return "networkDataplane cilium takes no networkPolicy calico.";
  const hasWindows = agentPoolProfiles.some(({ osType }) => osType === "Windows");
  return hasWindows && windowsNetworkProblem(networkProfile);
}

/** Windows nodes have Azure CNI and nothing else. */
export function windowsNetworkProblem({
  networkPlugin = "kubenet",
  networkDataplane,
  networkPolicy,
}: NonNullable<Inputs["networkProfile"]>): string | false {
  if (networkPlugin !== "azure") return `Windows agent pools need networkPlugin azure, not ${networkPlugin}.`;
  if (networkDataplane === "cilium" || networkPolicy === "cilium")
    return "Windows agent pools are not supported with Cilium.";
  return networkPolicy === "azure" && "Azure Network Policy Manager takes no new clusters with Windows agent pools.";
}
