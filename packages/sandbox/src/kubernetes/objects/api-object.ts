import type { PropertyMap } from "../../provider";
import type { KubernetesKind } from "../kinds";

/** An object as an API server has it. */
export interface ApiObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    generation?: number;
    annotations?: Record<string, string>;
    managedFields?: ManagedFields[];
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

/** Who wrote which fields. */
export interface ManagedFields {
  manager: string;
  operation: "Apply" | "Update";
  subresource?: string;
  fieldsV1?: Record<string, unknown>;
}

/** Which object is meant. */
export interface ObjectAddress {
  kind: string;
  name: string;
  namespace?: string;
  /** Below the server's address. */
  path: string;
}

/** Token `kubernetes:apps/v1:Deployment` of Pulumi → `apps/v1` and `Deployment` of Kubernetes. */
export function groupKind(token: string): { apiVersion: string; kind: string } {
  const [, group = "", kind = ""] = token.split(":");
  return { apiVersion: group.replace(/^core\//, ""), kind };
}

/** The declared object, as it is sent. */
export function manifestOf(token: string, inputs: PropertyMap): ApiObject {
  return { ...groupKind(token), ...inputs } as ApiObject;
}

export function addressOf(token: string, type: KubernetesKind, name: string, namespace?: string): ObjectAddress {
  const { apiVersion, kind } = groupKind(token);
  const root = `/${apiVersion.includes("/") ? "apis" : "api"}/${apiVersion}`;
  const place = type.namespaced && namespace !== undefined ? `/namespaces/${namespace}` : "";
  return {
    kind,
    name,
    ...(type.namespaced && namespace !== undefined && { namespace }),
    path: `${root}${place}/${type.plural}/${encodeURIComponent(name)}`,
  };
}

/** As Pulumi names it in its state and takes it for an import: `namespace/name`, or the name of what has no namespace. */
export function idOf({ name, namespace }: Pick<ObjectAddress, "name" | "namespace">): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** For a message: `Deployment "orders/orders"`. */
export function called(address: ObjectAddress): string {
  return `${address.kind} "${idOf(address)}"`;
}
