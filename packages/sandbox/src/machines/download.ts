import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { isBlobUrl } from "../storage";
import type { HostRun } from "./run-host-agent";

/** Downloads a file. @returns its SHA-256. @throws Error when the answer isn't 200 or breaks off. */
export async function download(
  url: string,
  file: string,
  signal: AbortSignal,
  headers: Record<string, string> = {},
): Promise<string> {
  const response = await fetch(url, { signal, headers, redirect: "Authorization" in headers ? "error" : "follow" });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    const code = response.headers.get("x-ms-error-code");
    throw new Error(`${url} answered ${response.status} ${code ?? response.statusText}`.trimEnd());
  }
  const hash = createHash("sha256");
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), hashing, createWriteStream(file), { signal });
  return hash.digest("hex");
}

/** Blobs, and nothing else, are downloaded with a token of the machine's identity. @throws Error when it gets none */
export async function blobHeaders(
  uri: string,
  clientId: string | undefined,
  { env, signal }: Pick<HostRun, "env" | "signal">,
): Promise<Record<string, string>> {
  if (clientId === undefined || !isBlobUrl(uri)) return {};
  const query = new URLSearchParams({
    "api-version": "2018-02-01",
    resource: "https://storage.azure.com/",
    client_id: clientId,
  });
  const response = await fetch(
    `${env["WINDOWS_HA_METADATA_ADDRESS"]}/metadata/identity/oauth2/token?${query.toString()}`,
    {
      headers: { Metadata: "true" },
      signal,
    },
  );
  const answer = (await response.json()) as { access_token?: string; error_description?: string };
  if (!response.ok) throw new Error(`the metadata service answered ${response.status}: ${answer.error_description}`);
  return { Authorization: `Bearer ${answer.access_token}`, "x-ms-version": "2021-12-02" };
}

/** `fetch` hides the reason of a failed connection in the cause. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
