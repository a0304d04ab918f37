import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { StoredResource } from "../azure/resource-store";
import type { BlobInputs } from "../azure/types/blob";
import type { SandboxLayout, SandboxSettings } from "../layout";
import {
  accessRefusal,
  BLOB_READERS,
  BLOB_WRITERS,
  REFUSALS,
  sendRefusal,
  type BlobGuard,
  type Refusal,
} from "./blob-access";
import { blobListing, type ListedBlob } from "./blob-listing";
import { blobContent, declaredBlobs, findBlob, findContainer, hostBuildOf } from "./declared-blobs";
import { WrittenBlobs, type WrittenBlob } from "./written-blobs";

export interface BlobEndpointOptions extends BlobGuard {
  layout: SandboxLayout;
  settings: SandboxSettings;
  /** Where an address of a vault leads here. */
  localUrl?: (url: string) => string | undefined;
}

/** A request of one of the kinds that are answered, once it may be. */
interface BlobRequest {
  options: BlobEndpointOptions;
  request: IncomingMessage;
  response: ServerResponse;
  kind: "blobs" | "host-builds";
  account: string;
  container: string;
  /** Empty for the container itself. */
  name: string;
  parameters: URLSearchParams;
}

interface Operation {
  method: string;
  /** Of the container instead of a blob. */
  ofContainer?: boolean;
  roles: ReadonlySet<string>;
  answer(asked: BlobRequest): Promise<Refusal | undefined>;
}

const OPERATIONS: readonly Operation[] = [
  { method: "GET", roles: BLOB_READERS, answer: get },
  { method: "HEAD", roles: BLOB_READERS, answer: get },
  { method: "GET", ofContainer: true, roles: BLOB_READERS, answer: list },
  { method: "PUT", roles: BLOB_WRITERS, answer: put },
  { method: "DELETE", roles: BLOB_WRITERS, answer: remove },
];

/** The address of a blob's host build, which lies beside the blob and is as private (allowed difference `host-artifact`). */
export function hostBuildUrl(blobUrl: string): string {
  return blobUrl.replace("/blobs/", "/host-builds/");
}

export function isBlobUrl(url: string): boolean {
  return /^http:\/\/127\.\d+\.0\.1:\d+\/blobs\//.test(url);
}

/** Answers for `/blobs/<account>/<container>/<blob>` as Azure Storage does. @returns whether the request was one of these. */
export async function serveBlob(
  options: BlobEndpointOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { pathname, searchParams: parameters } = new URL(request.url ?? "/", "http://blobs");
  const match = /^\/(blobs|host-builds)\/([^/]+)\/([^/]+)(?:\/(.+))?$/.exec(pathname);
  if (!match) return false;
  const [, kind, account, container, name] = match as unknown as [string, BlobRequest["kind"], string, string, string?];
  const operation = OPERATIONS.find(
    ({ method, ofContainer = false }) =>
      method === request.method &&
      ofContainer === (name === undefined) &&
      (!ofContainer || parameters.get("comp") === "list") &&
      (kind === "blobs" || method === "GET"),
  );
  if (!operation) return false;
  const containerId = findContainer(options.store, account, container)?.id;
  const asked = { options, request, response, kind, account, container, name: decode(name ?? ""), parameters };
  const refusal =
    accessRefusal(options, request, { account, containerId, roles: operation.roles }) ??
    (await operation.answer(asked));
  if (refusal) sendRefusal(response, refusal);
  return true;
}

async function get({ options, request, response, kind, account, container, name }: BlobRequest) {
  const declared = findBlob(options.store, account, container, name);
  const file = !declared
    ? (await written(options).get(account, container, name))?.file
    : kind === "blobs"
      ? blobContent(options, declared)
      : hostBuildOf(options, declared);
  const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
  if (file === undefined || !found) return REFUSALS.missing;
  const etag = etagOf({ bytes: found.size, modifiedMs: found.mtimeMs });
  const headers = { ETag: etag, "Last-Modified": found.mtime.toUTCString(), "x-ms-blob-type": "BlockBlob" };
  if (matches(request.headers["if-none-match"], etag)) {
    // A condition that says "not if it is the same" makes a read cheap, and isn't an error.
    response.writeHead(304, { ETag: etag, "x-ms-error-code": "ConditionNotMet" }).end();
    return undefined;
  }
  const type = { "Content-Type": "application/octet-stream" };
  if (declared && isText(declared) && options.localUrl) {
    const text = Buffer.from(withLocalUrls(await readFile(file, "utf8"), options.localUrl));
    response.writeHead(200, { ...headers, ...type, "Content-Length": text.length });
    response.end(request.method === "HEAD" ? undefined : text);
    return undefined;
  }
  response.writeHead(200, { ...headers, ...type, "Content-Length": found.size });
  if (request.method === "HEAD") response.end();
  else await pipeline(createReadStream(file), response);
  return undefined;
}

/** What a program wrote, and no file: it may tell machines where secrets are (allowed difference `vault-address`). */
function isText({ inputs }: StoredResource): boolean {
  return (inputs as unknown as BlobInputs).source?.text !== undefined;
}

function withLocalUrls(text: string, localUrl: (url: string) => string | undefined): string {
  return text.replaceAll(/https:\/\/[a-z0-9-]+\.vault\.[^"\s]+/gi, (url) => localUrl(url) ?? url);
}

async function put({ options, request, response, account, container, name }: BlobRequest) {
  if (request.headers["x-ms-blob-type"] !== "BlockBlob") return REFUSALS.kind;
  if (findBlob(options.store, account, container, name)) return REFUSALS.declared;
  const former = await written(options).get(account, container, name);
  if (former && matches(request.headers["if-none-match"], etagOf(former))) return REFUSALS.exists;
  const condition = request.headers["if-match"];
  if (condition !== undefined && !(former && matches(condition, etagOf(former)))) return REFUSALS.condition;
  const blob = await written(options).put(account, container, name, request);
  response.writeHead(201, { ETag: etagOf(blob), "Last-Modified": new Date(blob.modifiedMs).toUTCString() }).end();
  return undefined;
}

async function remove({ options, response, account, container, name }: BlobRequest) {
  if (findBlob(options.store, account, container, name)) return REFUSALS.declared;
  if (!(await written(options).delete(account, container, name))) return REFUSALS.missing;
  response.writeHead(202).end();
  return undefined;
}

async function list({ options, response, account, container, parameters }: BlobRequest) {
  if (!findContainer(options.store, account, container)) return REFUSALS.noContainer;
  const own = await written(options).list(account, container);
  const declared = await Promise.all(
    declaredBlobs(options.store, account, container).map(async (blob): Promise<WrittenBlob[]> => {
      const file = blobContent(options, blob);
      const found = file === undefined ? undefined : await stat(file).catch(() => undefined);
      if (file === undefined || !found) return [];
      return [{ name: blob.inputs["blobName"] as string, file, bytes: found.size, modifiedMs: found.mtimeMs }];
    }),
  );
  const blobs = [...own, ...declared.flat()].map(({ name, bytes, modifiedMs }): ListedBlob => ({
    name,
    bytes,
    modified: new Date(modifiedMs),
    etag: etagOf({ bytes, modifiedMs }),
  }));
  response
    .writeHead(200, { "Content-Type": "application/xml" })
    .end(blobListing({ account, container, blobs }, parameters));
  return undefined;
}

function written({ layout }: BlobEndpointOptions): WrittenBlobs {
  return new WrittenBlobs(layout);
}

/** Another content is another file here, which another time tells. */
function etagOf({ bytes, modifiedMs }: Pick<WrittenBlob, "bytes" | "modifiedMs">): string {
  return `"0x${Math.round(modifiedMs * 1000)
    .toString(16)
    .toUpperCase()}${bytes.toString(16).toUpperCase()}"`;
}

/** Whether a header's condition names this tag, or any. */
function matches(condition: string | undefined, etag: string): boolean {
  return (condition ?? "").split(",").some((part) => ["*", etag].includes(part.trim()));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
