import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { opensshPrivateKey, opensshPublicKey } from "./openssh";

export interface PrivateKeyInputs {
  algorithm: string;
  rsaBits?: number;
  ecdsaCurve?: string;
}

/** The provider's curves, by OpenSSL's names. */
const CURVES: Readonly<Record<string, string>> = {
  P224: "secp224r1",
  P256: "prime256v1",
  P384: "secp384r1",
  P521: "secp521r1",
};

const GENERATE: Readonly<Record<string, (inputs: Required<PrivateKeyInputs>) => KeyObject>> = {
  RSA: ({ rsaBits }) => generateKeyPairSync("rsa", { modulusLength: rsaBits }).privateKey,
  ECDSA: ({ ecdsaCurve }) => generateKeyPairSync("ec", { namedCurve: CURVES[ecdsaCurve]! }).privateKey,
  ED25519: () => generateKeyPairSync("ed25519").privateKey,
};

/** Go, which the provider is written in, makes no shorter keys; a longer one would keep the sandbox busy for minutes. */
const RSA_BITS = { least: 1024, most: 8192 };

export function checkPrivateKey({ algorithm, rsaBits = 2048, ecdsaCurve = "P224" }: PrivateKeyInputs): string[] {
  const oneOf = (path: string, value: string, allowed: Readonly<Record<string, unknown>>): string[] =>
    Object.hasOwn(allowed, value) ? [] : [`${path}: is "${value}"; allowed: ${Object.keys(allowed).join(", ")}`];
  const bits = Number.isInteger(rsaBits) && rsaBits >= RSA_BITS.least && rsaBits <= RSA_BITS.most;
  return [
    ...oneOf("algorithm", algorithm, GENERATE),
    ...oneOf("ecdsaCurve", ecdsaCurve, CURVES),
    ...(bits ? [] : [`rsaBits: is ${rsaBits}; allowed: ${RSA_BITS.least} to ${RSA_BITS.most}`]),
  ];
}

export function generateKey(inputs: Required<PrivateKeyInputs>): KeyObject {
  return GENERATE[inputs.algorithm]!(inputs);
}

/** Reads a key; what can't be read is never repeated. */
export function readPrivateKey(pem: string, path: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    algorithmOf(key);
    return key;
  } catch {
    throw new Error(`${path}: holds no private key that can be read; allowed: RSA, ECDSA or ED25519 in PEM`);
  }
}

const ALGORITHMS: Readonly<Record<string, string>> = { rsa: "RSA", ec: "ECDSA", ed25519: "ED25519" };

export function algorithmOf(key: KeyObject): string {
  const algorithm = ALGORITHMS[key.asymmetricKeyType ?? ""];
  if (!algorithm) throw new Error(`a ${key.asymmetricKeyType} key is none of RSA, ECDSA and ED25519`);
  return algorithm;
}

/** The form in which the provider writes a key: each algorithm's own, and PKCS#8 for Ed25519, which has none. */
const PRIVATE_KEY_FORMS = { RSA: "pkcs1", ECDSA: "sec1", ED25519: "pkcs8" } as const;

export function privateKeyForms(key: KeyObject): Record<"pem" | "pkcs8" | "openssh", string> {
  const pem = (type: "pkcs1" | "sec1" | "pkcs8"): string => key.export({ type, format: "pem" } as never) as string;
  return {
    pem: pem(PRIVATE_KEY_FORMS[algorithmOf(key) as keyof typeof PRIVATE_KEY_FORMS]),
    pkcs8: pem("pkcs8"),
    openssh: opensshPrivateKey(key),
  };
}

/** What `PrivateKey` and `getPublicKey` say about the public key. OpenSSH knows no P-224: its forms stay empty. */
export function publicKeyOutputs(key: KeyObject): Record<string, string> & { id: string } {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  const der = publicKey.export({ type: "spki", format: "der" });
  const ssh = opensshPublicKey(publicKey);
  const fingerprint = (algorithm: string): Buffer => createHash(algorithm).update(ssh!.blob).digest();
  return {
    id: createHash("sha1").update(der).digest("hex"),
    publicKeyPem: publicKey.export({ type: "spki", format: "pem" }) as string,
    publicKeyOpenssh: ssh ? `${ssh.type} ${ssh.blob.toString("base64")}\n` : "",
    publicKeyFingerprintMd5: ssh ? fingerprint("md5").toString("hex").match(/../g)!.join(":") : "",
    publicKeyFingerprintSha256: ssh ? `SHA256:${fingerprint("sha256").toString("base64").replace(/=+$/, "")}` : "",
  };
}
