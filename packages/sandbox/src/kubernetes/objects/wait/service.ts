import type { ApiObject, ObjectAddress } from "../api-object";
import type { ClusterClient } from "../cluster-client";
import { podTroubles } from "./pods";
import { until, type Progress, type WaitOptions } from "./until";

interface ServiceSpec {
  type?: string;
  clusterIP?: string;
  selector?: Record<string, string>;
}

/** Waits for a first pod that gets connections, and for the balancer's address where there is one. @throws NotReady */
export async function serviceReady(client: ClusterClient, address: ObjectAddress, options: WaitOptions): Promise<void> {
  await until(async () => {
    const service = await client.get(address);
    if (!service) return { isReady: false, isHopeless: true, waitingFor: "somebody deleted it meanwhile" };
    const spec = service["spec"] as ServiceSpec;
    const missing = [await missingPods(client, address, spec), missingAddress(service, spec)].filter(Boolean);
    return { isReady: missing.length === 0, waitingFor: missing.join("; ") } satisfies Progress;
  }, options);
}

/** Nobody makes endpoints without a selector, and nobody balances to a name or to a service without an address. */
async function missingPods(
  client: ClusterClient,
  { name, namespace }: ObjectAddress,
  { type, clusterIP, selector = {} }: ServiceSpec,
): Promise<string | undefined> {
  if (type === "ExternalName" || clusterIP === "None" || Object.keys(selector).length === 0) return undefined;
  const slices = await client.list(
    `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D${name}`,
  );
  const endpoints = slices.flatMap((slice) => (slice["endpoints"] ?? []) as { conditions?: { ready?: boolean } }[]);
  if (endpoints.some(({ conditions }) => conditions?.ready !== false)) return undefined;
  const troubles = await podTroubles(client, namespace!, selector);
  const labels = Object.entries(selector).map(([label, value]) => `${label}=${value}`);
  return [`no pod with ${labels.join(", ")} is ready`, ...troubles].join(": ");
}

function missingAddress(service: ApiObject, { type }: ServiceSpec): string | undefined {
  if (type !== "LoadBalancer") return undefined;
  const { loadBalancer } = (service["status"] ?? {}) as { loadBalancer?: { ingress?: unknown[] } };
  if ((loadBalancer?.ingress ?? []).length > 0) return undefined;
  return "the balancer has no address yet; a cluster without a cloud gives none";
}
