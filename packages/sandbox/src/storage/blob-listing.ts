/** A blob as a list shows it. */
export interface ListedBlob {
  name: string;
  bytes: number;
  modified: Date;
  etag: string;
}

/** The service's own limit. */
const MOST_RESULTS = 5000;

/** Azure's answer to List Blobs: in the order of names, with a marker where it goes on. */
export function blobListing(
  { account, container, blobs }: { account: string; container: string; blobs: readonly ListedBlob[] },
  parameters: URLSearchParams,
): string {
  const prefix = parameters.get("prefix") ?? "";
  const marker = parameters.get("marker") ?? "";
  const most = Math.min(Number(parameters.get("maxresults") ?? MOST_RESULTS) || MOST_RESULTS, MOST_RESULTS);
  const found = blobs
    .filter(({ name }) => name.startsWith(prefix) && name >= marker)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const next = found[most]?.name ?? "";
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<EnumerationResults ServiceEndpoint="https://${account}.blob.core.windows.net/" ContainerName="${container}">`,
    ...(prefix ? [`<Prefix>${escaped(prefix)}</Prefix>`] : []),
    `<Blobs>${found.slice(0, most).map(element).join("")}</Blobs>`,
    `<NextMarker>${escaped(next)}</NextMarker>`,
    "</EnumerationResults>",
  ].join("");
}

function element({ name, bytes, modified, etag }: ListedBlob): string {
  const properties = [
    `<Last-Modified>${modified.toUTCString()}</Last-Modified>`,
    `<Etag>${escaped(etag.replaceAll('"', ""))}</Etag>`,
    `<Content-Length>${bytes}</Content-Length>`,
    "<Content-Type>application/octet-stream</Content-Type>",
    "<BlobType>BlockBlob</BlobType>",
  ];
  return `<Blob><Name>${escaped(name)}</Name><Properties>${properties.join("")}</Properties></Blob>`;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character]!);
}
