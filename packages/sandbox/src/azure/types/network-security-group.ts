import { checkOverlappingSources, type SecurityRuleInputs } from "@windows-ha/spec";
import { AzureError } from "../azure-error";
import { missingReference } from "../references";
import { defineType, type InputRule, type RuleFinding } from "../resource-type";

interface NetworkSecurityGroup {
  securityRules?: SecurityRuleInputs[];
}

const PRIORITIES = { lowest: 100, highest: 4096 };

const priorityRange: InputRule<NetworkSecurityGroup> = {
  reads: ["securityRules[].priority"],
  check: ({ securityRules = [] }) =>
    securityRules.flatMap(({ priority }, index) =>
      priority === undefined || (priority >= PRIORITIES.lowest && priority <= PRIORITIES.highest)
        ? []
        : [
            {
              path: `securityRules[${index}].priority`,
              code: "SecurityRuleInvalidPriority",
              message: `Security rule has invalid Priority. Value provided: ${priority}. Allowed range ${PRIORITIES.lowest}-${PRIORITIES.highest}.`,
            },
          ],
    ),
};

const priorityOnce: InputRule<NetworkSecurityGroup> = {
  reads: ["securityRules[].priority", "securityRules[].direction", "securityRules[].name"],
  check: ({ securityRules = [] }) =>
    securityRules.flatMap((rule, index): RuleFinding[] => {
      const earlier = securityRules
        .slice(0, index)
        .find((other) => other.priority === rule.priority && other.direction === rule.direction);
      if (!earlier) return [];
      return [
        {
          path: `securityRules[${index}].priority`,
          code: "SecurityRuleConflict",
          message: `Security rule ${rule.name} conflicts with rule ${earlier.name}. Rules cannot have the same Priority and Direction (${rule.priority}, ${rule.direction}).`,
        },
      ];
    }),
};

/** Of each group of properties exactly one may, and must, be given. */
const SIDES: (keyof SecurityRuleInputs)[][] = [
  ["sourceAddressPrefix", "sourceAddressPrefixes", "sourceApplicationSecurityGroups"],
  ["destinationAddressPrefix", "destinationAddressPrefixes", "destinationApplicationSecurityGroups"],
  ["sourcePortRange", "sourcePortRanges"],
  ["destinationPortRange", "destinationPortRanges"],
];

const oneWordPerSide: InputRule<NetworkSecurityGroup> = {
  reads: SIDES.flat().map((name) => `securityRules[].${name}`),
  check: ({ securityRules = [] }) =>
    securityRules.flatMap((rule, index) =>
      SIDES.flatMap((names): RuleFinding[] => {
        const given = names.filter((name) => rule[name] !== undefined && (rule[name] as unknown[]).length !== 0);
        if (given.length === 1) return [];
        const seen = given.length === 0 ? "none is given" : `${given.join(" and ")} are given`;
        return [
          {
            path: `securityRules[${index}]`,
            code: "InvalidParameter",
            message: `Security rule ${rule.name} needs exactly one of ${names.join(", ")}; ${seen}.`,
          },
        ];
      }),
    ),
};

/** The plural fields take addresses and ranges; a service tag stands alone in the singular one. */
const PREFIX_LISTS = ["sourceAddressPrefixes", "destinationAddressPrefixes"] as const;

const tagsAlone: InputRule<NetworkSecurityGroup> = {
  reads: PREFIX_LISTS.map((name) => `securityRules[].${name}`),
  check: ({ securityRules = [] }) =>
    securityRules.flatMap((rule, index) =>
      PREFIX_LISTS.flatMap((name) =>
        (rule[name] ?? [])
          .filter((prefix) => /^[a-z*]/i.test(prefix) && !prefix.includes(":"))
          .map((prefix) => ({
            path: `securityRules[${index}].${name}`,
            code: "SecurityRuleParameterContainsUnsupportedValue",
            message: `Security rule parameter ${name} for rule with Id ${rule.name} cannot specify existing VIRTUALNETWORK, INTERNET, AZURELOADBALANCER, '*' or system tags. Unsupported value used: ${prefix}.`,
          })),
      ),
    ),
};

const rangesApart: InputRule<NetworkSecurityGroup> = {
  reads: PREFIX_LISTS.map((name) => `securityRules[].${name}`),
  check: ({ securityRules = [] }) =>
    securityRules.flatMap((rule, index) =>
      PREFIX_LISTS.flatMap((name) => {
        const overlapping = checkOverlappingSources(rule[name] ?? [], `securityRules[${index}].${name}`);
        if (overlapping.length === 0) return [];
        return [
          {
            path: overlapping[0]!.path,
            code: "OverlappingSubnetsNotPermittedInSecurityRule",
            message: `Security rule parameter ${name} for rule with Id ${rule.name} cannot contain overlapping subnets: ${overlapping.map(({ seen }) => seen).join("; ")}.`,
          },
        ];
      }),
    ),
};

const PORT_PROPERTIES = [
  "sourcePortRange",
  "destinationPortRange",
  "sourcePortRanges",
  "destinationPortRanges",
] as const satisfies (keyof SecurityRuleInputs)[];

const portRanges: InputRule<NetworkSecurityGroup> = {
  reads: PORT_PROPERTIES.map((name) => `securityRules[].${name}`),
  check: ({ securityRules = [] }) =>
    securityRules.flatMap((rule, index) =>
      PORT_PROPERTIES.flatMap((name) =>
        [rule[name] ?? []].flat().flatMap((range): RuleFinding[] =>
          isPortRange(range)
            ? []
            : [
                {
                  path: `securityRules[${index}].${name}`,
                  code: "SecurityRuleInvalidPortRange",
                  message: `Security rule has invalid Port range. Value provided: ${range}. Value should be an integer OR integer range with '-' delimiter. Valid range 0-65535.`,
                },
              ],
        ),
      ),
    ),
};

function isPortRange(range: string): boolean {
  if (range === "*") return true;
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(range);
  if (!match) return false;
  const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
  return first <= last && last <= 65535;
}

export const networkSecurityGroup = defineType<NetworkSecurityGroup>({
  token: "azure-native:network:NetworkSecurityGroup",
  armType: "Microsoft.Network/networkSecurityGroups",
  path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}",
  autoName: "random",
  location: "inherited",
  replaceOn: [],
  subResources: ["securityRules"],
  rules: [priorityRange, priorityOnce, oneWordPerSide, tagsAlone, rangesApart, portRanges],
  refusePlacement: ({ id, inputs, store }) => {
    const { securityRules = [] } = inputs as NetworkSecurityGroup;
    const groups = securityRules.flatMap((rule) => [
      ...(rule.sourceApplicationSecurityGroups ?? []),
      ...(rule.destinationApplicationSecurityGroups ?? []),
    ]);
    return missingReference(
      store,
      id,
      groups.map((group) => group.id),
    );
  },
  refuseDeletion: (group, users) =>
    new AzureError(
      "InUseNetworkSecurityGroupCannotBeDeleted",
      `Network security group ${group.id} cannot be deleted because it is in use by the following resources: ${users.map((user) => user.id).join(", ")}. In order to delete the Network security group, remove the association with the resource(s). To learn how to do this, see aka.ms/deletensg.`,
    ),
});
