import { durationOutside, single } from "../rule-helpers";
import {
  EXTENSIONS,
  extensionsOf,
  isHealthExtension,
  type RollingUpgradePolicy,
  type ScaleSetInputs,
} from "./scale-set-inputs";

const POLICY = "upgradePolicy.rollingUpgradePolicy";
const INVALID = "InvalidParameter";

/** Azure's default of each limit. */
const DEFAULT_PERCENT = 20;

const PERCENTAGES = [
  { property: "maxBatchInstancePercent", least: 5 },
  { property: "maxUnhealthyInstancePercent", least: 5 },
  { property: "maxUnhealthyUpgradedInstancePercent", least: 0 },
] as const satisfies { property: keyof RollingUpgradePolicy; least: number }[];

function policyOf(inputs: ScaleSetInputs): RollingUpgradePolicy | undefined {
  return inputs.upgradePolicy?.mode === "Rolling" ? (inputs.upgradePolicy.rollingUpgradePolicy ?? {}) : undefined;
}

function knowsHealth(inputs: ScaleSetInputs): boolean {
  return extensionsOf(inputs).some(isHealthExtension);
}

/** How machines are updated and repaired. */
export const upgradeRules = [
  single<ScaleSetInputs>(["upgradePolicy.mode", `${EXTENSIONS}[].type`], "upgradePolicy.mode", INVALID, (inputs) =>
    policyOf(inputs) && !knowsHealth(inputs)
      ? "Rolling Upgrade mode is not supported for this Virtual Machine Scale Set because a health probe or health extension was not provided. Add the application health extension to the profile."
      : undefined,
  ),
  single<ScaleSetInputs>(["upgradePolicy"], POLICY, INVALID, ({ upgradePolicy }) =>
    upgradePolicy?.mode === "Rolling" && !upgradePolicy.rollingUpgradePolicy
      ? "An upgrade policy with the mode Rolling needs a rollingUpgradePolicy."
      : undefined,
  ),
  ...PERCENTAGES.map(({ property, least }) =>
    single<ScaleSetInputs>([`${POLICY}.${property}`], `${POLICY}.${property}`, INVALID, (inputs) => {
      const percent = policyOf(inputs)?.[property];
      return percent !== undefined && (percent < least || percent > 100)
        ? `The value ${percent} is not between ${least} and 100.`
        : undefined;
    }),
  ),
  // Azure takes such a policy and aborts every upgrade with this code: one machine that restarts is over the limit.
  single<ScaleSetInputs>(
    ["upgradePolicy", "sku.capacity"],
    `${POLICY}.maxUnhealthyInstancePercent`,
    "MaxUnhealthyInstancePercentExceededInRollingUpgrade",
    (inputs) => {
      const policy = policyOf(inputs);
      const capacity = inputs.sku?.capacity ?? 0;
      const limit = policy?.maxUnhealthyInstancePercent ?? DEFAULT_PERCENT;
      if (!policy || capacity === 0 || Math.floor((capacity * limit) / 100) >= 1) return undefined;
      return `${limit} % of ${capacity} machines rounds to 0: one machine that is being updated is ${Math.round(100 / capacity)} %, so every rolling upgrade would be aborted. At least ${Math.ceil(100 / capacity)} % is needed.`;
    },
  ),
  single<ScaleSetInputs>(["upgradePolicy"], `${POLICY}.maxSurge`, INVALID, ({ upgradePolicy }) =>
    upgradePolicy?.rollingUpgradePolicy?.maxSurge && upgradePolicy.automaticOSUpgradePolicy?.enableAutomaticOSUpgrade
      ? "Flexible scale sets take maxSurge and automatic OS image upgrades only one without the other."
      : undefined,
  ),
  single<ScaleSetInputs>(
    ["automaticRepairsPolicy.enabled", `${EXTENSIONS}[].type`],
    "automaticRepairsPolicy",
    INVALID,
    (inputs) =>
      inputs.automaticRepairsPolicy?.enabled && !knowsHealth(inputs)
        ? "Automatic repairs not supported for this Virtual Machine Scale Set because a health probe or health extension was not specified. Add the application health extension to the profile."
        : undefined,
  ),
  single<ScaleSetInputs>(
    ["automaticRepairsPolicy.gracePeriod"],
    "automaticRepairsPolicy.gracePeriod",
    INVALID,
    ({ automaticRepairsPolicy }) => durationOutside(automaticRepairsPolicy?.gracePeriod, "PT10M", "PT90M"),
  ),
];
