#!/usr/bin/env node
/**
 * `pulumi-language-nodejs`, as the engine starts it: prints the port that it listens on and serves until it is ended.
 * Arguments: flags, then the engine's address.
 */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { addLanguageRuntime } from "./language-host-service";
import { whenParentDies } from "./language-host-parent";

const engineAddress = process.argv.slice(2).filter((argument) => !argument.startsWith("-"))[0] ?? "";
const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
addLanguageRuntime(server, engineAddress);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
  process.stdout.write(`${port}\n`);
});

// The engine puts its plugins into process groups of their own, so Ctrl-C in a terminal doesn't come here: the engine
// finishes what is under way, and then asks with one of these.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(0));
whenParentDies(() => process.exit(1));
