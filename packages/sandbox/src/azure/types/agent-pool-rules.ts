import type { RuleFinding } from "../resource-type";

/** What AKS reads of a pool, inside a cluster or by itself. */
export interface PoolInputs {
  name?: string;
  agentPoolName?: string;
  mode?: string;
  osType?: string;
  osSKU?: string;
  type?: string;
  vmSize?: string;
  count?: number;
  minCount?: number;
  maxCount?: number;
  enableAutoScaling?: boolean;
  enableFIPS?: boolean;
  maxPods?: number;
  osDiskType?: string;
  scaleSetPriority?: string;
  nodeTaints?: string[];
  vnetSubnetID?: string;
  orchestratorVersion?: string;
  upgradeSettings?: { maxSurge?: string; drainTimeoutInMinutes?: number; nodeSoakDurationInMinutes?: number };
}

/** The paths that the rules read, below the pool's own. */
export const POOL_READS: readonly (keyof PoolInputs)[] = [
  "mode",
  "osType",
  "osSKU",
  "type",
  "vmSize",
  "count",
  "minCount",
  "maxCount",
  "enableAutoScaling",
  "enableFIPS",
  "maxPods",
  "nodeTaints",
  "orchestratorVersion",
  "scaleSetPriority",
  "upgradeSettings",
];

interface PoolRule {
  property: keyof PoolInputs;
  /** Azure's own code, where a public source names one. */
  code?: string;
  problem: (pool: PoolInputs, name: string) => string | false | undefined;
}

const isWindows = ({ osType }: PoolInputs): boolean => osType === "Windows";
const outside = (value: number | undefined, least: number, most: number): boolean =>
  value !== undefined && (value < least || value > most);

const RULES: readonly PoolRule[] = [
  {
    property: "name",
    code: "InvalidParameter",
    problem: (pool, name) => {
      const most = isWindows(pool) ? 6 : 12;
      return (
        !new RegExp(`^[a-z][a-z0-9]{0,${most - 1}}$`).test(name) &&
        `The ${isWindows(pool) ? "Windows" : "Linux"} agent pool name '${name}' must start with a lowercase letter and have 1 to ${most} lowercase letters and digits.`
      );
    },
  },
  {
    property: "mode",
    problem: (pool) =>
      isWindows(pool) &&
      pool.mode === "System" &&
      "A System agent pool must run Linux; Windows agent pools are User pools.",
  },
  {
    property: "osSKU",
    problem: (pool, name) =>
      isWindows(pool) &&
      ["Windows2019", "WindowsAnnual"].includes(pool.osSKU ?? "") &&
      `The OS SKU ${pool.osSKU} of agent pool '${name}' is retired. Use Windows2022 or Windows2025.`,
  },
  {
    property: "osSKU",
    problem: ({ osType = "Linux", osSKU }) =>
      osSKU !== undefined &&
      osSKU.startsWith("Windows") !== (osType === "Windows") &&
      `The OS SKU ${osSKU} doesn't go with the OS type ${osType}.`,
  },
  {
    property: "enableFIPS",
    problem: ({ osSKU, enableFIPS }) =>
      osSKU === "Windows2025" && enableFIPS !== true && "Windows2025 agent pools need enableFIPS: true.",
  },
  {
    property: "osSKU",
    problem: ({ osSKU, orchestratorVersion }) => {
      const minor = Number(orchestratorVersion?.split(".")[1] ?? NaN);
      const isWrong = (osSKU === "Windows2022" && minor > 36) || (osSKU === "Windows2025" && minor < 32);
      return isWrong && `The OS SKU ${osSKU} is not supported on Kubernetes ${orchestratorVersion}.`;
    },
  },
  {
    property: "type",
    problem: ({ type = "VirtualMachineScaleSets", osType }) =>
      (type === "AvailabilitySet" || (type === "VirtualMachines" && osType === "Windows")) &&
      `Agent pools of type ${type} are not supported${type === "AvailabilitySet" ? " since 30 September 2025" : " with Windows"}.`,
  },
  {
    property: "vmSize",
    problem: (pool) =>
      isWindows(pool) && /^standard_[a-z]+\d+(-\d+)?p/i.test(pool.vmSize ?? "") && "ARM sizes run Linux only.",
  },
  {
    property: "vmSize",
    problem: ({ mode, vmSize = "" }) =>
      mode === "System" &&
      (/^standard_b\d/i.test(vmSize) || Number(/^standard_[a-z]+(\d+)/i.exec(vmSize)?.[1] ?? 4) < 4) &&
      `The size ${vmSize} can't be used in a System agent pool: it needs at least 4 processors and no burstable ones.`,
  },
  {
    property: "count",
    problem: ({ count, mode }) =>
      outside(count, mode === "System" ? 1 : 0, 1000) &&
      `An agent pool has ${mode === "System" ? 1 : 0} to 1000 nodes, not ${count}.`,
  },
  {
    property: "minCount",
    problem: ({ enableAutoScaling, minCount, maxCount, count = 1 }) => {
      if (!enableAutoScaling)
        return (minCount ?? maxCount) !== undefined && "minCount and maxCount need enableAutoScaling: true.";
      if (minCount === undefined || maxCount === undefined)
        return "An autoscaled agent pool needs minCount and maxCount.";
      return (
        !(minCount <= count && count <= maxCount) &&
        `count ${count} is not between minCount ${minCount} and maxCount ${maxCount}.`
      );
    },
  },
  {
    property: "maxPods",
    problem: ({ maxPods }) => outside(maxPods, 10, 250) && `maxPods is 10 to 250, not ${maxPods}.`,
  },
  {
    property: "nodeTaints",
    problem: ({ nodeTaints = [] }) =>
      nodeTaints.some(
        (taint) => !/^[A-Za-z0-9./_-]+(=[A-Za-z0-9._-]*)?:(NoSchedule|NoExecute|PreferNoSchedule)$/.test(taint),
      ) && "A taint is written key=value:NoSchedule, :NoExecute or :PreferNoSchedule.",
  },
  {
    property: "upgradeSettings",
    problem: ({ scaleSetPriority, upgradeSettings = {} }) => {
      const { maxSurge, drainTimeoutInMinutes, nodeSoakDurationInMinutes } = upgradeSettings;
      if (scaleSetPriority === "Spot" && maxSurge !== undefined) return "A Spot agent pool takes no maxSurge.";
      if (maxSurge !== undefined && !/^\d+%?$/.test(maxSurge))
        return `maxSurge is a number or a percentage, not ${maxSurge}.`;
      if (outside(drainTimeoutInMinutes, 1, 1440))
        return `drainTimeoutInMinutes is 1 to 1440, not ${drainTimeoutInMinutes}.`;
      return (
        outside(nodeSoakDurationInMinutes, 0, 30) &&
        `nodeSoakDurationInMinutes is 0 to 30, not ${nodeSoakDurationInMinutes}.`
      );
    },
  },
];

/** @param at where the pool stands in the inputs, with a dot behind it; empty for a pool by itself */
export function poolFindings(pool: PoolInputs, at: string, nameProperty: "name" | "agentPoolName"): RuleFinding[] {
  const name = pool[nameProperty] ?? "";
  return RULES.flatMap(({ property, code = "InvalidParameter", problem }): RuleFinding[] => {
    const message = problem(pool, name);
    return message ? [{ path: `${at}${property === "name" ? nameProperty : property}`, code, message }] : [];
  });
}
