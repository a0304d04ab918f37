import { isDeferred } from "./deferred";
import type { Finding } from "./finding";
import { PRIVATE_DNS_ZONES } from "./private-endpoints";
import { checkClusterPrivateAccess, type StoreNetwork } from "./private-store";
import { checkVaultSource } from "./secret-store-rules";
import type { ServiceSpec } from "./service";
import {
  CERTIFICATE_PATH,
  hasSecretStore,
  isGiven,
  keepsValues,
  secretPath,
  secretSources,
  type ClusterSecretStoreSpec,
  type NamedSource,
  type SecretSource,
} from "./service-secrets";

/** What the shape can't say about a service's secrets, wherever it is declared. Values never stand in a finding. */
export function checkServiceSecrets(service: ServiceSpec): Finding[] {
  const { environment } = service as { environment?: unknown };
  return [
    ...checkNumber(service),
    ...Object.keys(service.secrets).flatMap((name) => checkName(name, service)),
    ...checkTls(service),
    ...secretSources(service).flatMap(checkOneSource),
    ...checkEnvironmentNames(service, isDeferred(environment) ? [] : Object.keys(environment ?? {})),
  ];
}

/** What a cluster does for its service: it keeps values and gives the machines' identity the right to read them. */
export function checkClusterSecrets(service: ServiceSpec): Finding[] {
  return secretSources(service).flatMap(({ path, source }): Finding[] => {
    if (!isGiven(source.identityClientId)) return [];
    return [
      {
        rule: "secret-identity",
        path: `${path}.identityClientId`,
        seen: "given",
        allowed: "nothing: the machines of a cluster have one identity, and read by it",
        fix: "Remove it. With roleScope, the cluster gives its identity the right to read.",
      },
    ];
  });
}

/** What a part without a store of its own can't do. */
export function checkPublishedSecrets(service: ServiceSpec): Finding[] {
  return secretSources(service).flatMap(({ path, source }): Finding[] => {
    const finding = (property: keyof SecretSource, rest: Pick<Finding, "seen" | "allowed" | "fix">): Finding[] => [
      { rule: "secret-source", path: `${path}.${property}`, ...rest },
    ];
    if (isGiven(source.value)) {
      return finding("value", {
        seen: "given",
        allowed: "a secret that is in a vault already: a ServiceInstall by itself keeps none",
        fix: "Keep it in a SecretStore and give its secretUris as url, or take a WindowsHaCluster.",
      });
    }
    return [
      ...(isGiven(source.roleScope)
        ? finding("roleScope", {
            seen: "given",
            allowed: "nothing: a ServiceInstall by itself gives nobody a role",
            fix: "Give the machines' identity the role Key Vault Secrets User yourself, for example by a SecretStore's readers.",
          })
        : []),
      ...(isGiven(source.identityClientId)
        ? []
        : finding("identityClientId", {
            seen: "missing",
            allowed: "the client id of the identity by which the machines read the vault",
            fix: "Give the clientId of the user-assigned identity that the machines have.",
          })),
    ];
  });
}

/** Whether the machines can reach what the cluster keeps for them. */
export function checkClusterSecretStore(
  store: ClusterSecretStoreSpec,
  service: ServiceSpec,
  network: StoreNetwork,
  hasConsul = false,
): Finding[] {
  const finding = (rule: string, property: string, seen: string, allowed: string, fix: string): Finding => ({
    rule,
    path: `secretStore.${property}`,
    seen,
    allowed,
    fix,
  });
  const findings = store.allowFrom.flatMap((range, index) =>
    checkVaultSource(range, `secretStore.allowFrom[${index}]`),
  );
  if (store.enabled === false && keepsValues(service)) {
    findings.push(
      finding(
        "secret-store-needed",
        "enabled",
        "false, but a secret or the certificate is given by its value",
        "true, or nothing: a value needs a store",
        "Leave secretStore.enabled out, or give url instead of value.",
      ),
    );
  }
  // Consul's keys have a vault of their own, to which the same way leads.
  if (!hasSecretStore(store, service) && !hasConsul) return findings;
  const { existing } = network;
  if (store.private && store.allowFrom.length > 0) {
    findings.push(
      finding(
        "secret-store-reach",
        "allowFrom",
        "given, with private",
        "nothing beside private, which closes the public address",
        "Remove secretStore.allowFrom, or secretStore.private.",
      ),
    );
  }
  if (!store.private && store.allowFrom.length === 0 && existing) {
    findings.push(
      finding(
        "secret-store-reach",
        "allowFrom",
        "missing, and the network is an existing one, whose way out nobody here knows",
        "the public addresses that the machines go out with, or private: the vault's firewall denies by default",
        "Give secretStore.allowFrom, or secretStore.private with the network's virtualNetworkId.",
      ),
    );
  }
  return [...findings, ...checkClusterPrivateAccess(store, "secretStore.", network, PRIVATE_DNS_ZONES.vault)];
}

/** What the agent itself hands over to the service, as far as a secret could take its place. */
const TLS_VARIABLES = ["TLS_CERT_FILE", "TLS_KEY_FILE"];

/** The agent's limit: each is asked for again and again. */
const MOST_SECRETS = 50;

function checkNumber({ secrets }: ServiceSpec): Finding[] {
  const number = Object.keys(secrets).length;
  if (number <= MOST_SECRETS) return [];
  return [
    {
      rule: "secret-count",
      path: "service.secrets",
      seen: `${number} secrets`,
      allowed: `at most ${MOST_SECRETS}`,
      fix: "Join settings that change together in one secret, for example as JSON.",
    },
  ];
}

function checkName(name: string, { tls }: ServiceSpec): Finding[] {
  const isAgents = name.startsWith("WINDOWS_HA_");
  const isCertificates = tls?.enabled && ["TLS_CERT", "TLS_KEY", "TLS_CERTIFICATE"].includes(name);
  if (!isAgents && !isCertificates) return [];
  return [
    {
      rule: "secret-name",
      path: secretPath(name),
      allowed: isAgents
        ? "a name that doesn't begin with WINDOWS_HA_, which is the agent's own"
        : "a name other than TLS_CERT, TLS_KEY and TLS_CERTIFICATE, which are the certificate's with service.tls",
      fix: "Give the secret another name.",
    },
  ];
}

function checkTls({ tls }: ServiceSpec): Finding[] {
  if (!tls?.enabled) return [];
  if (!tls.certificate) {
    return [
      {
        rule: "required",
        path: CERTIFICATE_PATH,
        seen: "missing",
        allowed: "the certificate: a PEM bundle as value, or the url of one that Key Vault holds",
        fix: `Give ${CERTIFICATE_PATH}, or set service.tls.enabled to false.`,
      },
    ];
  }
  return [...checkCertificate(tls.certificate.value), ...checkRenewal(tls.certificate.url)];
}

const CERTIFICATE_BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/;
const KEY_BLOCK = /-----BEGIN ((RSA|EC) )?PRIVATE KEY-----[\s\S]+?-----END ((RSA|EC) )?PRIVATE KEY-----/;

/** A certificate that is given by its value, once it is known. */
export function checkCertificate(value: unknown): Finding[] {
  if (typeof value !== "string" || (CERTIFICATE_BLOCK.test(value) && KEY_BLOCK.test(value))) return [];
  return [
    {
      rule: "certificate-pem",
      path: `${CERTIFICATE_PATH}.value`,
      allowed:
        "PEM text with at least one CERTIFICATE block, the service's own first, and its PRIVATE KEY block without a passphrase",
      fix: "Join the certificate, those of its issuers and the key in one text, for example with pulumi.interpolate.",
    },
  ];
}

/** An address with a version stays at that version for ever. */
function checkRenewal(url: unknown): Finding[] {
  if (typeof url !== "string" || !/\/[0-9a-f]{32}$/i.test(url)) return [];
  return [
    {
      rule: "certificate-version",
      path: `${CERTIFICATE_PATH}.url`,
      seen: "an address with a version",
      allowed: "the address without a version: a fixed version would never be renewed, and expires",
      fix: "Leave the last part of the address out.",
    },
  ];
}

function checkOneSource({ path, source }: NamedSource): Finding[] {
  const hasValue = isGiven(source.value);
  if (hasValue === isGiven(source.url)) {
    return [
      {
        rule: "secret-source",
        path,
        seen: hasValue ? "given by value and by url" : "given by neither value nor url",
        allowed: "either the value, which the cluster keeps in its secret store, or the url of a secret in a vault",
        fix: hasValue ? `Remove ${path}.value or ${path}.url.` : `Give ${path}.value or ${path}.url.`,
      },
    ];
  }
  if (!hasValue || !isGiven(source.roleScope)) return [];
  return [
    {
      rule: "secret-source",
      path: `${path}.roleScope`,
      seen: "given, with a value",
      allowed: "nothing: what the cluster keeps itself its machines may read",
      fix: `Remove ${path}.roleScope.`,
    },
  ];
}

/** Names by which people tell each other that a value is a secret. `…_FILE` and `…_URL` are none. */
export const SECRET_NAME =
  /(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|(API|ACCESS|ACCOUNT|PRIVATE|SHARED)_?KEY|CONNECTION_?STRING|CREDENTIALS?)$/i;

function checkEnvironmentNames(service: ServiceSpec, names: readonly string[]): Finding[] {
  const agents = new Set([
    ...Object.keys(service.secrets).map((name) => `${name}_FILE`),
    ...(service.tls?.enabled ? TLS_VARIABLES : []),
  ]);
  const accepted = new Set(service.secretsInEnvironment);
  return names.flatMap((name): Finding[] => {
    const path = `service.environment[${JSON.stringify(name)}]`;
    if (agents.has(name.toUpperCase())) {
      return [
        {
          rule: "environment-collision",
          path,
          allowed: `another name: ${name.toUpperCase()} is how the service learns where its secret or certificate is`,
          fix: "Remove the variable, or rename the secret.",
        },
      ];
    }
    if (!SECRET_NAME.test(name) || accepted.has(name)) return [];
    return [
      {
        rule: "secret-in-environment",
        path,
        allowed:
          "no secret: the environment of a Windows service stands in the registry, which every user of the machine can read",
        fix: `Give it in service.secrets, so that the service reads the file that <NAME>_FILE names. If it is no secret, or the program can't read a file, name it in service.secretsInEnvironment.`,
      },
    ];
  });
}
