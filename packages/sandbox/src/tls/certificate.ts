import { AsnConvert } from "@peculiar/asn1-schema";
import * as x509 from "@peculiar/asn1-x509";
import { createHash, createPublicKey, randomBytes, type KeyObject } from "node:crypto";
import { extension } from "./names";
import { derOf, pemOf } from "./pem";
import { signerOf } from "./sign";
import { EXTENDED_KEY_USAGES, KEY_USAGES } from "./usages";

/** What both kinds of certificates take. */
export interface CertificateInputs {
  allowedUses: string[];
  validityPeriodHours: number;
  earlyRenewalHours: number;
  isCaCertificate: boolean;
  setSubjectKeyId: boolean;
  /** -1: no limit. */
  maxPathLength: number;
}

interface Parent {
  name: x509.Name;
  key: KeyObject;
  /** What the parent calls its key. */
  keyId: ArrayBuffer | undefined;
}

export interface Content extends CertificateInputs {
  subject: x509.Name;
  publicKey: x509.SubjectPublicKeyInfo;
  names: x509.Extension[];
  /** Undefined for a certificate that signs itself. */
  parent: Parent | undefined;
  key: KeyObject;
  setAuthorityKeyId: boolean;
}

export interface IssuedCertificate {
  /** The serial number in decimal. */
  id: string;
  certPem: string;
  validityStartTime: string;
  validityEndTime: string;
}

const HOUR_MS = 3_600_000;

export function issueCertificate(content: Content, now: Date): IssuedCertificate {
  const serial = randomBytes(16);
  // A positive number without a zero in front, as DER wants it.
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const start = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const end = new Date(start.getTime() + content.validityPeriodHours * HOUR_MS);
  const signer = signerOf(content.parent?.key ?? content.key);
  const tbsCertificate = new x509.TBSCertificate({
    version: x509.Version.v3,
    serialNumber: new Uint8Array(serial).buffer,
    signature: signer.algorithm,
    issuer: content.parent?.name ?? content.subject,
    validity: new x509.Validity({ notBefore: start, notAfter: end }),
    subject: content.subject,
    subjectPublicKeyInfo: content.publicKey,
    extensions: new x509.Extensions(extensionsOf(content)),
  });
  const certificate = new x509.Certificate({
    tbsCertificate,
    signatureAlgorithm: signer.algorithm,
    signatureValue: signer.sign(AsnConvert.serialize(tbsCertificate)),
  });
  return {
    id: BigInt(`0x${serial.toString("hex")}`).toString(),
    certPem: pemOf("CERTIFICATE", AsnConvert.serialize(certificate)),
    validityStartTime: start.toISOString(),
    validityEndTime: end.toISOString(),
  };
}

function extensionsOf(content: Content): x509.Extension[] {
  const usage = content.allowedUses.reduce((flags, use) => flags | (KEY_USAGES[use] ?? 0), 0);
  const extended = content.allowedUses.flatMap((use) => EXTENDED_KEY_USAGES[use] ?? []);
  const ownKeyId = content.isCaCertificate || content.setSubjectKeyId ? keyIdOf(content.publicKey) : undefined;
  const authority = content.parent ? content.parent.keyId : content.setAuthorityKeyId ? ownKeyId : undefined;
  const pathLength = content.maxPathLength >= 0 ? { pathLenConstraint: content.maxPathLength } : {};
  return [
    ...(usage ? [extension(x509.id_ce_keyUsage, true, new x509.KeyUsage(usage))] : []),
    ...(extended.length > 0 ? [extension(x509.id_ce_extKeyUsage, false, new x509.ExtendedKeyUsage(extended))] : []),
    extension(
      x509.id_ce_basicConstraints,
      true,
      new x509.BasicConstraints({ cA: content.isCaCertificate, ...pathLength }),
    ),
    ...(ownKeyId ? [extension(x509.id_ce_subjectKeyIdentifier, false, new x509.SubjectKeyIdentifier(ownKeyId))] : []),
    ...(authority
      ? [
          extension(
            x509.id_ce_authorityKeyIdentifier,
            false,
            new x509.AuthorityKeyIdentifier({ keyIdentifier: new x509.KeyIdentifier(authority) }),
          ),
        ]
      : []),
    ...content.names,
  ];
}

const ED25519 = "1.3.101.112";

/** SHA-1 of the key, as the provider computes it: Ed25519's is wrapped as an octet string first. */
function keyIdOf({ algorithm, subjectPublicKey }: x509.SubjectPublicKeyInfo): ArrayBuffer {
  const key = Buffer.from(subjectPublicKey);
  const hashed = algorithm.algorithm === ED25519 ? Buffer.concat([Buffer.from([4, key.length]), key]) : key;
  return new Uint8Array(createHash("sha1").update(hashed).digest()).buffer;
}

export function publicKeyInfo(key: KeyObject): x509.SubjectPublicKeyInfo {
  return AsnConvert.parse(
    createPublicKey(key as never).export({ type: "spki", format: "der" }),
    x509.SubjectPublicKeyInfo,
  );
}

/** A certificate authority: its certificate, and the key that must be the certificate's own. */
export function readAuthority(certPem: string, key: KeyObject): Parent {
  const { tbsCertificate } = parseCertificate(certPem);
  const own = AsnConvert.serialize(tbsCertificate.subjectPublicKeyInfo);
  if (!Buffer.from(own).equals(Buffer.from(AsnConvert.serialize(publicKeyInfo(key))))) {
    throw new Error("caPrivateKeyPem: isn't the key of the certificate in caCertPem");
  }
  const found = tbsCertificate.extensions?.find(({ extnID }) => extnID === x509.id_ce_subjectKeyIdentifier);
  const keyId = found && AsnConvert.parse(found.extnValue.buffer, x509.SubjectKeyIdentifier).buffer;
  return { name: tbsCertificate.subject, key, keyId };
}

function parseCertificate(pem: string): x509.Certificate {
  try {
    return AsnConvert.parse(derOf("CERTIFICATE", pem), x509.Certificate);
  } catch {
    throw new Error("caCertPem: holds no certificate that can be read; allowed: one certificate in PEM");
  }
}
