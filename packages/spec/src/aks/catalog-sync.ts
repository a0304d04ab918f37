import { CONSUL_API_PORTS } from "../consul/configuration";
import { CONSUL_NAME } from "../consul/fields";
import { DEFAULTS } from "../defaults";
import { isDeferred } from "../deferred";
import type { Finding } from "../finding";
import { resolve, type Resolved } from "../resolve";
import { SECRET_URL_FIELD } from "../service-secrets";
import type { Field, Fields, ObjectField } from "../shape";
import { checkImageTag } from "./workload-rules";
import { IMAGE_REFERENCE_FIELD } from "./image-reference";
import { LABEL } from "./workload";

/** What writes Services of Kubernetes into Consul's catalogue: a program of Consul's vendor, on a Linux node. */
export interface CatalogSyncSpec {
  namespace: string;
  /** The node of the catalogue that the Services hang on. */
  nodeName: string;
  /** What callers get: the balancer's address, or that of each pod. */
  address: string;
  intervalSeconds: number;
  /** Left out: the one that goes with Consul's version, where it is known. May be deferred. */
  image?: unknown;
  datacenter: string;
  domain: string;
  /** Left out: that of the servers' own certificate. */
  tlsServerName?: string;
  ports: { https: number; grpc: number };
}

export const CATALOG_ADDRESSES = ["balancer", "pods"] as const;

const port = { kind: "integer", minimum: 1, maximum: 65_535 } as const;

/** What a whole sentence can say of it. */
export const CATALOG_SYNC_SETTINGS: Fields = {
  image: IMAGE_REFERENCE_FIELD,
  nodeName: CONSUL_NAME,
  address: { kind: "string", oneOf: CATALOG_ADDRESSES, default: "balancer" },
  intervalSeconds: { kind: "integer", minimum: 1, maximum: 60, default: DEFAULTS.aks.consul.syncIntervalSeconds },
};

/** Where servers of somebody else answer. */
export const CONSUL_API_FIELDS: Fields = {
  addresses: {
    kind: "list",
    required: true,
    input: true,
    minItems: 1,
    maxItems: 10,
    unique: true,
    of: {
      kind: "string",
      input: true,
      pattern: /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/,
      allowed: 'an IPv4 address or a name, without scheme and port: "10.20.4.4"',
    },
  },
  caCertificate: { kind: "string", required: true, input: true, minLength: 1 },
  tlsServerName: {
    kind: "string",
    pattern: /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/,
    allowed: 'a name of the servers\' certificate, such as "server.dc1.consul"',
  },
  ports: {
    kind: "object",
    fields: {
      https: { ...port, default: CONSUL_API_PORTS.https },
      grpc: { ...port, default: CONSUL_API_PORTS.grpc_tls },
    },
  },
};

const text: Field = { kind: "string", input: true, minLength: 1 };

export const CATALOG_SYNC_FIELD: ObjectField = {
  kind: "object",
  fields: {
    ...CATALOG_SYNC_SETTINGS,
    image: { ...IMAGE_REFERENCE_FIELD, required: true },
    namespace: { ...LABEL, required: true },
    datacenter: { ...CONSUL_NAME, default: DEFAULTS.consul.datacenter },
    domain: { ...CONSUL_NAME, default: DEFAULTS.consul.domain },
    servers: { kind: "object", required: true, fields: CONSUL_API_FIELDS },
    tokenUrl: { ...SECRET_URL_FIELD, required: true },
    kubeconfig: { ...text, confidential: true },
    identity: {
      kind: "object",
      required: true,
      fields: {
        clientId: { ...text, required: true },
        tenantId: text,
        federation: {
          kind: "object",
          optional: true,
          fields: {
            resourceGroupName: { ...text, required: true },
            identityName: { ...text, required: true },
            issuerUrl: { ...text, required: true },
          },
        },
      },
    },
  },
};

type Declared = Omit<CatalogSyncSpec, "ports" | "tlsServerName"> & {
  servers: { addresses: unknown; tlsServerName?: string; ports: CatalogSyncSpec["ports"] };
};

export function resolveConsulCatalogSync(args: unknown): Resolved<CatalogSyncSpec> {
  return resolve<CatalogSyncSpec>(
    CATALOG_SYNC_FIELD,
    args,
    (spec) => {
      const { servers, ...rest } = spec as unknown as Declared;
      return { ...rest, ...servers, nodeName: rest.nodeName ?? catalogNodeName(rest.namespace) };
    },
    (spec) => [
      ...checkImageTag(spec.image, "image"),
      ...checkConsulAddresses((spec as unknown as Declared["servers"]).addresses, "servers.addresses"),
      ...checkCatalogNodeName(spec.nodeName, "nodeName"),
    ],
  );
}

/** What the node of a namespace's Services is called where nobody says it. */
export const catalogNodeName = (namespace: string): string => `aks-${namespace}`.slice(0, 63).replace(/-+$/, "");

/** The program's own default is everybody's: of two clusters each takes away what the other one wrote. */
export function checkCatalogNodeName(nodeName: string, path: string): Finding[] {
  if (nodeName !== "k8s-sync") return [];
  return [
    {
      rule: "consul-node-name",
      path,
      seen: '"k8s-sync"',
      allowed: "a name of this cluster's own: with the program's default, two clusters take away each other's services",
      fix: `Leave ${path} out.`,
    },
  ];
}

const LOOPBACK = /^(localhost|127(\.\d+){3})$/i;

/** In a pod, loopback is the pod itself: there is no agent of Consul's on the nodes. */
export function checkConsulAddresses(addresses: unknown, path: string): Finding[] {
  if (!Array.isArray(addresses) || isDeferred(addresses)) return [];
  return addresses.flatMap((address: unknown, index): Finding[] =>
    typeof address === "string" && LOOPBACK.test(address)
      ? [
          {
            rule: "consul-agent-address",
            path: `${path}[${index}]`,
            seen: JSON.stringify(address),
            allowed: "an address of Consul's servers: nodes of AKS have no agent, and in a pod this is the pod itself",
            fix: "Name the servers, such as servers.addresses of a ConsulServers.",
          },
        ]
      : [],
  );
}
