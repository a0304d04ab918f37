import { promisify } from "node:util";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import * as statusMessages from "@pulumi/pulumi/proto/status_pb";
import { expect } from "chai";
import { startProviderServer, type ProviderServer } from "../../../../packages/sandbox/src/azure";
import { AzureError } from "../../../../packages/sandbox/src/azure/azure-error";
import type { PropertyMap } from "../../../../packages/sandbox/src/provider";
import { randomProvider } from "../../../../packages/sandbox/src/random";
import { Harness, refusal } from "./harness";
import { credentials, Empty, Struct } from "./sandbox-modules";
import { createUpTo, VALID } from "./valid-inputs";

const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

const GROUP = "azure-native:resources:ResourceGroup";
const SCALE_SET = "azure-native:compute:VirtualMachineScaleSet";

describe("sandbox: providers over Pulumi's gRPC service", () => {
  let azure: Harness;
  let server: ProviderServer;
  let randomServer: ProviderServer;
  let client: ResourceProviderClient;
  let randomClient: ResourceProviderClient;

  beforeEach(async () => {
    azure = new Harness();
    server = await startProviderServer(azure.provider);
    randomServer = await startProviderServer(randomProvider());
    client = new ResourceProviderClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
    randomClient = new ResourceProviderClient(`127.0.0.1:${randomServer.port}`, credentials.createInsecure());
  });
  afterEach(async () => {
    client.close();
    randomClient.close();
    await Promise.all([server.close(), randomServer.close()]);
    azure.dispose();
  });

  it("asks the engine to keep secret marks for itself, and offers previews and autonaming", async () => {
    const handshake = await call(client, "handshake", new messages.ProviderHandshakeRequest());
    expect(handshake.toObject()).to.include({ acceptSecrets: false, supportsAutonamingConfiguration: true });
    const configured = await call(client, "configure", new messages.ConfigureRequest());
    expect(configured.toObject()).to.include({ acceptsecrets: false, supportspreview: true });
    const info = await call(client, "getPluginInfo", new Empty());
    expect(info.getVersion()).to.match(/^\d+\.\d+\.\d+$/);
  });

  it("goes on after a cancelled engine", async () => {
    await call(client, "cancel", new Empty());
    expect((await create(client, GROUP, VALID.group)).getId()).to.match(/\/shop$/);
  });

  it("refuses by name what it doesn't emulate", async () => {
    const error = await refusal(create(client, "azure-native:storage:Table", {}));
    expect(error.message).to.match(/does not emulate azure-native:storage:Table yet; emulated: .*LoadBalancer/);
    const request = new messages.InvokeRequest().setTok("azure-native:compute:getImage");
    expect((await refusal(call(client, "invoke", request))).message).to.contain("azure-native:compute:getImage yet");
  });

  it("says whose subscription it is", async () => {
    const configure = new messages.ConfigureRequest().setArgs(Struct.fromJavaScript({ subscriptionId: "sub" }));
    await call(client, "configure", configure);
    const request = new messages.InvokeRequest().setTok("azure-native:authorization:getClientConfig");
    const answer = (await call(client, "invoke", request)).getReturn()!.toJavaScript();
    expect(answer).to.deep.equal({
      subscriptionId: "sub",
      clientId: "00000000-0000-0000-0000-000000000000",
      objectId: "00000000-0000-0000-0000-000000000000",
      tenantId: "00000000-0000-0000-0000-000000000000",
    });
  });

  it("takes unknown values of every type, and answers with them", async () => {
    const typed = { ...VALID.group, location: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7", tags: UNKNOWN_STRING };
    const checked = await check(client, GROUP, typed);
    expect(checked.failures).to.deep.equal([]);
    expect(checked.inputs).to.include({ location: UNKNOWN_STRING, tags: UNKNOWN_STRING });
    const previewed = await create(client, GROUP, typed, true);
    expect(previewed.getProperties()!.toJavaScript()).to.include({ name: UNKNOWN_STRING, location: UNKNOWN_STRING });
  });

  it("takes a null for a missing property", async () => {
    expect((await check(client, GROUP, { ...VALID.group, tags: null })).inputs).to.deep.equal(VALID.group);
  });

  it("puts the path into a failure's reason, because the engine would print a top-level value in clear", async () => {
    const request = checkRequest(GROUP, { ...VALID.group, tags: "canary" });
    const [failure] = (await call(client, "check", request)).getFailuresList();
    expect(failure!.toObject()).to.deep.equal({ property: "", reason: "tags: should be an object, but is a string" });
  });

  it("answers differences with kinds and paths", async () => {
    const request = new messages.DiffRequest()
      .setUrn(`urn:pulumi:dev::shop::${GROUP}::orders`)
      .setOldInputs(Struct.fromJavaScript({ ...VALID.group, tags: { old: "1" } }))
      .setNews(Struct.fromJavaScript({ ...VALID.group, location: "northeurope", tags: { new: "1" } }));
    const answer = (await call(client, "diff", request)).toObject();
    const { ADD, DELETE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;
    expect(answer).to.deep.include({
      changes: messages.DiffResponse.DiffChanges.DIFF_SOME,
      replacesList: ["location"],
      diffsList: ["location", "tags"],
      deletebeforereplace: true,
      hasdetaileddiff: true,
    });
    expect(Object.fromEntries(answer.detaileddiffMap.map(([path, { kind }]) => [path, kind]))).to.deep.equal({
      location: UPDATE_REPLACE,
      "tags.old": DELETE,
      "tags.new": ADD,
    });
  });

  it("tells the engine about a half-created scale set, so that the state keeps it", async () => {
    await createUpTo(azure, "balancer");
    azure.dataPlane.putError = new AzureError("VMExtensionProvisioningError", "exit code 20");
    const error = (await refusal(create(client, SCALE_SET, VALID.scaleSet))) as unknown as {
      metadata: { get(name: string): unknown[] };
    };
    const [packed] = error.metadata.get("grpc-status-details-bin") as Buffer[];
    const [detail] = statusMessages.Status.deserializeBinary(packed!).getDetailsList();
    const failure = detail!.unpack(
      (bytes) => messages.ErrorResourceInitFailed.deserializeBinary(bytes),
      "pulumirpc.ErrorResourceInitFailed",
    )!;
    expect(failure.getId()).to.match(/virtualMachineScaleSets\/orders$/);
    expect(failure.getReasonsList()).to.deep.equal(['Code="VMExtensionProvisioningError" Message="exit code 20"']);
    expect(failure.getProperties()!.toJavaScript()).to.include({ provisioningState: "Failed" });
  });

  it("marks a password as secret, whatever the program's SDK does about it", async () => {
    const created = await create(randomClient, "random:index/randomPassword:RandomPassword", { length: 20 });
    const outputs = created.getProperties()!.toJavaScript() as Record<string, { value: string }>;
    expect(outputs["result"]).to.include(SECRET);
    expect(outputs["bcryptHash"]).to.include(SECRET);
    expect(outputs["result"]!.value).to.have.length(20);
  });

  it("serves many callers at the same time", async () => {
    const names = Array.from({ length: 50 }, (_, index) => `shop-${index}`);
    const created = await Promise.all(
      names.map((name) => create(client, GROUP, { ...VALID.group, resourceGroupName: name })),
    );
    expect(created.map((answer) => answer.getId().split("/").at(-1))).to.deep.equal(names);
    expect(azure.store.list()).to.have.length(50);
  });
});

type Methods = InstanceType<typeof ResourceProviderClient>;
type UnaryName = "handshake" | "configure" | "getPluginInfo" | "cancel" | "invoke" | "check" | "diff" | "create";
interface Answers {
  handshake: messages.ProviderHandshakeResponse;
  configure: messages.ConfigureResponse;
  getPluginInfo: { getVersion(): string };
  cancel: unknown;
  invoke: messages.InvokeResponse;
  check: messages.CheckResponse;
  diff: messages.DiffResponse;
  create: messages.CreateResponse;
}

function call<Name extends UnaryName>(client: Methods, name: Name, request: unknown): Promise<Answers[Name]> {
  const method = client[name].bind(client) as unknown as (
    request: unknown,
    callback: (error: unknown, answer: Answers[Name]) => void,
  ) => void;
  return promisify(method)(request);
}

function checkRequest(type: string, news: PropertyMap): messages.CheckRequest {
  return new messages.CheckRequest()
    .setUrn(`urn:pulumi:dev::shop::${type}::orders`)
    .setNews(Struct.fromJavaScript(news));
}

async function check(
  client: Methods,
  type: string,
  news: PropertyMap,
): Promise<{ inputs: unknown; failures: string[] }> {
  const answer = await call(client, "check", checkRequest(type, news));
  return {
    inputs: answer.getInputs()!.toJavaScript(),
    failures: answer.getFailuresList().map((failure) => failure.getReason()),
  };
}

function create(client: Methods, type: string, inputs: PropertyMap, preview = false): Promise<messages.CreateResponse> {
  const request = new messages.CreateRequest()
    .setUrn(`urn:pulumi:dev::shop::my:component$${type}::orders`)
    .setProperties(Struct.fromJavaScript(inputs))
    .setPreview(preview);
  return call(client, "create", request);
}
