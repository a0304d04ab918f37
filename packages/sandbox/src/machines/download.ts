import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

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
