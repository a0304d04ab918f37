import { CONSUL_VALUE_BYTES } from "../consul/key-values";
import { isDeferred } from "../deferred";
import type { Finding } from "../finding";
import {
  CONFIGURATION_LAYERS,
  configurationPrefix,
  type ConfigurationLayer,
  type ConfigurationSpec,
} from "./configuration";
import { readFileLayer } from "./file-layer";
import { checkPlaceholders, Placeholders } from "./placeholders";
import { placeholderFinding } from "./placeholder-findings";

/** One setting, and where it comes from. */
export interface ConfigurationValue {
  key: string;
  /** Missing while it depends on what is known only during the deployment. */
  value?: string;
  /** The layer that won. */
  layer: ConfigurationLayer;
  /** Layers that say something else about it, and lost. */
  overridden: ConfigurationLayer[];
}

export interface ResolvedConfiguration {
  /** Sorted by key: the order of the arguments changes no machine. */
  values: ConfigurationValue[];
  findings: Finding[];
}

const PATH = "service.configuration";

/**
 * Every setting with the layer that wins: defaults < file < environment (S2-18). Placeholders of values that lost are
 * looked at for their form only. No value stands in a finding.
 */
export function resolveConfiguration(spec: ConfigurationSpec, path: string = PATH): ResolvedConfiguration {
  const file =
    spec.file === undefined
      ? { values: new Map<string, string>(), findings: [] }
      : readFileLayer(spec.file, `${path}.file`);
  const layers: Record<ConfigurationLayer, ReadonlyMap<string, string | undefined>> = {
    defaults: knownTexts(spec.defaults),
    file: file.values,
    environment: knownTexts(spec.environment),
  };
  const variables = knownTexts(spec.variables);
  const placeholders = new Placeholders(variables, CONSUL_VALUE_BYTES);
  const keys = [...new Set(CONFIGURATION_LAYERS.flatMap((layer) => [...layers[layer].keys()]))].sort();
  const resolved = keys.map((key) => {
    const said = CONFIGURATION_LAYERS.filter((layer) => layers[layer].has(key));
    const layer = said.at(-1)!;
    const overridden = said.slice(0, -1);
    const at = (where: ConfigurationLayer): string => `${path}.${where}[${JSON.stringify(key)}]`;
    const text = layers[layer].get(key);
    const { value, problems } = text === undefined ? { value: undefined, problems: [] } : placeholders.resolve(text);
    return {
      value: { key, ...(value === undefined ? {} : { value }), layer, overridden },
      findings: [
        ...overridden.flatMap((lost) =>
          malformed(layers[lost].get(key)).map((one) => placeholderFinding(one, at(lost))),
        ),
        ...problems.map((one) => placeholderFinding(one, at(layer))),
        ...(value === undefined ? [] : checkText(value, at(layer))),
      ],
    };
  });
  return {
    values: resolved.map(({ value }) => value),
    findings: [
      ...file.findings,
      ...[...variables].flatMap(([name, text]) =>
        malformed(text).map((one) => placeholderFinding(one, `${path}.variables[${JSON.stringify(name)}]`)),
      ),
      ...unique(resolved.flatMap(({ findings }) => findings)),
    ],
  };
}

/** Texts by key, once all are known. */
export function knownConfiguration(spec: ConfigurationSpec): Record<string, string> {
  return Object.fromEntries(
    resolveConfiguration(spec).values.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value]])),
  );
}

/** What a datacenter's store has to hold for a service: its settings below `service/<name>/`, or below their prefix. */
export function configurationValues(service: {
  name: string;
  configuration?: ConfigurationSpec;
}): Record<string, string> {
  const { configuration } = service;
  if (configuration?.store !== "consul") return {};
  const prefix = configurationPrefix(service);
  const values = Object.entries(knownConfiguration(configuration));
  return Object.fromEntries(values.map(([key, value]) => [`${prefix}/${key}`, value]));
}

const malformed = (text: string | undefined): ReturnType<typeof checkPlaceholders> =>
  text === undefined ? [] : checkPlaceholders(text);

function knownTexts(values: Readonly<Record<string, unknown>>): Map<string, string | undefined> {
  return new Map(
    Object.entries(values).map(([key, value]) => [key, isDeferred(value) ? undefined : (value as string)]),
  );
}

/** What the service couldn't be given as it is. */
function checkText(text: string, path: string): Finding[] {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > CONSUL_VALUE_BYTES) {
    return [
      {
        rule: "configuration-size",
        path,
        seen: `${bytes} bytes`,
        allowed: `at most ${CONSUL_VALUE_BYTES} bytes (512 KiB), which Consul's store takes`,
        fix: "Split it into several keys, or publish it as a file and give its address and hash here.",
      },
    ];
  }
  return text.includes("\0")
    ? [
        {
          rule: "nul-character",
          path,
          allowed: "text without a NUL character",
          fix: "Remove it: it ends a text in Windows.",
        },
      ]
    : [];
}

/** One variable that lacks makes one finding for each value that wants it, and not one for each time it is wanted. */
function unique(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, path, seen: what }) => {
    const id = JSON.stringify([rule, path, what]);
    return !seen.has(id) && seen.add(id);
  });
}
