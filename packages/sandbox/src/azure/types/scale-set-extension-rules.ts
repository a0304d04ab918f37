import type { InputRule, RuleFinding } from "../resource-type";
import { durationOutside, single } from "../rule-helpers";
import {
  EXTENSIONS,
  PROFILE,
  extensionsOf,
  isHealthExtension,
  type Extension,
  type ScaleSetInputs,
} from "./scale-set-inputs";

const INVALID = "InvalidParameter";

/** A rule about extensions, one by one. */
function extensionRule(
  properties: (keyof Extension)[],
  check: (extension: Extension, others: Extension[]) => Partial<RuleFinding> | undefined,
): InputRule<ScaleSetInputs> {
  return {
    reads: properties.map((property) => `${EXTENSIONS}[].${property}`),
    check: (inputs) => {
      const extensions = extensionsOf(inputs);
      return extensions.flatMap((extension, index): RuleFinding[] => {
        const found = check(extension, extensions.slice(0, index));
        if (!found) return [];
        const path = `${EXTENSIONS}[${index}]${found.path ? `.${found.path}` : ""}`;
        return [{ code: found.code ?? INVALID, message: found.message ?? "", path }];
      });
    },
  };
}

const oneOfEachName = extensionRule(["name"], ({ name }, earlier) =>
  earlier.some((other) => other.name?.toLowerCase() === name?.toLowerCase())
    ? { path: "name", message: `Two extensions have the name ${name}.` }
    : undefined,
);

const oneOfEachType = extensionRule(["publisher", "type"], ({ publisher, type }, earlier) =>
  earlier.some((other) => other.publisher === publisher && other.type === type)
    ? {
        path: "type",
        code: "BadRequest",
        message: `Multiple VMExtensions per handler not supported for OS type 'Windows'. VMExtension with handler '${publisher}.${type}' already added or specified in input.`,
      }
    : undefined,
);

/** A custom script's keys; each may stand in one of the two settings only. */
const SCRIPT_KEYS = ["commandToExecute", "fileUris"];

/** What is wrong with one extension, in a scale set's profile or as a machine's own. */
export type ExtensionCheck = (extension: Extension) => Partial<RuleFinding> | undefined;

export const checkCustomScript: ExtensionCheck = (extension) => {
  if (extension.type !== "CustomScriptExtension") return undefined;
  const { settings = {}, protectedSettings = {} } = extension;
  const twice = SCRIPT_KEYS.find((key) => key in settings && key in protectedSettings);
  if (twice) return { path: "settings", message: `${twice} stands in both settings and protectedSettings.` };
  if (!("commandToExecute" in settings) && !("commandToExecute" in protectedSettings)) {
    return { path: "protectedSettings", message: "A custom script needs commandToExecute (case-sensitive)." };
  }
  if ("managedIdentity" in settings) {
    return { path: "settings.managedIdentity", message: "managedIdentity may stand in protectedSettings only." };
  }
  return undefined;
};

interface HealthSettings {
  protocol?: string;
  port?: number;
  requestPath?: string;
  intervalInSeconds?: number;
  numberOfProbes?: number;
  gracePeriod?: number;
}

const RANGES = [
  { property: "intervalInSeconds", least: 5, most: 60 },
  { property: "numberOfProbes", least: 1, most: 24 },
  { property: "gracePeriod", least: 0, most: 14400 },
] as const;

export const checkHealth: ExtensionCheck = (extension) => {
  if (!isHealthExtension(extension)) return undefined;
  const settings = (extension.settings ?? {}) as HealthSettings;
  const protocol = settings.protocol?.toLowerCase() ?? "";
  const message = !["http", "https", "tcp"].includes(protocol)
    ? `The health extension's protocol is http, https or tcp, not ${JSON.stringify(settings.protocol)}.`
    : protocol === "tcp" && (settings.port === undefined || settings.requestPath !== undefined)
      ? "A tcp health check needs a port and no requestPath."
      : protocol !== "tcp" && !settings.requestPath
        ? `An ${protocol} health check needs a requestPath.`
        : RANGES.flatMap(({ property, least, most }) => {
            const value = settings[property];
            const isOutside = value !== undefined && (value < least || value > most);
            return isOutside ? [`The health extension's ${property} is ${least} to ${most}, not ${value}.`] : [];
          })[0];
  return message === undefined ? undefined : { path: "settings", message };
};

const order: InputRule<ScaleSetInputs> = {
  reads: [`${EXTENSIONS}[].name`, `${EXTENSIONS}[].provisionAfterExtensions`],
  check: (inputs) => {
    const waiting = new Map(
      extensionsOf(inputs).map(({ name, provisionAfterExtensions }) => [name ?? "", provisionAfterExtensions ?? []]),
    );
    const missing = [...waiting.values()].flat().find((name) => !waiting.has(name));
    if (missing !== undefined) {
      const message = `provisionAfterExtensions names ${missing}, which the profile doesn't have.`;
      return [{ path: EXTENSIONS, code: INVALID, message }];
    }
    // Takes away what waits for nothing until nothing is left, or only circles.
    for (let ready = [""]; ready.length > 0;) {
      ready = [...waiting].filter(([, after]) => !after.some((name) => waiting.has(name))).map(([name]) => name);
      for (const name of ready) waiting.delete(name);
    }
    if (waiting.size === 0) return [];
    return [
      {
        path: EXTENSIONS,
        code: INVALID,
        message: `These extensions wait for each other: ${[...waiting.keys()].join(", ")}.`,
      },
    ];
  },
};

const timeBudget = single<ScaleSetInputs>(
  [`${PROFILE}.extensionProfile.extensionsTimeBudget`],
  `${PROFILE}.extensionProfile.extensionsTimeBudget`,
  INVALID,
  ({ virtualMachineProfile: profile }) =>
    durationOutside(profile?.extensionProfile?.extensionsTimeBudget, "PT15M", "PT120M"),
);

/** What the machines' extensions must be like. */
export const extensionRules = [
  oneOfEachName,
  oneOfEachType,
  extensionRule(["type", "settings", "protectedSettings"], checkCustomScript),
  extensionRule(["type", "settings"], checkHealth),
  order,
  timeBudget,
];
