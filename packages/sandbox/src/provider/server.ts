import {
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as service from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { diffProperties, type ChangeKind } from "./diff";
import { EngineScreens } from "./engine-screens";
import { decodeProperties, encodeProperties } from "./property-values";
import type { CheckRequest, DiffResult, ResourceProviderImplementation, ResourceRequest } from "./provider";
import { pulumiSchema } from "./pulumi-schema";
import { rpcError } from "./rpc-errors";

export interface ProviderServer {
  port: number;
  close(): Promise<void>;
}

/**
 * Serves a provider on a loopback port that the system chooses, for any number of engines at the same time. An engine
 * attaches with `PULUMI_DEBUG_PROVIDERS=<name>:<port>`.
 */
export async function startProviderServer(provider: ResourceProviderImplementation): Promise<ProviderServer> {
  // Scale sets with inlined scripts exceed gRPC's default of 4 MB; the engine's own limit is 400 MB.
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(service.ResourceProviderService, handlers(provider));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { port, close: async () => server.forceShutdown() };
}

type Call<Request> = ServerUnaryCall<Request, unknown>;

function unary<Request, Response>(
  handle: (request: Request, call: Call<Request>) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve()
      .then(() => handle(call.request, call))
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(rpcError(error)),
      );
  };
}

function unimplemented(what: string): handleUnaryCall<unknown, never> {
  return (_, callback) => callback({ code: status.UNIMPLEMENTED, details: `the sandbox does not serve ${what}` });
}

function handlers(provider: ResourceProviderImplementation): UntypedServiceImplementation {
  const screens = new EngineScreens();
  const long = (request: { getUrn(): string; getTimeout(): number }, call: Call<unknown>) => ({
    signal: abandoned(call),
    // Without `customTimeouts` it is 0.
    timeoutSeconds: request.getTimeout() || undefined,
    report: (text: string): void => screens.show(call.getPeer(), request.getUrn(), text),
  });
  return {
    // `acceptSecrets: false`: the engine removes the secret marks from what it sends and puts them back on outputs of
    // the same path, so no secret can lose its mark here.
    handshake: unary(() =>
      new messages.ProviderHandshakeResponse()
        .setAcceptSecrets(false)
        .setAcceptResources(false)
        .setAcceptOutputs(false)
        .setSupportsAutonamingConfiguration(true),
    ),
    attach: unary((request: plugin.PluginAttach, call) => {
      screens.attach(call.getPeer(), request.getAddress());
      return new Empty();
    }),
    // The daemon serves others and goes on.
    cancel: unary((_: Empty, call) => {
      provider.cancel?.(call.getPeer());
      return new Empty();
    }),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(provider.schema.version)),
    getSchema: unary(() =>
      new messages.GetSchemaResponse().setSchema(JSON.stringify(pulumiSchema(provider.name, provider.schema))),
    ),
    getMapping: unary(() => new messages.GetMappingResponse()),
    getMappings: unary(() => new messages.GetMappingsResponse()),

    checkConfig: unary((request: messages.CheckRequest) => new messages.CheckResponse().setInputs(request.getNews())),
    // The engine goes on with the former configuration where it hears of no change.
    diffConfig: unary(async (request: messages.DiffRequest) => {
      const before = decodeProperties(request.getOldInputs() ?? request.getOlds());
      const after = decodeProperties(request.getNews());
      const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
      const changed = [...diffProperties(before, after, () => false).keys()];
      if (changed.length === 0) return new messages.DiffResponse().setChanges(DIFF_NONE);
      const replaces = (await provider.replacingConfiguration?.(before, after)) ?? [];
      return new messages.DiffResponse().setChanges(DIFF_SOME).setDiffsList(changed).setReplacesList(replaces);
    }),
    configure: unary((request: messages.ConfigureRequest, call) => {
      provider.configure(call.getPeer(), decodeProperties(request.getArgs()));
      return new messages.ConfigureResponse()
        .setAcceptsecrets(false)
        .setSupportspreview(true)
        .setSupportsAutonamingConfiguration(true);
    }),

    check: unary((request: messages.CheckRequest, call) => {
      const result = provider.check({
        ...subject(request, call),
        olds: decodeProperties(request.getOlds()),
        news: decodeProperties(request.getNews()),
        randomSeed: request.getRandomseed_asU8(),
        autonaming: autonaming(request),
      });
      return new messages.CheckResponse()
        .setInputs(encodeProperties(result.inputs))
        .setFailuresList(result.failures.map((reason) => new messages.CheckFailure().setReason(reason)));
    }),
    diff: unary(async (request: messages.DiffRequest, call) => {
      const compared = {
        ...subject(request, call),
        id: request.getId(),
        oldInputs: decodeProperties(request.getOldInputs()),
        state: decodeProperties(request.getOlds()),
        news: decodeProperties(request.getNews()),
        ignoreChanges: request.getIgnorechangesList(),
      };
      return diffResponse(await (provider.diffByTrial?.(compared) ?? provider.diff(compared)));
    }),
    create: unary(async (request: messages.CreateRequest, call) => {
      const created = await provider.create({
        ...subject(request, call),
        inputs: decodeProperties(request.getProperties()),
        preview: request.getPreview(),
        ...long(request, call),
      });
      return new messages.CreateResponse().setId(created.id).setProperties(encodeProperties(created.outputs));
    }),
    read: unary(async (request: messages.ReadRequest, call) => {
      const found = await provider.read({
        ...subject(request, call),
        id: request.getId(),
        inputs: decodeProperties(request.getInputs()),
        state: decodeProperties(request.getProperties()),
      });
      const response = new messages.ReadResponse();
      if (!found) return response;
      return response
        .setId(found.id)
        .setInputs(encodeProperties(found.inputs))
        .setProperties(encodeProperties(found.outputs));
    }),
    update: unary(async (request: messages.UpdateRequest, call) => {
      const updated = await provider.update({
        ...subject(request, call),
        id: request.getId(),
        oldInputs: decodeProperties(request.getOldInputs()),
        state: decodeProperties(request.getOlds()),
        news: decodeProperties(request.getNews()),
        preview: request.getPreview(),
        ignoreChanges: request.getIgnorechangesList(),
        ...long(request, call),
      });
      return new messages.UpdateResponse().setProperties(encodeProperties(updated.outputs));
    }),
    delete: unary(async (request: messages.DeleteRequest, call) => {
      await provider.delete({
        ...subject(request, call),
        id: request.getId(),
        state: decodeProperties(request.getProperties()),
        ...long(request, call),
      });
      return new Empty();
    }),
    invoke: unary(async (request: messages.InvokeRequest, call) => {
      const result = await provider.invoke(request.getTok(), decodeProperties(request.getArgs()), call.getPeer());
      return new messages.InvokeResponse().setReturn(encodeProperties(result));
    }),

    parameterize: unimplemented("parameterized packages"),
    call: unimplemented("methods of resources"),
    construct: unimplemented("components"),
    list: unimplemented("lists of resources"),
  };
}

function subject(
  request: { getUrn(): string; getName(): string; getType(): string },
  call: Call<unknown>,
): ResourceRequest {
  const urn = request.getUrn();
  const [, , qualifiedType = "", urnName = ""] = urn.split("::");
  return {
    urn,
    type: request.getType() || qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1),
    name: request.getName() || urnName,
    connection: call.getPeer(),
  };
}

function autonaming(request: messages.CheckRequest): CheckRequest["autonaming"] {
  const given = request.getAutonaming();
  if (!given) return undefined;
  const modes = ["propose", "enforce", "disable"] as const;
  return { mode: modes[given.getMode()], proposedName: given.getProposedName() };
}

function abandoned(call: Call<unknown>): AbortSignal {
  const controller = new AbortController();
  call.on("cancelled", () => controller.abort());
  return controller.signal;
}

const { Kind } = messages.PropertyDiff;
const KINDS: Record<ChangeKind, { update: messages.PropertyDiff.Kind; replace: messages.PropertyDiff.Kind }> = {
  add: { update: Kind.ADD, replace: Kind.ADD_REPLACE },
  delete: { update: Kind.DELETE, replace: Kind.DELETE_REPLACE },
  update: { update: Kind.UPDATE, replace: Kind.UPDATE_REPLACE },
};

function diffResponse(result: DiffResult): messages.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const changes = [...result.changes];
  const response = new messages.DiffResponse()
    .setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setReplacesList(changes.filter(([, change]) => change.replaces).map(([path]) => path))
    .setDiffsList([...new Set(changes.map(([path]) => /^[^.[]*/.exec(path)![0]))])
    .setDeletebeforereplace(result.deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const [path, change] of changes) {
    const kind = KINDS[change.kind][change.replaces ? "replace" : "update"];
    response.getDetaileddiffMap().set(path, new messages.PropertyDiff().setKind(kind).setInputdiff(true));
  }
  return response;
}
