import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { expect } from "chai";
import {
  startProviderServer,
  type ProviderServer,
  type ResourceProviderImplementation,
  type UpdateRequest,
} from "../../../packages/sandbox/src/provider";
import { randomProvider } from "../../../packages/sandbox/src/random";
import { credentials, Empty, Server, ServerCredentials } from "./azure/sandbox-modules";

const URN = "urn:pulumi:dev::shop::test:index:Slow::orders";

describe("operations of a stand-in that take their time", () => {
  const shown: { urn: string; text: string; isPassing: boolean }[] = [];
  /** It only writes down what it should show. */
  const engine = new Server();
  let server: ProviderServer;
  let client: ResourceProviderClient;
  let asked: UpdateRequest | undefined;
  let cancelled: (() => void) | undefined;

  const slow: ResourceProviderImplementation = {
    ...randomProvider(),
    update: (request) => {
      asked = request;
      request.report?.("waiting for the pods");
      return new Promise((_, reject) => (cancelled = () => reject(new Error("interrupted"))));
    },
    cancel: (connection) => {
      expect(connection).to.equal(asked!.connection);
      cancelled!();
    },
  };

  before(async () => {
    engine.addService(EngineService, {
      log: (call: { request: LogRequest }, answer: (error: null, empty: unknown) => void) => {
        const { request } = call;
        shown.push({ urn: request.getUrn(), text: request.getMessage(), isPassing: request.getEphemeral() });
        answer(null, new Empty());
      },
    });
    const port = await new Promise<number>((resolve, reject) =>
      engine.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    server = await startProviderServer(slow);
    client = new ResourceProviderClient(`127.0.0.1:${server.port}`, credentials.createInsecure());
    await new Promise((done) => client.attach(new PluginAttach().setAddress(`127.0.0.1:${port}`), done));
  });
  after(async () => {
    client.close();
    await server.close();
    engine.forceShutdown();
  });

  it("show beside their resource what they wait for, know how long they may, and end when the user interrupts", async () => {
    const request = new messages.UpdateRequest().setUrn(URN).setTimeout(90).setIgnorechangesList(["spec.replicas"]);
    const answered = new Promise<Error>((resolve) => client.update(request, (error) => resolve(error!)));
    while (shown.length === 0) await new Promise((later) => setTimeout(later, 5));
    expect(shown).to.deep.equal([{ urn: URN, text: "waiting for the pods", isPassing: true }]);
    expect(asked).to.deep.include({ timeoutSeconds: 90, ignoreChanges: ["spec.replicas"] });
    await new Promise((done) => client.cancel(new Empty(), done));
    expect((await answered).message).to.include("interrupted");
  });
});
