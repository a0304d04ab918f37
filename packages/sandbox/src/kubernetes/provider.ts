import {
  UNKNOWN,
  checkSchema,
  diffProperties,
  emulatedTypes,
  isKnown,
  type CheckRequest,
  type CheckResult,
  type CreateRequest,
  type DiffRequest,
  type DiffResult,
  type PackageSchema,
  type PropertyMap,
  type ResourceProviderImplementation,
} from "../provider";
import { KUBERNETES_KINDS } from "./kinds";
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

const NO_KUBERNETES =
  "the sandbox runs no Kubernetes: it previews objects, and has no API server that they could go to. Run `pulumi preview`, or install the official plugin (pulumi plugin install resource kubernetes) and give a kubeconfig of your own cluster.";

/** Shows in a preview what would become of Kubernetes' objects, and refuses what an API server would refuse about them. */
export function kubernetesProvider(): ResourceProviderImplementation {
  const refuse = (): Promise<never> => Promise.reject(new Error(NO_KUBERNETES));
  return {
    name: "kubernetes",
    schema: SCHEMA,
    configure: () => {},
    check,
    diff,
    create,
    read: ({ id, inputs, state }) =>
      Promise.resolve(Object.keys(state).length === 0 ? undefined : { id, inputs, outputs: state }),
    update: ({ preview, news, state }) => (preview ? Promise.resolve({ outputs: { ...state, ...news } }) : refuse()),
    delete: refuse,
    invoke: refuse,
  };
}

/** Rules wait for what other resources bring; types don't. */
function check({ type: token, news }: CheckRequest): CheckResult {
  const kind = typeOf(token);
  const failures = checkSchema(SCHEMA, token, news).map(({ path, message }) => `${path}: ${message}`);
  if (failures.length === 0 && isKnown(news["metadata"])) failures.push(...kind.check(news));
  return { inputs: news, failures };
}

function diff({ type: token, oldInputs, news }: DiffRequest): DiffResult {
  const { fixed } = typeOf(token);
  const isFixed = (path: string): boolean => fixed.some((place) => path === place || path.startsWith(`${place}.`));
  // Names are given, so there is no room for a second object.
  return { changes: diffProperties(oldInputs, news, isFixed), deleteBeforeReplace: true };
}

function create({ type: token, inputs, preview }: CreateRequest): Promise<{ id: string; outputs: PropertyMap }> {
  if (!preview) return Promise.reject(new Error(NO_KUBERNETES));
  const unknown = SCHEMA.resources[token]!.outputs.map((name) => [name, UNKNOWN] as const);
  return Promise.resolve({ id: "", outputs: { ...Object.fromEntries(unknown), ...inputs } });
}
