import { isCanonicalCidr, isPrivateRange, parseCidr } from "./cidr";
import { isDeferred } from "./deferred";
import type { Finding } from "./finding";
import type { Fields } from "./shape";

/** Who reaches an artifact store; addresses and ids may come from other resources. */
export interface ArtifactStoreNetworkSpec {
  /** Left out: its address takes requests from everywhere, and rights alone decide. */
  uploadFrom?: unknown[];
  fromSubnetIds?: unknown[];
}

/** Azure's limits of address rules and of subnets on a storage account. */
const MOST_RULES = 400;

export const ARTIFACT_STORE_NETWORK: Fields = {
  uploadFrom: { kind: "list", minItems: 1, maxItems: MOST_RULES, unique: true, of: { kind: "string", input: true } },
  fromSubnetIds: {
    kind: "list",
    minItems: 1,
    maxItems: MOST_RULES,
    of: { kind: "string", input: true, minLength: 1 },
  },
};

/** The service endpoint by which a storage account knows a subnet: addresses don't tell it callers of its own region. */
export const STORAGE_SERVICE_ENDPOINT = "Microsoft.Storage";

/** What the shape can't say about a store's firewall. */
export function checkArtifactStoreNetwork(store: ArtifactStoreNetworkSpec, prefix: string): Finding[] {
  const { uploadFrom, fromSubnetIds } = store;
  const addresses = (uploadFrom ?? []).flatMap((range, index) => checkUploader(range, `${prefix}uploadFrom[${index}]`));
  if (uploadFrom !== undefined || fromSubnetIds === undefined) return addresses;
  return [
    {
      rule: "artifact-store-reach",
      path: `${prefix}fromSubnetIds`,
      seen: `given, without ${prefix}uploadFrom`,
      allowed: `fromSubnetIds together with ${prefix}uploadFrom: without it the store takes requests from everywhere`,
      fix: `Name the addresses that uploads come from as ${prefix}uploadFrom, or leave ${prefix}fromSubnetIds out.`,
    },
  ];
}

/** A store that stands alone doesn't know the machines' subnet, so it has to be named. */
export function checkReadersReach(
  { uploadFrom, fromSubnetIds }: ArtifactStoreNetworkSpec,
  isPrivate: boolean,
): Finding[] {
  if (uploadFrom === undefined || fromSubnetIds !== undefined || isPrivate) return [];
  return [
    {
      rule: "artifact-store-reach",
      path: "uploadFrom",
      seen: "given, but nothing says where the machines are",
      allowed: "uploadFrom together with fromSubnetIds or private: everything else is denied, the reader too",
      fix: `Give the machines' subnet, which needs the service endpoint ${STORAGE_SERVICE_ENDPOINT}, as fromSubnetIds; or private.`,
    },
  ];
}

/** An endpoint is the machines' way; programs are uploaded from outside of their network, by the public address. */
export function checkUploadBesideEndpoint(
  isPrivate: boolean,
  { uploadFrom }: Pick<ArtifactStoreNetworkSpec, "uploadFrom">,
  prefix: string,
): Finding[] {
  if (!isPrivate || uploadFrom !== undefined) return [];
  return [
    {
      rule: "artifact-store-reach",
      path: `${prefix}uploadFrom`,
      seen: `missing, with ${prefix}private`,
      allowed: `the addresses that deployments upload from, beside ${prefix}private: everything else is denied`,
      fix: `Give ${prefix}uploadFrom. For a store without public address let CI put the programs there, and give them as url and sha256.`,
    },
  ];
}

/** What a storage account's firewall doesn't take (Azure Storage, restrictions for IP network rules). */
const REFUSED: readonly { says: string; holds: (text: string) => boolean; fix: string }[] = [
  {
    says: "IPv6: a storage account's firewall knows IPv4 only",
    holds: (text) => text.includes(":"),
    fix: "Give the IPv4 address that uploads come from.",
  },
  {
    says: "not an IPv4 address or range",
    holds: (text) => parseCidr(text) === undefined,
    fix: 'Write an address such as "198.51.100.7" or a range such as "198.51.100.0/24".',
  },
  {
    says: "every address there is",
    holds: (text) => parseCidr(text)!.prefixLength === 0,
    fix: "Name the networks that uploads come from, or leave uploadFrom out.",
  },
  {
    says: "private: a storage account's firewall sees public addresses only",
    holds: (text) => isPrivateRange(parseCidr(text)!),
    fix: "Give the public address that uploads go out with, or the subnet that they come from in fromSubnetIds.",
  },
  {
    says: "not a range by its first address",
    holds: (text) => text.includes("/") && !isCanonicalCidr(text),
    fix: 'Write the range\'s first address, as in "198.51.100.0/24".',
  },
  {
    says: "a range of two addresses, which Azure refuses",
    holds: (text) => parseCidr(text)!.prefixLength === 31,
    fix: "Write the two addresses, each by itself.",
  },
];

function checkUploader(range: unknown, path: string): Finding[] {
  if (isDeferred(range)) return [];
  const refused = REFUSED.find(({ holds }) => holds(range as string));
  if (!refused) return [];
  return [
    {
      rule: "upload-from",
      path,
      seen: `${JSON.stringify(range)}, ${refused.says}`,
      allowed: 'public IPv4 addresses such as "198.51.100.7" and ranges up to /30 such as "198.51.100.0/24"',
      fix: refused.fix,
    },
  ];
}
