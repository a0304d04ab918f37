import {
  UNKNOWN,
  checkSchema,
  emulatedTypes,
  isKnown,
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type PackageSchema,
  type PropertyMap,
  type ResourceProviderImplementation,
  type UpdateRequest,
} from "../provider";
import { KUBERNETES_KINDS } from "./kinds";
import { compared, comparedByTrial } from "./objects/differences";
import { withName } from "./objects/autoname";
import { Connections } from "./objects/connections";
import type { CredentialOf } from "./objects/credentials";
import { create, read, remove, update } from "./objects/lifecycle";
import { replacingConfiguration } from "./objects/other-cluster";
import { tried } from "./objects/trial";
import schemas from "./schemas.generated.json";

/** A kind of the driver for secrets, which no SDK describes: only its outline is known. */
const SECRET_PROVIDER_CLASS = {
  properties: { apiVersion: { type: "any" }, kind: { type: "any" }, metadata: { type: "any" }, spec: { type: "any" } },
  required: ["spec"],
  outputs: ["apiVersion", "kind", "metadata", "spec"],
};

const OFFICIAL = schemas as unknown as PackageSchema;
const SCHEMA: PackageSchema = {
  ...OFFICIAL,
  resources: {
    ...OFFICIAL.resources,
    "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass":
      SECRET_PROVIDER_CLASS as PackageSchema["resources"][string],
  },
};
const { typeOf } = emulatedTypes(SCHEMA, KUBERNETES_KINDS);

export interface KubernetesOptions {
  /** The daemon's right to its own control planes. */
  credentialOf?: CredentialOf;
}

/**
 * Brings objects to the API server that a kubeconfig leads to, as the plugin does: by server-side apply, and done when
 * pods run and addresses are there.
 */
export function kubernetesProvider({
  credentialOf = () => undefined,
}: KubernetesOptions = {}): ResourceProviderImplementation {
  const connections = new Connections(credentialOf);
  return {
    name: "kubernetes",
    schema: SCHEMA,
    configure: (connection, variables) => connections.configure(connection, variables),
    replacingConfiguration,
    cancel: (connection) => connections.cancel(connection),
    check,
    diff: (request) => compared(request, connections.settings(request.connection)),
    diffByTrial: (request) => comparedByTrial(connections, request),
    create: async (request) => {
      if (request.preview) return { id: "", outputs: await previewed(connections, request) };
      return create(await connections.cluster(request.connection), typeOf(request.type), request);
    },
    read: async (request) => read(await connections.cluster(request.connection), typeOf(request.type), request),
    update: async (request) => {
      if (request.preview) return { outputs: await previewed(connections, request) };
      return update(await connections.cluster(request.connection), typeOf(request.type), request);
    },
    delete: async (request) => remove(await connections.cluster(request.connection), typeOf(request.type), request),
    invoke: (token) => Promise.reject(new Error(`the sandbox does not emulate ${token} yet; emulated: no functions`)),
  };
}

/** Rules wait for what other resources bring; types don't. */
function check(request: CheckRequest): CheckResult {
  const kind = typeOf(request.type);
  const inputs = withName(request);
  const failures = checkSchema(SCHEMA, request.type, inputs).map(({ path, message }) => `${path}: ${message}`);
  if (failures.length === 0 && isKnown(inputs["metadata"])) failures.push(...kind.check(inputs));
  return { inputs, failures };
}

/** What the API server answers to a trial; before there is a cluster, what was declared. */
async function previewed(connections: Connections, request: CreateRequest | UpdateRequest): Promise<PropertyMap> {
  const isUpdate = "news" in request;
  const type = typeOf(request.type);
  const inputs = isUpdate ? request.news : request.inputs;
  const answer =
    connections.hasCluster(request.connection) && isKnown(inputs)
      ? await tried(await connections.cluster(request.connection), type, request)
      : undefined;
  if (isUpdate) return answer ?? { ...request.state, ...inputs };
  // An object that isn't there yet gets another address and identity than its trial.
  const unknown = SCHEMA.resources[request.type]!.outputs.map((name) => [name, UNKNOWN] as const);
  return { ...Object.fromEntries(unknown), ...type.withGiven(inputs) };
}
