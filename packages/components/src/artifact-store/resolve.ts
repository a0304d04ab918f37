import {
  ARTIFACT_STORE_SETTINGS,
  blobName,
  checkArtifactStoreNetwork,
  checkFewTags,
  checkReadersReach,
  checkPrivateAccess,
  checkUploadBesideEndpoint,
  FEW_TAGS_OF,
  PLACEMENT,
  PRIVATE_ACCESS_FIELDS,
  PRIVATE_DNS_ZONES,
  resolve,
  STORED_ARTIFACT_FIELD,
  type ArtifactStoreSettings,
  type Finding,
  type ObjectField,
  type Resolved,
} from "@windows-ha/spec";
import type { ArtifactStoreArgs } from "./args";
import { readProgramFile, type ProgramFile } from "./program-file";

/** One program, read and named. */
export interface StoredProgram extends ProgramFile {
  name: string;
  version: string;
  blobName: string;
}

/** What is known of a store when the program runs. */
export interface ArtifactStoreSpec extends Pick<ArtifactStoreSettings, "redundancy" | "softDeleteDays"> {
  /** Only named networks reach it. */
  isFirewalled: boolean;
  /** Machines reach it through a private endpoint. */
  isPrivate: boolean;
  programs: StoredProgram[];
}

const text = { kind: "string", input: true, minLength: 1, required: true } as const;

const FIELD: ObjectField = {
  kind: "object",
  fields: {
    ...PLACEMENT,
    resourceGroupName: { ...PLACEMENT.resourceGroupName!, required: true },
    ...ARTIFACT_STORE_SETTINGS,
    private: { kind: "object", optional: true, fields: PRIVATE_ACCESS_FIELDS },
    artifacts: { kind: "list", required: true, maxItems: 100, of: STORED_ARTIFACT_FIELD },
    reader: { kind: "object", optional: true, fields: { principalId: text, clientId: text } },
  },
};

export function resolveArtifactStore(args: ArtifactStoreArgs): Resolved<ArtifactStoreSpec> {
  const resolved = resolve<ArtifactStoreArgs & ArtifactStoreSettings>(
    FIELD,
    args,
    (spec) => spec,
    (spec) => [
      ...repeatedNames(spec.artifacts.map(({ name }) => name)),
      ...missingReader(spec),
      ...checkArtifactStoreNetwork(spec, ""),
      ...checkReadersReach(spec, spec.private !== undefined),
      ...checkUploadBesideEndpoint(spec.private !== undefined, spec, ""),
      ...(spec.private ? checkPrivateAccess(spec.private, "private", PRIVATE_DNS_ZONES.blob) : []),
      ...checkFewTags(args.tags, spec.private && !spec.private.privateDnsZoneId ? [FEW_TAGS_OF.zone] : []),
    ],
  );
  if (!resolved.spec) return resolved;
  const { artifacts, redundancy, softDeleteDays } = resolved.spec;
  const findings: Finding[] = [];
  const programs = artifacts.flatMap(({ name, version, path, mode }, index): StoredProgram[] => {
    const read = readProgramFile(path, `artifacts[${index}].path`, undefined, mode);
    findings.push(...read.findings);
    return read.program
      ? [{ ...read.program, name, version, blobName: blobName({ ...read.program, name, version }) }]
      : [];
  });
  if (findings.length > 0) return { spec: undefined, findings };
  const reach = { isFirewalled: args.uploadFrom !== undefined, isPrivate: args.private !== undefined };
  return { spec: { redundancy, softDeleteDays, ...reach, programs }, findings: [] };
}

/** Programs that nobody may read are of no use. */
function missingReader({ artifacts, reader }: ArtifactStoreArgs): Finding[] {
  if (artifacts.length === 0 || reader) return [];
  return [
    {
      rule: "artifact-reader",
      path: "reader",
      seen: "missing",
      allowed: "the identity of the machines that download the programs",
      fix: "Give the principalId and the clientId of the machines' identity.",
    },
  ];
}

/** A name stands in resource names, which compare without case on Azure. */
function repeatedNames(names: readonly string[]): Finding[] {
  const plain = names.map((name) => name.toLowerCase());
  return plain.flatMap((name, index): Finding[] => {
    const first = plain.indexOf(name);
    if (first === index) return [];
    return [
      {
        rule: "artifact-name",
        path: `artifacts[${index}].name`,
        seen: `${JSON.stringify(names[index])}, which artifacts[${first}] has already`,
        allowed: "each name once per store",
        fix: "Give the program another name, or remove it.",
      },
    ];
  });
}
