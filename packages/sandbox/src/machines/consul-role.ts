import type { MachineStatus } from "../data-plane";

const HTTP_PORT = 8500;
const RPC_PORT = 8300;
const TIMEOUT_MS = 1000;

/** The machines, with what Consul on them says: nobody needs a token to ask who leads. */
export function withConsulRoles(machines: readonly MachineStatus[]): Promise<MachineStatus[]> {
  return Promise.all(
    machines.map(async (machine) => {
      const consul = canAnswer(machine) ? await consulRole(machine.address) : undefined;
      return consul === undefined ? machine : { ...machine, consul };
    }),
  );
}

/** Nodes of Kubernetes are nobody's processes, and have addresses of their declared network. */
function canAnswer({ power, address }: MachineStatus): boolean {
  return power !== "stopped" && address.startsWith("127.");
}

async function consulRole(address: string): Promise<MachineStatus["consul"]> {
  const leader = await ask<string>(address, "leader");
  if (leader === undefined) return undefined;
  if (leader === "") return "no leader";
  if (leader === `${address}:${RPC_PORT}`) return "leader";
  const peers = (await ask<string[]>(address, "peers")) ?? [];
  return peers.includes(`${address}:${RPC_PORT}`) ? "follower" : "client";
}

async function ask<T>(address: string, what: string): Promise<T | undefined> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`http://${address}:${HTTP_PORT}/v1/status/${what}`, { signal });
    // Without a leader a client has nobody to ask.
    if (response.ok) return (await response.json()) as T;
    await response.body?.cancel();
    return "" as T;
  } catch {
    return undefined;
  }
}
