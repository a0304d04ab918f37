import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { checkPublishedSecrets, resolveCluster, type ServiceSpec } from "@windows-ha/spec";
import { clusterArguments, type Changes } from "./arguments";

const PASSWORD = "canary-hunter2-4711";
const URL = "https://team.vault.azure.net/secrets/token";
const VERSION = "0123456789abcdef0123456789abcdef";
const SCOPE = "/subscriptions/s/resourceGroups/team/providers/Microsoft.KeyVault/vaults/team";
const PEM =
  "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n" +
  "-----BEGIN EC PRIVATE KEY-----\nMIIC\n-----END EC PRIVATE KEY-----\n";
const EXISTING = { existing: { machinesSubnetId: "/subnet" } };

const findingsOf = (changes: Changes) => resolveCluster(clusterArguments(changes)).findings;
const secrets = (source: object, name = "TOKEN"): Changes => ({ service: { secrets: { [name]: source } } });
const tls = (certificate: object): Changes => ({ service: { tls: { certificate } } });
const kept = (changes: Changes): Changes => ({ ...secrets({ value: PASSWORD }), ...changes });

const WRONG: [string, Changes, ...string[]][] = [
  ["a name that isn't in capitals", secrets({ value: PASSWORD }, "token"), 'pattern service.secrets["token"]'],
  [
    "a name of the agent's",
    secrets({ value: PASSWORD }, "WINDOWS_HA_X"),
    'secret-name service.secrets["WINDOWS_HA_X"]',
  ],
  [
    "a name of the certificate's",
    { service: { secrets: { TLS_KEY: { value: PASSWORD } }, tls: { certificate: { value: PEM } } } },
    'secret-name service.secrets["TLS_KEY"]',
  ],
  ["a secret from nowhere", secrets({}), 'secret-source service.secrets["TOKEN"]'],
  ["a secret from two places", secrets({ value: PASSWORD, url: URL }), 'secret-source service.secrets["TOKEN"]'],
  [
    "a right on what is kept here",
    secrets({ value: PASSWORD, roleScope: SCOPE }),
    'secret-source service.secrets["TOKEN"].roleScope',
  ],
  [
    "a right on another thing",
    secrets({ url: URL, roleScope: "/vault" }),
    'pattern service.secrets["TOKEN"].roleScope',
  ],
  [
    "an identity other than the machines'",
    secrets({ url: URL, identityClientId: "11111111-2222-3333-4444-555555555555" }),
    'secret-identity service.secrets["TOKEN"].identityClientId',
  ],
  ["a value in the place of an address", secrets({ url: PASSWORD }), 'pattern service.secrets["TOKEN"].url'],
  [
    "the address of a certificate instead of its secret",
    tls({ url: "https://team.vault.azure.net/certificates/web" }),
    "pattern service.tls.certificate.url",
  ],
  ["an empty value", secrets({ value: "" }), 'length service.secrets["TOKEN"].value'],
  [
    "more secrets than the agent asks for",
    { service: { secrets: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`S${i}`, { url: URL }])) } },
    "secret-count service.secrets",
  ],
  ["TLS without certificate", { service: { tls: {} } }, "required service.tls.certificate"],
  ["a certificate without key", tls({ value: PEM.slice(0, 60) }), "certificate-pem service.tls.certificate.value"],
  [
    "a key with passphrase",
    tls({ value: PEM.replaceAll("EC PRIVATE", "ENCRYPTED PRIVATE") }),
    "certificate-pem service.tls.certificate.value",
  ],
  [
    "a certificate that would never be renewed",
    tls({ url: `${URL}/${VERSION}` }),
    "certificate-version service.tls.certificate.url",
  ],
  [
    "a secret in the environment",
    { service: { environment: { DATABASE_PASSWORD: PASSWORD } } },
    'secret-in-environment service.environment["DATABASE_PASSWORD"]',
  ],
  [
    "a variable in the place of a secret's file",
    { service: { ...secrets({ url: URL }).service, environment: { TOKEN_FILE: "x" } } },
    'environment-collision service.environment["TOKEN_FILE"]',
  ],
  ["no store for a value", kept({ secretStore: { enabled: false } }), "secret-store-needed secretStore.enabled"],
  ["no way from an existing network", kept({ network: EXISTING }), "secret-store-reach secretStore.allowFrom"],
  [
    "a private store beside open addresses",
    kept({ secretStore: { private: true, allowFrom: ["198.51.100.7"] } }),
    "secret-store-reach secretStore.allowFrom",
  ],
  [
    "a private store that its network can't find",
    kept({ secretStore: { private: true }, network: EXISTING }),
    "private-dns secretStore.privateDnsZoneId",
  ],
  [
    "a zone without private store",
    kept({ secretStore: { privateDnsZoneId: "/z" } }),
    "private-dns secretStore.privateDnsZoneId",
  ],
  ["a private address", kept({ secretStore: { allowFrom: ["10.0.0.1"] } }), "allow-from secretStore.allowFrom[0]"],
  [
    "a retention that no vault has",
    kept({ secretStore: { softDeleteRetentionDays: 5 } }),
    "range secretStore.softDeleteRetentionDays",
  ],
];

const RIGHT: [string, Changes][] = [
  ["a secret by value", secrets({ value: PASSWORD })],
  ["a secret that another resource brings", secrets({ value: pulumi.secret(PASSWORD) })],
  ["a secret at a version", secrets({ url: `${URL}/${VERSION}` })],
  [
    "a right on a vault, and on a secret",
    { service: { secrets: { A: { url: URL, roleScope: SCOPE }, B: { url: URL, roleScope: `${SCOPE}/secrets/b` } } } },
  ],
  ["a certificate by value, and by address", { service: { tls: { certificate: { url: URL } } } }],
  ["a certificate as PEM", tls({ value: PEM })],
  ["TLS that is switched off", { service: { tls: { enabled: false } } }],
  ["a secret's name that is accepted", { service: { environment: { TOKEN: "x" }, secretsInEnvironment: ["TOKEN"] } }],
  ["the address of a secret in the environment", { service: { environment: { TOKEN_URL: "x", PASSWORD_FILE: "y" } } }],
  ["a variable beside TLS that is off", { service: { environment: { TLS_CERT_FILE: "x" } } }],
  ["an asked store", { secretStore: { enabled: true } }],
  ["addresses of an existing network", kept({ network: EXISTING, secretStore: { allowFrom: ["198.51.100.0/24"] } })],
];

describe("a service's secrets", () => {
  for (const [title, changes, ...expected] of WRONG) {
    it(`refuses ${title}, without showing a value`, () => {
      const findings = findingsOf(changes);
      expect(findings.map(({ rule, path }) => `${rule} ${path}`)).to.deep.equal(expected);
      expect(JSON.stringify(findings)).to.not.contain(PASSWORD);
    });
  }

  for (const [title, changes] of RIGHT) {
    it(`takes ${title}`, () => expect(findingsOf(changes)).to.deep.equal([]));
  }

  it("needs an address and an identity for an install that keeps nothing itself", () => {
    const of = (source: object): string[] =>
      checkPublishedSecrets({ secrets: { A: source } } as unknown as ServiceSpec).map(({ path }) => path);
    expect(of({ value: PASSWORD })).to.deep.equal(['service.secrets["A"].value']);
    expect(of({ url: URL, roleScope: SCOPE })).to.deep.equal([
      'service.secrets["A"].roleScope',
      'service.secrets["A"].identityClientId',
    ]);
    expect(of({ url: URL, identityClientId: "11111111-2222-3333-4444-555555555555" })).to.deep.equal([]);
  });
});
