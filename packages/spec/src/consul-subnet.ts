import { contains, overlaps, parseCidr } from "./cidr";
import type { Finding } from "./finding";
import type { NetworkSpec } from "./network";
import { checkRange } from "./range-finding";

/** The subnet of Consul's servers beside that of the machines. */
export function checkConsulSubnet(
  { addressSpace, machinesSubnet, consulSubnet }: Pick<NetworkSpec, "addressSpace" | "machinesSubnet" | "consulSubnet">,
  prefix: string,
): Finding[] {
  const path = `${prefix}consulSubnet`;
  const seen = JSON.stringify(consulSubnet);
  const wrong = checkRange(path, consulSubnet, "10.20.4.0/27");
  if (wrong.length > 0) return wrong;
  const [space, machines, range] = [addressSpace, machinesSubnet, consulSubnet].map(parseCidr);
  // What isn't a range at all has its own finding.
  if (!space || !machines) return [];
  if (!contains(space, range!)) {
    const allowed = `a range inside ${prefix}addressSpace (${addressSpace})`;
    const fix = `Choose a subnet inside ${addressSpace}, or widen ${prefix}addressSpace.`;
    return [{ rule: "subnet-in-space", path, seen, allowed, fix }];
  }
  if (!overlaps(range!, machines)) return [];
  const allowed = `a range apart from ${prefix}machinesSubnet (${machinesSubnet})`;
  return [{ rule: "subnet-overlap", path, seen, allowed, fix: "Choose another range." }];
}
