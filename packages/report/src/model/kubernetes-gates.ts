import type { ResourceState } from "../input/document";
import { isObject, isUnknown, SECRET, type Json } from "../input/values";
import { visible } from "../text";
import { valueAt } from "./property-path";
import type { Gate, Opening } from "./ports";
import { parseUrn, plainType } from "./urn";

const CLUSTER = "azure-native:containerservice:ManagedCluster";
const SERVICE = "kubernetes:core/v1:Service";

const INTERNAL = "service.beta.kubernetes.io/azure-load-balancer-internal";
/** Annotations by which Azure's balancer lets in others than the Service's own ranges. */
const OTHER_SOURCES = [
  "service.beta.kubernetes.io/azure-allowed-service-tags",
  "service.beta.kubernetes.io/azure-allowed-ip-ranges",
];
/** Lets in nobody but the cluster's own way out (Azure's documentation of authorized ranges). */
const OWN_OUTBOUND = "0.0.0.0/32";
const API_SERVER_PORT = "443";

/** Who gets in by a balancer of Kubernetes, or to an API server; undefined for what lets in nobody by itself. */
export function kubernetesGate({ urn, type, inputs }: ResourceState): Gate | "unknown" | undefined {
  const { name } = parseUrn(urn);
  if (type === SERVICE) return serviceGate(name, inputs);
  return plainType(type) === CLUSTER ? apiServerGate(name, inputs) : undefined;
}

function serviceGate(name: string, inputs: ResourceState["inputs"]): Gate | "unknown" | undefined {
  const type = valueAt(inputs, ["spec", "type"]) ?? "ClusterIP";
  if (type === "ClusterIP" || type === "ExternalName") return undefined;
  const ports = valueAt(inputs, ["spec", "ports"]);
  const sources = serviceSources(inputs);
  if (type !== "LoadBalancer" || !Array.isArray(ports) || sources === undefined) return "unknown";
  const openings = ports.map((port) => (isObject(port) ? portOpenings(name, port, sources) : undefined));
  return openings.some((one) => one === undefined) ? "unknown" : { name, allowed: openings.flatMap((one) => one!) };
}

function portOpenings(name: string, port: Record<string, Json>, sources: readonly string[]): Opening[] | undefined {
  const { port: number, protocol = "TCP", name: portName } = port;
  if (typeof number !== "number" || typeof protocol !== "string") return undefined;
  const rule = typeof portName === "string" ? portName : String(number);
  return sources.map((source) => opening(name, rule, protocol, String(number), source));
}

function serviceSources(inputs: ResourceState["inputs"]): string[] | undefined {
  const annotation = (key: string): Json | undefined => valueAt(inputs, ["metadata", "annotations", key]);
  if (OTHER_SOURCES.some((key) => annotation(key) !== undefined)) return undefined;
  const ranges = valueAt(inputs, ["spec", "loadBalancerSourceRanges"]);
  if (ranges !== undefined && !isTexts(ranges)) return undefined;
  if (ranges && ranges.length > 0) return ranges;
  const internal = annotation(INTERNAL) ?? "false";
  if (internal === "true") return ["VirtualNetwork"];
  return internal === "false" ? ["Internet"] : undefined;
}

function apiServerGate(name: string, inputs: ResourceState["inputs"]): Gate | "unknown" {
  const profile = (property: string): Json | undefined => valueAt(inputs, ["apiServerAccessProfile", property]);
  const isPrivate = profile("enablePrivateCluster") ?? false;
  if (typeof isPrivate !== "boolean") return "unknown";
  if (isPrivate) return { name, allowed: [] };
  const ranges = profile("authorizedIPRanges") ?? [];
  if (!isTexts(ranges)) return "unknown";
  const sources = ranges.length === 0 ? ["Internet"] : ranges.filter((range) => range !== OWN_OUTBOUND);
  return { name, allowed: sources.map((source) => opening(name, "API server", "TCP", API_SERVER_PORT, source)) };
}

function opening(securityGroup: string, rule: string, protocol: string, port: string, source: string): Opening {
  return {
    securityGroup: visible(securityGroup),
    rule: visible(rule),
    protocol: visible(protocol),
    port,
    source: visible(isUnknown(source) ? "known after deployment" : source),
    destination: "*",
  };
}

function isTexts(value: Json): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string" && item !== SECRET);
}
