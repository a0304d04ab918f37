import {
  status,
  type Server,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
} from "@grpc/grpc-js";
import * as service from "@pulumi/pulumi/proto/language_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { installDependencies } from "./language-host-install";
import { programDependencies, requiredPackages } from "./language-host-packages";
import { runPlugin } from "./language-host-plugin";
import { runProgram } from "./language-host-run";

/** What stands in for the version: the sandbox's own is not one of Pulumi's. */
const VERSION = "0.0.0-sandbox";

type Call<Request> = ServerUnaryCall<Request, unknown>;
type Stream<Request, Response> = ServerWritableStream<Request, Response>;

/**
 * Adds Pulumi's `LanguageRuntime` for Node.js programs to a server. It stands in for `pulumi-language-nodejs` where the
 * official one can't be had, and leaves to the program's own `@pulumi/pulumi` what that one leaves to it.
 */
export function addLanguageRuntime(server: Server, engineAddress: string): void {
  let engine = engineAddress;
  server.addService(service.LanguageRuntimeService, {
    handshake: unary((request: messages.LanguageHandshakeRequest) => {
      engine = request.getEngineAddress() || engine;
      return new messages.LanguageHandshakeResponse();
    }),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion(VERSION)),
    getRequiredPackages: unary((request: messages.GetRequiredPackagesRequest) =>
      new messages.GetRequiredPackagesResponse().setPackagesList(
        requiredPackages(request.getInfo()!.getProgramDirectory()).map(({ name, version, server: download }) =>
          new plugin.PackageDependency().setName(name).setKind("resource").setVersion(version).setServer(download),
        ),
      ),
    ),
    getRequiredPlugins: unary((request: messages.GetRequiredPluginsRequest) =>
      new messages.GetRequiredPluginsResponse().setPluginsList(
        requiredPackages(request.getInfo()?.getProgramDirectory() ?? request.getPwd()).map(
          ({ name, version, server: download }) =>
            new plugin.PluginDependency().setName(name).setKind("resource").setVersion(version).setServer(download),
        ),
      ),
    ),
    getProgramDependencies: unary((request: messages.GetProgramDependenciesRequest) =>
      new messages.GetProgramDependenciesResponse().setDependenciesList(
        programDependencies(request.getInfo()!.getProgramDirectory()).map(({ name, version }) =>
          new messages.DependencyInfo().setName(name).setVersion(version),
        ),
      ),
    ),
    about: unary(() =>
      new messages.AboutResponse().setExecutable(process.execPath).setVersion(process.version.slice(1)),
    ),
    runtimeOptionsPrompts: unary(() => new messages.RuntimeOptionsResponse()),
    template: unary(() => new messages.TemplateResponse()),
    run: unary((request: messages.RunRequest, call) => runProgram(request, engine, call)),
    cancel: unary(() => new Empty()),
    installDependencies: streamed(installDependencies),
    runPlugin: streamed(runPlugin),
    generateProgram: unimplemented("code generation"),
    generateProject: unimplemented("code generation"),
    generatePackage: unimplemented("code generation"),
    pack: unimplemented("packing SDKs"),
    link: unimplemented("linking SDKs"),
  });
}

function unary<Request, Response>(handle: (request: Request, call: Call<Request>) => Response | Promise<Response>) {
  return (call: Call<Request>, callback: sendUnaryData<Response>): void => {
    Promise.resolve()
      .then(() => handle(call.request, call))
      .then(
        (response) => callback(null, response),
        (error: Error) => callback({ code: status.UNKNOWN, details: error.message }),
      );
  };
}

function streamed<Request, Response>(handle: (call: Stream<Request, Response>) => Promise<void>) {
  return (call: Stream<Request, Response>): void => {
    handle(call).then(
      () => call.end(),
      // `call.destroy(error)` would leave the CLI waiting for ever.
      (error: Error) => call.emit("error", { code: status.INTERNAL, details: error.message }),
    );
  };
}

function unimplemented(what: string) {
  return (_: unknown, callback: sendUnaryData<never>): void =>
    callback({ code: status.UNIMPLEMENTED, details: `the sandbox's language host does not do ${what}` });
}
