import type { ResourceStore } from "../azure/resource-store";
import { readMachines } from "../machines/virtual-machine-model";
import type { Grant } from "./access-tokens";

/** The subnets of the machine that a token was given to; undefined when it is none's. */
export function subnetsOf(store: ResourceStore, grant: Grant | undefined): string[] | undefined {
  const machine = grant && store.get(grant.machine);
  return machine && readMachines(machine, store).machine.interfaces.flatMap(({ subnet }) => subnet ?? []);
}
