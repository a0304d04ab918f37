import {
  Secret,
  UNKNOWN,
  emulatedTypes,
  diffProperties,
  type CreateRequest,
  type DiffRequest,
  type DiffResult,
  type PackageSchema,
  type PropertyMap,
  type ResourceProviderImplementation,
} from "../provider";
import { algorithmOf, publicKeyOutputs, readPrivateKey } from "./keys";
import { TLS_TYPES, type TlsResourceType } from "./resource-types";
import schemas from "./schemas.generated.json";

const SCHEMA = schemas as unknown as PackageSchema;
const { typeOf, check } = emulatedTypes(SCHEMA, TLS_TYPES);
const GET_PUBLIC_KEY = "tls:index/getPublicKey:getPublicKey";
const HOUR_MS = 3_600_000;

/** Keys and certificates that are made once and then kept by Pulumi's state, as the official provider does it. */
export function tlsProvider(): ResourceProviderImplementation {
  return {
    name: "tls",
    schema: SCHEMA,
    configure: () => {},
    check,
    diff,
    create: async (request) => create(request),
    // All there is to read is in the state; nothing can be imported.
    read: async ({ id, inputs, state }) =>
      Object.keys(state).length === 0 ? undefined : { id, inputs, outputs: state },
    update: async ({ type, news, state }) => ({ outputs: { ...state, ...keptInputs(typeOf(type), news) } }),
    delete: () => Promise.resolve(),
    invoke: async (token, args) => invoke(token, args),
  };
}

function diff({ type: token, oldInputs, news, state }: DiffRequest): DiffResult {
  const { defaults, updatable } = typeOf(token);
  const changes = diffProperties(
    { ...defaults, ...oldInputs },
    { ...defaults, ...news },
    (path) => !updatable.includes(path),
  );
  if (isReadyForRenewal({ ...defaults, ...news }, state)) {
    changes.set("readyForRenewal", { kind: "update", replaces: true });
  }
  return { changes, deleteBeforeReplace: false };
}

/** A certificate that has expired, or will within the hours of early renewal, is replaced by the next update. */
function isReadyForRenewal({ earlyRenewalHours }: PropertyMap, state: PropertyMap = {}): boolean {
  const end = state["validityEndTime"];
  if (typeof end !== "string" || typeof earlyRenewalHours !== "number") return false;
  return Date.parse(end) - earlyRenewalHours * HOUR_MS <= Date.now();
}

function create({ type: token, inputs, preview }: CreateRequest): { id: string; outputs: PropertyMap } {
  const type = typeOf(token);
  if (preview) {
    const unknown = SCHEMA.resources[token]!.outputs.filter((name) => !name.includes("PemWo"));
    return {
      id: "",
      outputs: { ...Object.fromEntries(unknown.map((name) => [name, UNKNOWN])), ...keptInputs(type, inputs) },
    };
  }
  const { id, outputs } = type.create({ ...type.defaults, ...inputs });
  return { id, outputs: { ...outputs, ...keptInputs(type, inputs) } };
}

/** The inputs as outputs, what has to be secret marked so. */
function keptInputs(type: TlsResourceType, inputs: PropertyMap): PropertyMap {
  const secret = Object.fromEntries(
    type.secretInputs.flatMap((name) => (inputs[name] === undefined ? [] : [[name, new Secret(inputs[name])]])),
  );
  return { ...type.defaults, ...inputs, ...secret };
}

function invoke(token: string, args: PropertyMap): PropertyMap {
  if (token !== GET_PUBLIC_KEY) {
    throw new Error(`the sandbox does not emulate ${token} yet; emulated: ${GET_PUBLIC_KEY}`);
  }
  const { privateKeyPem } = args;
  if (typeof privateKeyPem !== "string") {
    throw new Error("privateKeyPem: is required; the sandbox does not read privateKeyOpenssh yet");
  }
  const key = readPrivateKey(privateKeyPem, "privateKeyPem");
  return { ...publicKeyOutputs(key), algorithm: algorithmOf(key), privateKeyPem: new Secret(privateKeyPem) };
}
