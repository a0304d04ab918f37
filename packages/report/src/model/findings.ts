import { SWITCHOVER_MARK_SECONDS } from "@windows-ha/spec";
import { severity } from "../effects/effect";
import { listed } from "../text";
import type { ClusterChange } from "./facts";
import type { Interruption } from "./interruptions";
import type { Opening, PortChanges } from "./ports";
import type { ResourceChange } from "./resource-change";
import type { Rollout } from "./rollouts";
import { isPublic } from "./traffic";

/** Something that a reviewer should know before saying yes. */
export interface Finding {
  /** The rule's id. */
  rule: string;
  level: "error" | "warning" | "note";
  message: string;
}

/** What the rules read. */
export interface Findable {
  changes: readonly ResourceChange[];
  ports: PortChanges;
  clusters: readonly ClusterChange[];
  rollouts: readonly Rollout[];
  interruptions: readonly Interruption[];
  knowsUnchanged: boolean;
  knowsDependencies: boolean;
}

/** Types whose deletion takes data with it, and what comes back of it. */
const DATA: Readonly<Record<string, string>> = {
  "azure-native:compute:Disk": "its data is gone",
  "azure-native:storage:StorageAccount": "its data is gone after Azure's recovery period",
  "azure-native:storage:BlobContainer": "its blobs are gone after the soft-delete period, if there is one",
  "azure-native:keyvault:Vault": "its secrets are gone after the soft-delete period",
  "azure-native:sql:Database": "its data is gone",
};
/** Ports by which machines are administered. */
const ADMINISTRATION = ["22", "3389", "5985", "5986"];

type Rule = (model: Findable) => Omit<Finding, "rule">[];

const RULES: Readonly<Record<string, Rule>> = {
  refused: ({ changes }) =>
    changes
      .filter(({ effect }) => effect === "refused")
      .map(({ name, properties }) => ({
        level: "error",
        message: `Azure refuses to change ${name}: ${listed(properties.filter(({ effect }) => effect === "refused").map(({ path }) => path))}`,
      })),
  protected: ({ changes }) =>
    changes
      .filter((change) => change.protected)
      .map(({ name, action }) => ({
        level: "error",
        message: `${name} is protected: the engine refuses to ${action} it`,
      })),
  "data-loss": ({ changes }) =>
    changes
      .filter(
        ({ effect, type }) =>
          severity(effect) <= severity("replaces") && effect !== "refused" && Object.hasOwn(DATA, type),
      )
      .map(({ name, action, type }) => ({ level: "error", message: `${name} is ${PAST[action]}: ${DATA[type]}` })),
  interrupt: ({ interruptions }) =>
    interruptions.map(({ name, certainty, why }) => ({
      level: certainty === "certain" ? "error" : "warning",
      message: certainty === "certain" ? `${name} interrupts: ${why}` : `${name} may interrupt: ${why}`,
    })),
  "switchover-mark": ({ clusters }) =>
    clusters.flatMap(({ name, after, before }) => {
      const slow = Object.entries(after?.worstSeconds ?? {}).filter(([, seconds]) => seconds > SWITCHOVER_MARK_SECONDS);
      if (slow.length === 0) return [];
      const wasSlow = Object.values(before?.worstSeconds ?? {}).some((seconds) => seconds > SWITCHOVER_MARK_SECONDS);
      const faults = listed(slow.map(([fault, seconds]) => `${fault} ${seconds} s`));
      const already = wasSlow ? "; it took too long before, too" : "";
      return [
        {
          level: "warning",
          message: `${name}: a switchover takes longer than ${SWITCHOVER_MARK_SECONDS} s at worst: ${faults}${already}`,
        },
      ];
    }),
  "open-to-everybody": ({ ports }) =>
    ports.opened
      .filter(({ source }) => isPublic(source))
      .map((opening) => ({ level: "warning", message: `${openingText(opening)}: anybody on the internet may try` })),
  "administration-port": ({ ports }) =>
    ports.opened
      .filter(({ port, source }) => (ADMINISTRATION.includes(port) || port === "*") && !isPublic(source))
      .map((opening) => ({ level: "warning", message: `${openingText(opening)}: machines can be administered by it` })),
  "unknown-ports": ({ ports }) =>
    ports.unknown.map((name) => ({
      level: "warning",
      message: `The rules of ${name} aren't read here: which ports it opens is unknown`,
    })),
  "partial-preview": ({ knowsUnchanged }) =>
    knowsUnchanged
      ? []
      : [
          {
            level: "note",
            message:
              "Only what changes is in this preview: dependents, front ends and figures of the rest are unknown. Add --show-sames, or give the state.",
          },
        ],
  "no-dependencies": ({ knowsDependencies }) =>
    knowsDependencies
      ? []
      : [{ level: "note", message: "A stream of events tells no dependencies: what depends on a change is unknown." }],
};

const PAST: Readonly<Record<ResourceChange["action"], string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  forget: "forgotten",
  import: "imported",
  read: "read",
};

const LEVELS = ["error", "warning", "note"] as const;

/** Of one rule; the changes say the rest. */
const MOST_OF_A_RULE = 10;

export function findings(model: Findable): Finding[] {
  return Object.entries(RULES)
    .flatMap(([rule, find]) => few(find(model)).map((found) => ({ rule, ...found })))
    .sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

function few(found: Omit<Finding, "rule">[]): Omit<Finding, "rule">[] {
  if (found.length <= MOST_OF_A_RULE) return found;
  const shown = found.slice(0, MOST_OF_A_RULE);
  return [...shown, { level: shown[0]!.level, message: `… and ${found.length - MOST_OF_A_RULE} more of this kind` }];
}

/** `TCP 9090 from 203.0.113.0/24 (rule metrics of orders-firewall)`. */
export function openingText({ protocol, port, source, rule, securityGroup }: Opening): string {
  const what = port === "*" ? "every port" : port;
  return `${protocol} ${what} from ${source} (rule ${rule} of ${securityGroup})`;
}
