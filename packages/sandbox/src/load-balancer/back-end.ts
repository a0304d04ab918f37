import type { NetworkInterface } from "../firewall";

/** A machine as the load balancer sees it. */
export interface BackEndMachine {
  name: string;
  /** Its loopback address. */
  address: string;
  /** A machine without power answers nothing: no refusal, no reset. */
  powered: boolean;
  /** Changes with every boot: what was known of its endpoints is void then. */
  boot: number;
  interfaces: NetworkInterface[];
}

/** Where the machines are asked for; the list may differ at each call. */
export type BackEndMachines = () => readonly BackEndMachine[];

/** The machine's interface that belongs to one of the pools. */
export function poolInterface(machine: BackEndMachine, pools: readonly string[]): NetworkInterface | undefined {
  return machine.interfaces.find((nic) => nic.pools.some((pool) => pools.includes(pool.toLowerCase())));
}
