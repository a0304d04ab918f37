import type { Client } from "ssh2";
import { commandLifecycle, type CommandInputs, type Run } from "./command-lifecycle";
import { withConnection, type Connection } from "./connection";
import { checkConnection } from "./connection-rules";
import type { RunResult } from "./run-result";

interface RemoteCommandInputs extends CommandInputs {
  connection: Connection;
}

/** A command that a host's SSH server runs. */
export const remoteCommand = commandLifecycle<RemoteCommandInputs>(checkConnection, ({ connection }, run) =>
  withConnection(connection, run.signal, (client) => execute(client, run)),
);

/** The server decides which variables it takes (`AcceptEnv`), and says nothing about the others. */
function execute(client: Client, { command, environment, stdin }: Run): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    client.exec(command, { env: environment }, (error, channel) => {
      if (error) return reject(error);
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      let exit: Pick<RunResult, "code" | "ended"> = { code: undefined, ended: "was cut off with the connection" };
      channel.on("data", (data: Buffer) => stdout.push(data));
      channel.stderr.on("data", (data: Buffer) => stderr.push(data));
      channel.on("exit", (code: number | null, signal?: string) => {
        exit = code === null ? { code: undefined, ended: `was ended by ${signal}` } : { code };
      });
      channel.on("error", reject);
      channel.on("close", () =>
        resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), ...exit }),
      );
      channel.end(stdin);
    });
  });
}
