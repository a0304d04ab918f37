import type { ResourceStore, StoredResource } from "../azure/resource-store";
import { distributionOf, type Distribution } from "./distribution";
import { isHaPorts, rulesOfOnePort } from "./ha-ports";
import {
  referencedName,
  sameName,
  type FrontEndInputs,
  type LoadBalancerInputs,
  type ProbeInputs,
  type RuleInputs,
} from "./rule-inputs";

/** A load-balancing rule, with everything that it refers to looked up. */
export interface BalancingRule {
  loadBalancer: string;
  name: string;
  frontEnd: FrontEnd;
  /** Lower-case ARM ids. */
  pools: string[];
  backEndPort: number;
  distribution: Distribution;
  idleTimeoutMs: number;
  /** Whether both ends hear of an idle time-out by a reset. */
  resetOnIdle: boolean;
  /** Without a probe every machine of the pool gets flows. */
  probe?: Probe;
  /** Why the sandbox can't do what is declared. */
  problems: string[];
}

export interface FrontEnd {
  kind: "internal" | "public";
  /** Loopback address that stands for the front end's; empty while Azure hasn't given one. */
  address: string;
  port: number;
  /** ARM id. */
  subnet: string | undefined;
}

export interface Probe {
  protocol: "http" | "https" | "tcp";
  port: number;
  path: string;
  intervalMs: number;
  threshold: number;
}

/** Azure's defaults for what a rule or a probe leaves out. */
const DEFAULTS = { intervalInSeconds: 15, probeThreshold: 1, idleTimeoutInMinutes: 4 };

const PROBE_PROTOCOLS: Readonly<Record<string, Probe["protocol"]>> = { Http: "http", Https: "https", Tcp: "tcp" };

/** All rules of all load balancers that the emulated Azure holds. */
export function balancingRules(store: ResourceStore): BalancingRule[] {
  return store.list("azure-native:network:LoadBalancer").flatMap((balancer) => {
    const inputs = balancer.inputs as LoadBalancerInputs;
    const rules = (inputs.loadBalancingRules ?? []).flatMap((rule) => rulesOfOnePort(store, rule));
    return rules.map((rule) => balancingRule(store, balancer, inputs, rule));
  });
}

function balancingRule(
  store: ResourceStore,
  balancer: StoredResource,
  inputs: LoadBalancerInputs,
  rule: RuleInputs,
): BalancingRule {
  const pools = [rule.backendAddressPool, ...(rule.backendAddressPools ?? [])];
  const probe = inputs.probes?.find((candidate) => sameName(candidate.name, referencedName(rule.probe)));
  const idleMinutes = rule.idleTimeoutInMinutes ?? DEFAULTS.idleTimeoutInMinutes;
  const found: BalancingRule = {
    loadBalancer: balancer.name,
    name: rule.name ?? `port ${rule.frontendPort}`,
    frontEnd: frontEnd(store, balancer, rule),
    pools: [...new Set(pools.flatMap((pool) => (pool?.id ? [pool.id.toLowerCase()] : [])))],
    backEndPort: rule.backendPort ?? rule.frontendPort,
    distribution: distributionOf(rule.loadDistribution),
    idleTimeoutMs: idleMinutes * 60_000,
    resetOnIdle: rule.enableTcpReset ?? false,
    problems: ruleProblems(rule, probe),
  };
  return probe ? { ...found, probe: readProbe(probe) } : found;
}

function frontEnd(store: ResourceStore, balancer: StoredResource, rule: RuleInputs): FrontEnd {
  const name = referencedName(rule.frontendIPConfiguration);
  const named = (side: Record<string, unknown>) =>
    (side as LoadBalancerInputs).frontendIPConfigurations?.find((candidate) => sameName(candidate.name, name));
  const declared: FrontEndInputs | undefined = named(balancer.inputs);
  const publicAddress = declared?.publicIPAddress?.id;
  const address = publicAddress
    ? (store.get(publicAddress)?.outputs["ipAddress"] as string | undefined)
    : named(balancer.outputs)?.privateIPAddress;
  return {
    kind: publicAddress ? "public" : "internal",
    address: address ?? "",
    port: rule.frontendPort,
    subnet: declared?.subnet?.id,
  };
}

function readProbe(inputs: ProbeInputs): Probe {
  return {
    protocol: PROBE_PROTOCOLS[inputs.protocol] ?? "tcp",
    port: inputs.port,
    path: inputs.requestPath ?? "/",
    intervalMs: (inputs.intervalInSeconds ?? DEFAULTS.intervalInSeconds) * 1000,
    threshold: inputs.probeThreshold ?? DEFAULTS.probeThreshold,
  };
}

function ruleProblems(rule: RuleInputs, probe: ProbeInputs | undefined): string[] {
  const problems: string[] = [];
  if (isHaPorts(rule)) {
    problems.push(
      "HA ports (protocol All): the sandbox forwards the ports that firewall rules name one by one: none does",
    );
  } else if (rule.protocol.toLowerCase() !== "tcp") {
    problems.push(`protocol ${rule.protocol} on port ${rule.frontendPort}: the sandbox forwards Tcp only`);
  }
  if (rule.probe && !probe) problems.push(`probe ${referencedName(rule.probe)} isn't declared on the balancer`);
  if (probe && !PROBE_PROTOCOLS[probe.protocol]) {
    problems.push(
      `probe protocol ${probe.protocol}: the sandbox probes by ${Object.keys(PROBE_PROTOCOLS).join(" and ")}`,
    );
  }
  return problems;
}
