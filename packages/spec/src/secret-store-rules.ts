import { isPrivateRange, parseCidr } from "./cidr";
import { isDeferred } from "./deferred";
import type { Finding } from "./finding";
import { checkPrivateAccess, PRIVATE_DNS_ZONES, type PrivateAccessSpec } from "./private-endpoints";
import type { SecretStoreArguments } from "./secret-store";
import { checkFewTags, FEW_TAGS_OF } from "./tags";

/** What the shape can't say about a secret store. */
export function checkSecretStore(store: SecretStoreArguments): Finding[] {
  return [
    ...repeated(Object.keys(store.secrets), (index, name) => `secrets[${JSON.stringify(name)}]`),
    ...repeated(
      store.readers.map(({ name }) => name),
      (index) => `readers[${index}].name`,
    ),
    ...checkReach(store),
    ...checkTags(store),
    ...store.allowFrom.flatMap((range, index) => checkVaultSource(range, `allowFrom[${index}]`)),
  ];
}

function checkTags({ tags, secrets, private: { subnetId, privateDnsZoneId } }: SecretStoreArguments): Finding[] {
  const makesZone = subnetId !== undefined && privateDnsZoneId === undefined;
  return checkFewTags(tags, [
    ...(makesZone ? [FEW_TAGS_OF.zone] : []),
    ...(Object.keys(secrets).length > 0 ? [FEW_TAGS_OF.secrets] : []),
  ]);
}

/** Azure compares names without case. */
function repeated(names: readonly string[], pathOf: (index: number, name: string) => string): Finding[] {
  const plain = names.map((name) => name.toLowerCase());
  return names.flatMap((name, index): Finding[] => {
    const first = plain.indexOf(plain[index]!);
    if (first === index) return [];
    return [
      {
        rule: "unique-name",
        path: pathOf(index, name),
        seen: `the name ${JSON.stringify(name)}, which ${pathOf(first, names[first]!)} has already`,
        allowed: "each name once; upper and lower case are the same",
        fix: "Give it another name, or remove it.",
      },
    ];
  });
}

/** The vault denies by default, so the way in has to be one, and has to be named. */
function checkReach({ private: reach, allowFrom, readers }: SecretStoreArguments): Finding[] {
  const isPrivate = reach.subnetId !== undefined;
  const findings: Finding[] = [];
  if (isPrivate && allowFrom.length > 0) {
    findings.push({
      rule: "secret-store-reach",
      path: "allowFrom",
      seen: "given, with private",
      allowed: "nothing beside private, which closes the public address",
      fix: "Remove allowFrom, or remove private.",
    });
  }
  if (isPrivate) {
    findings.push(...checkPrivateAccess(reach as PrivateAccessSpec, "private", PRIVATE_DNS_ZONES.vault));
  }
  if (!isPrivate && allowFrom.length === 0 && readers.length > 0) {
    findings.push({
      rule: "secret-store-reach",
      path: "readers",
      seen: "given, but no address may reach the vault",
      allowed: "readers together with allowFrom or private: the vault's firewall denies by default",
      fix: "Give private, or the public address that the readers go out with as allowFrom (network.outboundAddress).",
    });
  }
  return findings;
}

/** Ranges that a vault's firewall takes: public IPv4. */
export function checkVaultSource(range: unknown, path: string): Finding[] {
  if (isDeferred(range)) return [];
  const parsed = parseCidr(range as string);
  const problem =
    parsed === undefined
      ? "not an IPv4 address or range"
      : isPrivateRange(parsed)
        ? "private: a vault's firewall sees public addresses only"
        : parsed.prefixLength === 0
          ? "every address there is"
          : undefined;
  if (problem === undefined) return [];
  return [
    {
      rule: "allow-from",
      path,
      seen: `${JSON.stringify(range)}, ${problem}`,
      allowed: 'public IPv4 addresses such as "198.51.100.7" and ranges such as "198.51.100.0/24"',
      fix: "Give the public address that the readers go out with, or use private instead.",
    },
  ];
}
