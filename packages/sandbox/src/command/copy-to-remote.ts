import { isAbsolute } from "node:path";
import type { Client, SFTPWrapper } from "ssh2";
import { isAsset, sameValue, type PropertyMap, type PropertyValue } from "../provider";
import type { CommandType } from "./command-type";
import { withConnection, type Connection } from "./connection";
import { checkConnection } from "./connection-rules";
import { copyPath, copyText } from "./remote-files";

/** Copies a file, a text or a folder to a host. What was copied stays there when the resource is deleted. */
export const copyToRemote: CommandType = {
  check: (inputs) => [...checkConnection(inputs), ...checkSource(inputs["source"])],
  create: copy,
  // A changed way to the host alone copies nothing.
  update: async (news, state, signal) =>
    sameValue(news["source"], state["source"]) && news["remotePath"] === state["remotePath"]
      ? news
      : copy(news, signal),
  delete: () => Promise.resolve(),
};

async function copy(inputs: PropertyMap, signal: AbortSignal): Promise<PropertyMap> {
  const { connection, source, remotePath } = inputs as unknown as {
    connection: Connection;
    source: { path?: string; text?: string };
    remotePath: string;
  };
  await withConnection(connection, signal, async (client) => {
    const files = await openFiles(client);
    await (source.path === undefined
      ? copyText(files, source.text ?? "", remotePath)
      : copyPath(files, source.path, remotePath));
  });
  return inputs;
}

function openFiles(client: Client): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    client.sftp((error, files) => (error ? reject(error) : resolve(files)));
  });
}

/** As the official plugin: a path, or a text; no address, and no archive that the program puts together. */
function checkSource(source: PropertyValue | undefined): string[] {
  if (!isAsset(source)) return ["source: should be a FileAsset, a StringAsset or a FileArchive"];
  const { path, uri, assets } = source as Record<string, unknown>;
  if (uri !== undefined || assets !== undefined) {
    return ["source: should be a file, a text or a folder; an address or a list of assets is not copied"];
  }
  return typeof path === "string" && !isAbsolute(path)
    ? ["source: the sandbox doesn't know the program's folder; give an absolute path"]
    : [];
}
