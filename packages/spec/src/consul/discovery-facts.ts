import { DEFAULTS } from "../defaults";
import type { ServiceSpec } from "../service";
import type { ConsulSpec } from "./consul";
import { preparedQueries } from "./queries";
import { consulServiceDocument, type ConsulCheck } from "./registration";
import { serviceRegistration } from "./registration-settings";

/** What a preview and a state say about how a service is found. */
export interface DiscoveryFacts {
  datacenter: string;
  domain: string;
  port: number;
  tags: string[];
  checks: DiscoveryCheckFacts[];
  /** Own servers only: others keep theirs themselves. */
  queries: DiscoveryQueryFacts[];
  /** Seconds that a caller may keep an answer of DNS. */
  dnsTtlSeconds: number;
}

export interface DiscoveryCheckFacts {
  id: string;
  /** An address on the machine, or the Windows service that is looked at. */
  asks: string;
  intervalSeconds: number;
  timeoutSeconds?: number;
  /** Failures in a row that count. */
  failures: number;
  /** What a failure leads to: `notFound`, or `warning`, with which the service is still found. */
  effect: "notFound" | "warning";
}

export interface DiscoveryQueryFacts {
  name: string;
  service: string;
  near: boolean;
  tags: string[];
  /** In order, once nobody is healthy here. */
  failover: string[];
}

export function discoveryFacts(service: ServiceSpec, consul: ConsulSpec): DiscoveryFacts {
  const document = consulServiceDocument(serviceRegistration(service, consul.registration)).service;
  return {
    datacenter: consul.datacenter,
    domain: consul.domain,
    port: service.port,
    tags: document.tags,
    checks: document.checks.map(checkFacts),
    queries: preparedQueries(consul.queries).map(({ Name, Service }) => ({
      name: Name,
      service: Service.Service,
      near: Service.Near !== "",
      tags: Service.Tags,
      failover: Service.Failover.Targets.map((target) =>
        "Peer" in target ? `peer ${target.Peer}` : `datacenter ${target.Datacenter}`,
      ),
    })),
    dnsTtlSeconds: DEFAULTS.consul.dnsTtlSeconds,
  };
}

/** Only the dependencies' check has an answer that is a warning. */
function checkFacts(check: ConsulCheck): DiscoveryCheckFacts {
  const { id, http, os_service: windowsService, interval, timeout, failures_before_critical: failures = 0 } = check;
  const asks = http === undefined ? `Windows service ${windowsService}` : `GET ${new URL(http).pathname}`;
  return {
    id,
    asks,
    intervalSeconds: secondsOf(interval),
    ...(timeout === undefined ? {} : { timeoutSeconds: secondsOf(timeout) }),
    failures: Math.max(1, failures),
    effect: id.endsWith(":dependencies") ? "warning" : "notFound",
  };
}

const secondsOf = (duration = "0s"): number => Number.parseInt(duration, 10);
