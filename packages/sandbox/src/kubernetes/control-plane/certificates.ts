import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { issueCertificate, publicKeyInfo, readAuthority, type CertificateInputs } from "../../tls/certificate";
import { alternativeNames } from "../../tls/names";
import { subjectName } from "../../tls/subject";

/** A certificate and its key, both in PEM. */
export interface KeyedCertificate {
  certificate: string;
  key: string;
}

const TEN_YEARS_HOURS = 10 * 365 * 24;
const COMMON: Omit<CertificateInputs, "allowedUses" | "isCaCertificate"> = {
  validityPeriodHours: TEN_YEARS_HOURS,
  earlyRenewalHours: 0,
  maxPathLength: -1,
  setSubjectKeyId: true,
};

/** The authority of one cluster. */
export function createAuthority(commonName: string): KeyedCertificate {
  const key = newKey();
  const { certPem } = issueCertificate(
    {
      ...COMMON,
      allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
      isCaCertificate: true,
      subject: subjectName({ commonName }),
      publicKey: publicKeyInfo(key),
      names: [],
      parent: undefined,
      key,
      setAuthorityKeyId: true,
    },
    new Date(),
  );
  return { certificate: certPem, key: pem(key) };
}

/** For programs that speak to each other at one address: each is a server there, and a client of the others. */
export function issueForAddress(
  authority: KeyedCertificate,
  names: { ipAddresses: string[]; dnsNames: string[] },
): KeyedCertificate {
  const key = newKey();
  const signer = createPrivateKey(authority.key);
  const { certPem } = issueCertificate(
    {
      ...COMMON,
      allowedUses: ["digital_signature", "key_encipherment", "server_auth", "client_auth"],
      isCaCertificate: false,
      subject: subjectName({ commonName: names.dnsNames[0]! }),
      publicKey: publicKeyInfo(key),
      names: alternativeNames(names, false),
      parent: readAuthority(authority.certificate, signer),
      key,
      setAuthorityKeyId: true,
    },
    new Date(),
  );
  return { certificate: certPem, key: pem(key) };
}

/** Kubernetes' own form of a key that signs tokens of its accounts. */
export function createAccountKeys(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "sec1", format: "pem" },
  });
}

function newKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

function pem(key: KeyObject): string {
  return key.export({ type: "sec1", format: "pem" }) as string;
}
