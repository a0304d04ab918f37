import { missingReference } from "../references";
import { defineType, type InputRule, type RuleFinding } from "../resource-type";
import { single } from "../rule-helpers";

interface Profile {
  name?: string;
  capacity?: { minimum?: string; maximum?: string; default?: string };
  rules?: { metricTrigger?: { metricResourceUri?: string } }[];
}

interface AutoscaleSettingInputs {
  targetResourceUri?: string;
  profiles?: Profile[];
}

const MOST_PROFILES = 20;
const MOST_RULES = 10;
const MOST_MACHINES = 1000;

/** Whole numbers as text, from 0 to a thousand, in order. */
const capacities: InputRule<AutoscaleSettingInputs> = {
  reads: ["profiles[].capacity"],
  check: ({ profiles = [] }) =>
    profiles.flatMap(({ capacity = {} }, index): RuleFinding[] => {
      const path = `profiles[${index}].capacity`;
      const values = [capacity.minimum, capacity.default, capacity.maximum];
      const numbers = values.map((value) => (/^\d+$/.test(value ?? "") ? Number(value) : NaN));
      if (numbers.some((value) => !(value <= MOST_MACHINES))) {
        const message = `Capacities are numbers from 0 to ${MOST_MACHINES} as text, not ${JSON.stringify(capacity)}.`;
        return [{ path, code: "InvalidProfileCapacity", message }];
      }
      const [minimum, usual, maximum] = numbers as [number, number, number];
      if (minimum <= usual && usual <= maximum) return [];
      const message = `The default capacity ${usual} must lie between the minimum ${minimum} and the maximum ${maximum}.`;
      return [{ path, code: "InvalidProfileCapacity", message }];
    }),
};

const profileNames: InputRule<AutoscaleSettingInputs> = {
  reads: ["profiles[].name"],
  check: ({ profiles = [] }) =>
    profiles.flatMap(({ name }, index): RuleFinding[] =>
      profiles.slice(0, index).some((other) => other.name === name)
        ? [{ path: `profiles[${index}].name`, code: "InvalidProfileName", message: `Two profiles are named ${name}.` }]
        : [],
    ),
};

/** The declaration alone: nothing here measures the load of machines that are processes of one computer. */
export const autoscaleSetting = defineType<AutoscaleSettingInputs>({
  token: "azure-native:monitor:AutoscaleSetting",
  armType: "Microsoft.Insights/autoscaleSettings",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Insights/autoscaleSettings/{autoscaleSettingName}",
  autoName: "random",
  location: "inherited",
  replaceOn: [],
  rules: [
    single<AutoscaleSettingInputs>(["profiles"], "profiles", "InvalidProfileCount", ({ profiles = [] }) =>
      profiles.length < 1 || profiles.length > MOST_PROFILES
        ? `An autoscale setting has 1 to ${MOST_PROFILES} profiles, not ${profiles.length}.`
        : undefined,
    ),
    single<AutoscaleSettingInputs>(["profiles[].rules"], "profiles", "InvalidRuleCount", ({ profiles = [] }) => {
      const most = Math.max(0, ...profiles.map(({ rules = [] }) => rules.length));
      return most > MOST_RULES && `A profile has at most ${MOST_RULES} rules, not ${most}.`;
    }),
    capacities,
    profileNames,
  ],
  refusePlacement: ({ id, inputs, store }) => {
    const { targetResourceUri, profiles = [] } = inputs as AutoscaleSettingInputs;
    const measured = profiles.flatMap(({ rules = [] }) => rules.map((rule) => rule.metricTrigger?.metricResourceUri));
    return missingReference(store, id, [targetResourceUri, ...measured]);
  },
});
