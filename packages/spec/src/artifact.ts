import { ARTIFACT_STORE_NETWORK, type ArtifactStoreNetworkSpec } from "./artifact-store-network";
import { DEFAULTS } from "./defaults";
import type { Finding } from "./finding";
import { RUN_MODES, SEMANTIC_VERSION, SERVICE_NAME } from "./service";
import type { Fields, ObjectField } from "./shape";

/** How an artifact store keeps its files, and for whom. */
export interface ArtifactStoreSettings extends ArtifactStoreNetworkSpec {
  redundancy: "Standard_ZRS" | "Standard_LRS" | "Standard_GZRS";
  softDeleteDays: number;
}

/** Where a program comes from, before it is known which of the two forms was given. */
export interface ArtifactSource {
  path?: string;
  url?: unknown;
  sha256?: unknown;
  identityClientId?: unknown;
}

export const ARTIFACT_STORE_SETTINGS: Fields = {
  redundancy: {
    kind: "string",
    oneOf: ["Standard_ZRS", "Standard_LRS", "Standard_GZRS"],
    default: DEFAULTS.artifactStore.redundancy,
  },
  softDeleteDays: { kind: "integer", minimum: 1, maximum: 365, default: DEFAULTS.artifactStore.softDeleteDays },
  ...ARTIFACT_STORE_NETWORK,
};

/** One program for a store to keep. */
export const STORED_ARTIFACT_FIELD: ObjectField = {
  kind: "object",
  fields: {
    name: { ...SERVICE_NAME, required: true },
    version: {
      kind: "string",
      required: true,
      pattern: SEMANTIC_VERSION,
      allowed: "a semantic version such as 1.4.2 (three numbers, no leading v)",
    },
    path: { kind: "string", required: true, minLength: 1, maxLength: 1024 },
    mode: { kind: "string", oneOf: RUN_MODES },
  },
};

/** Exactly one of the two forms: nobody should have to guess which of two programs runs. */
export function checkArtifactSource(source: ArtifactSource | undefined, path: string): Finding[] {
  if (source === undefined) return [];
  const published = ["url", "sha256", "identityClientId"].filter((name) => source[name as keyof ArtifactSource]);
  const isFile = source.path !== undefined && published.length === 0;
  const isPublished = source.path === undefined && source.url !== undefined && source.sha256 !== undefined;
  if (isFile || isPublished) return [];
  const given = [...(source.path === undefined ? [] : ["path"]), ...published];
  return [
    {
      rule: "artifact-source",
      path,
      seen: given.length === 0 ? "without path, url and sha256" : `given by ${given.join(" and ")}`,
      allowed: "either path (a file that is uploaded) or url and sha256 (a published file)",
      fix:
        source.path === undefined
          ? `Give ${path}.path, or both of ${path}.url and ${path}.sha256.`
          : `Remove ${published.map((name) => `${path}.${name}`).join(" and ")}, or remove ${path}.path.`,
    },
  ];
}

/** The same where nothing can be uploaded. */
export function checkPublishedSource(source: ArtifactSource | undefined, path: string): Finding[] {
  if (source?.path === undefined) return checkArtifactSource(source, path);
  return [
    {
      rule: "artifact-source",
      path,
      seen: "given by path",
      allowed: "url and sha256: a ServiceInstall uploads nothing",
      fix: `Upload the file with an ArtifactStore and give its url, sha256 and identityClientId as ${path}.`,
    },
  ];
}

/** Where a release lies in its container: one name for one content, so that nothing is ever overwritten (S0-61, S0-64). */
export function blobName(file: { name: string; version: string; sha256: string; fileName: string }): string {
  // "+" begins build metadata and needs an escape in addresses; "_" can't stand in a semantic version.
  return [file.name, file.version.replaceAll("+", "_"), file.sha256.slice(0, 8), file.fileName].join("/");
}
