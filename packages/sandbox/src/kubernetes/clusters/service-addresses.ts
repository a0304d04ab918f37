import { prefixHolds } from "@windows-ha/spec";
import type { ApiClient, KubernetesObject } from "../control-plane";
import { follow } from "./follow";
import { PUBLIC_RANGE, type SubnetAddresses } from "./subnet-addresses";

const SERVICES = "/api/v1/services";
const PREFIX = "service.beta.kubernetes.io/azure-load-balancer";

/** Gives Services of the type LoadBalancer the addresses that Azure's cloud controller gives them. */
export class ServiceAddresses {
  constructor(
    private readonly api: ApiClient,
    private readonly addresses: SubnetAddresses,
    /** Range of the nodes' subnet, in which internal addresses are. */
    private readonly subnet: () => string,
    private readonly log: (line: string) => void,
  ) {}

  async watch(signal: AbortSignal): Promise<void> {
    // Before a node or a Service gets an address that another one has.
    for (const service of await this.api.list(SERVICES)) this.addresses.adopt(ownerOf(service), addressOf(service));
    void follow(this.api, SERVICES, { onEvent: (type, service) => this.#hear(type, service) }, signal);
  }

  #hear(type: string, service: KubernetesObject): void {
    if (service.spec["type"] !== "LoadBalancer" || type === "DELETED") {
      this.addresses.release(ownerOf(service));
      return;
    }
    const wanted = this.#wanted(service);
    if (addressOf(service) === wanted) return;
    const { name, namespace } = service.metadata;
    this.api
      .merge(`/api/v1/namespaces/${namespace}/services/${name}/status`, {
        status: { loadBalancer: { ingress: [{ ip: wanted, ipMode: "VIP" }] } },
      })
      .then(() => this.log(`service ${namespace}/${name} has the address ${wanted}`))
      .catch((error: Error) => this.log(`service ${namespace}/${name} gets no address: ${error.message}`));
  }

  #wanted(service: KubernetesObject): string {
    const { annotations = {} } = service.metadata;
    const given = annotations[`${PREFIX}-ipv4`] ?? (service.spec["loadBalancerIP"] as string | undefined);
    const owner = ownerOf(service);
    if (given !== undefined) {
      this.addresses.adopt(owner, given);
      return given;
    }
    const subnet = this.subnet();
    const range = annotations[`${PREFIX}-internal`] === "true" ? subnet : PUBLIC_RANGE;
    const present = addressOf(service);
    if (present !== undefined && prefixHolds(range, present)) this.addresses.adopt(owner, present);
    return this.addresses.take(owner, range);
  }
}

function ownerOf({ metadata: { name, namespace } }: KubernetesObject): string {
  return `services/${namespace}/${name}`;
}

function addressOf({ status }: KubernetesObject): string | undefined {
  const { ingress = [] } = (status["loadBalancer"] ?? {}) as { ingress?: { ip?: string }[] };
  return ingress[0]?.ip;
}
