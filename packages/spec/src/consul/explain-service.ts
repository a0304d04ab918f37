import { declaredParts } from "../declared-parts";
import { DEFAULTS } from "../defaults";
import { predictLeaderTakeover, predictLostMachine, type LeaderTakeover } from "../models/leader";
import type { StackResource } from "../network-security";
import type { DiscoveryCheckFacts, DiscoveryFacts, DiscoveryQueryFacts } from "./discovery-facts";

/** How callers find a service of a stack. */
export interface ServiceExplanation {
  /** Name of the component that declares it. */
  declaredBy: string;
  service: string;
  datacenter: string;
  /** Names for DNS: A and AAAA records, and SRV ones with the port. */
  dnsNames: string[];
  /** Addresses of the HTTP API on every machine with a client. */
  httpPaths: string[];
  checks: DiscoveryCheckFacts[];
  queries: DiscoveryQueryFacts[];
  /** How long callers still find an instance that has failed. */
  removal: Removal[];
  /** Only where a leader's check is registered. */
  leader: LeaderTakeover[];
}

export interface Removal {
  title: string;
  typicalSeconds: number;
  worstSeconds: number;
  formula: string;
}

/** @param service all services of the stack if left out */
export function explainService(resources: readonly StackResource[], service?: string): ServiceExplanation[] {
  return declaredParts(resources).flatMap(({ name, facts }) => {
    const { discovery } = facts;
    if (!discovery || (service !== undefined && facts.service !== service)) return [];
    const queries = discovery.queries.filter((query) => query.service === facts.service);
    const names = [`${facts.service}.service`, ...discovery.tags.map((tag) => `${tag}.${facts.service}.service`)];
    return [
      {
        declaredBy: name,
        service: facts.service,
        datacenter: discovery.datacenter,
        dnsNames: [...names, ...queries.map((query) => `${query.name}.query`)].map(
          (dns) => `${dns}.${discovery.domain}`,
        ),
        httpPaths: [
          `/v1/health/service/${facts.service}`,
          ...queries.map((query) => `/v1/query/${query.name}/execute`),
        ],
        checks: discovery.checks,
        queries,
        removal: removals(discovery),
        leader: discovery.checks.some(isLeaderCheck) ? predictLeaderTakeover() : [],
      },
    ];
  });
}

const isLeaderCheck = ({ id }: DiscoveryCheckFacts): boolean => id.endsWith(":health");

/** An instance is gone with the first of its checks that finds it so; a caller may keep the answer of before. */
function removals({ checks, dnsTtlSeconds }: DiscoveryFacts): Removal[] {
  const asking = checks.filter(({ asks, effect }) => asks.startsWith("GET") && effect === "notFound");
  // Up to ten agents need the same time.
  const lost = predictLostMachine({ agents: 10 });
  const ready = asking.filter((check) => !isLeaderCheck(check));
  return [
    removal("it says that it isn't ready", ready, false),
    removal("its process ends", asking, false),
    removal("it hangs", asking, true),
    {
      title: "its machine is lost, or cut off",
      typicalSeconds: lost.typicalSeconds,
      worstSeconds: lost.worstSeconds,
      formula: lost.worstFormula,
    },
    {
      title: "a caller keeps an answer of DNS, besides",
      typicalSeconds: dnsTtlSeconds / 2,
      worstSeconds: dnsTtlSeconds,
      formula: `time to live ${dnsTtlSeconds} s`,
    },
  ];
}

/** A check that answers at once may still wait for the time-out of its question before; one that hangs waits for each. */
function removal(title: string, checks: readonly DiscoveryCheckFacts[], hangs: boolean): Removal {
  const [first] = checks
    .map(({ intervalSeconds, timeoutSeconds = DEFAULTS.consul.checkTimeoutSeconds, failures }) => {
      const counted = failures === 1 ? "" : `failures ${failures} × `;
      return {
        title,
        typicalSeconds: (failures - 0.5) * intervalSeconds + (hangs ? failures * timeoutSeconds : 0),
        worstSeconds: failures * intervalSeconds + (hangs ? failures : 1) * timeoutSeconds,
        formula: `${counted}check's interval ${intervalSeconds} s + ${hangs ? counted : ""}time-out ${timeoutSeconds} s`,
      };
    })
    .sort((one, other) => one.worstSeconds - other.worstSeconds);
  return first ?? { title, typicalSeconds: 0, worstSeconds: 0, formula: "no check asks it" };
}
