import { PROBE_SOURCE } from "@windows-ha/spec";
import { admit, machineInSubnet, type NetworkView } from "../firewall";
import { poolInterface, type BackEndMachine, type BackEndMachines } from "./back-end";
import type { EndpointState } from "./endpoint-state";
import { Prober } from "./prober";
import type { BalancingRule, Probe } from "./rules";

interface ProbedEndpoint {
  prober: Prober;
  boot: number;
}

/** The probed endpoints of all rules: one prober for each probe and machine, however many rules share them. */
export class Endpoints {
  readonly #probed = new Map<string, ProbedEndpoint>();

  constructor(
    private readonly options: {
      machines: BackEndMachines;
      network: NetworkView;
      non200AtOnce: boolean;
      log: (message: string) => void;
    },
  ) {}

  /** Without a probe a back end counts as up. */
  state(rule: BalancingRule, machine: BackEndMachine): EndpointState {
    return rule.probe ? (this.#probed.get(key(rule, rule.probe, machine.name))?.prober.state ?? "unknown") : "up";
  }

  /** Begins and ends probers so that they match the rules and the machines. */
  reconcile(rules: readonly BalancingRule[]): void {
    const wanted = new Set<string>();
    for (const rule of rules) {
      if (!rule.probe) continue;
      for (const machine of this.options.machines()) {
        if (!poolInterface(machine, rule.pools)) continue;
        const id = key(rule, rule.probe, machine.name);
        wanted.add(id);
        const known = this.#probed.get(id);
        if (known?.boot === machine.boot) continue;
        known?.prober.stop();
        this.#probed.set(id, { prober: this.#begin(rule, rule.probe, machine), boot: machine.boot });
      }
    }
    for (const [id, { prober }] of this.#probed) {
      if (wanted.has(id)) continue;
      prober.stop();
      this.#probed.delete(id);
    }
  }

  #begin(rule: BalancingRule, probe: Probe, { name, address }: BackEndMachine): Prober {
    const { machines, non200AtOnce, log } = this.options;
    return new Prober({
      probe,
      address,
      non200AtOnce,
      reachable: () => {
        const machine = machines().find((candidate) => candidate.name === name);
        return machine !== undefined && machine.powered && this.#admitsProbe(rule, probe, machine);
      },
      onChange: (state, reason) => log(`${rule.loadBalancer}: machine ${name} is ${state}: ${reason}`),
    });
  }

  #admitsProbe(rule: BalancingRule, probe: Probe, machine: BackEndMachine): boolean {
    const nic = poolInterface(machine, rule.pools);
    if (!nic) return false;
    const { network } = this.options;
    const destination = machineInSubnet(network.subnet(nic.subnet).prefix, machine.address);
    const flow = {
      protocol: "Tcp",
      source: PROBE_SOURCE,
      sourcePort: 49152,
      destination,
      destinationPort: probe.port,
    } as const;
    return admit(network, nic, flow, rule.frontEnd.kind).access === "Allow";
  }
}

function key(rule: BalancingRule, probe: Probe, machine: string): string {
  return JSON.stringify([rule.loadBalancer, rule.pools, probe, machine]);
}
