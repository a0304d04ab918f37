import { AlgorithmIdentifier } from "@peculiar/asn1-x509";
import { sign, type KeyObject } from "node:crypto";

interface Signature {
  oid: string;
  /** Undefined where the algorithm brings its own. */
  hash?: string;
  /** RSA's parameters are an explicit NULL. */
  parameters?: null;
}

const SHA256_ECDSA: Signature = { oid: "1.2.840.10045.4.3.2", hash: "sha256" };

/** What Go signs with, by the key: a hash as strong as the curve. */
const SIGNATURES: Readonly<Record<string, Signature>> = {
  rsa: { oid: "1.2.840.113549.1.1.11", hash: "sha256", parameters: null },
  secp224r1: SHA256_ECDSA,
  prime256v1: SHA256_ECDSA,
  secp384r1: { oid: "1.2.840.10045.4.3.3", hash: "sha384" },
  secp521r1: { oid: "1.2.840.10045.4.3.4", hash: "sha512" },
  ed25519: { oid: "1.3.101.112" },
};

const NULL = new Uint8Array([5, 0]).buffer;

export interface Signer {
  algorithm: AlgorithmIdentifier;
  sign(content: ArrayBuffer): ArrayBuffer;
}

export function signerOf(key: KeyObject): Signer {
  const kind = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType ?? "";
  const signature = SIGNATURES[kind];
  if (!signature) throw new Error(`a key of the kind ${kind} can't sign a certificate`);
  const { oid, hash, parameters } = signature;
  return {
    algorithm: new AlgorithmIdentifier({ algorithm: oid, ...(parameters === null ? { parameters: NULL } : {}) }),
    sign: (content) => new Uint8Array(sign(hash ?? null, Buffer.from(content), key)).buffer,
  };
}
