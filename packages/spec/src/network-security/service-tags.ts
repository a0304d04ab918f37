import { prefixHolds } from "../cidr";

/** Azure's virtual address of the host: health probes come from it, in every region and subscription. */
export const PROBE_SOURCE = "168.63.129.16";

type Membership = (address: string, virtualNetwork: readonly string[]) => boolean;

/** The service tags whose addresses are known without asking Azure, by lower-case name. */
export const SERVICE_TAGS: ReadonlyMap<string, Membership> = new Map<string, Membership>([
  ["*", () => true],
  // The tag holds the network's address space and the host's virtual address (Azure documentation, service tags).
  ["virtualnetwork", inVirtualNetwork],
  ["azureloadbalancer", (address) => address === PROBE_SOURCE],
  ["internet", (address, virtualNetwork) => !inVirtualNetwork(address, virtualNetwork)],
]);

function inVirtualNetwork(address: string, virtualNetwork: readonly string[]): boolean {
  return address === PROBE_SOURCE || virtualNetwork.some((prefix) => prefixHolds(prefix, address));
}
