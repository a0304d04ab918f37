import { randomBytes, type JsonWebKey, type KeyObject } from "node:crypto";

/** Curves that OpenSSH knows, by JWK's names (RFC 5656, §10.1). */
const CURVES: Readonly<Record<string, string>> = { "P-256": "nistp256", "P-384": "nistp384", "P-521": "nistp521" };

/** A key's type and its public and private fields, in OpenSSH's order. */
interface SshKey {
  type: string;
  publicFields: Buffer[];
  privateFields: Buffer[];
}

/** A public key as `authorized_keys` has it; undefined for P-224. */
export function opensshPublicKey(key: KeyObject): { type: string; blob: Buffer } | undefined {
  const ssh = sshKey(key);
  return ssh && { type: ssh.type, blob: publicBlob(ssh) };
}

/** A private key without a password in the format "openssh-key-v1" (PROTOCOL.key); empty for P-224. */
export function opensshPrivateKey(key: KeyObject): string {
  const ssh = sshKey(key);
  if (!ssh) return "";
  const check = randomBytes(4);
  const comment = text("");
  const secret = Buffer.concat([check, check, text(ssh.type), ...ssh.privateFields, comment]);
  const padding = Buffer.from(Array.from({ length: (8 - (secret.length % 8)) % 8 }, (_, index) => index + 1));
  const document = Buffer.concat([
    Buffer.from("openssh-key-v1\0"),
    text("none"), // cipher
    text("none"), // derivation of its key
    text(""),
    Buffer.from([0, 0, 0, 1]),
    field(publicBlob(ssh)),
    field(Buffer.concat([secret, padding])),
  ]);
  const lines = document
    .toString("base64")
    .match(/.{1,64}/g)!
    .join("\n");
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function publicBlob({ type, publicFields }: SshKey): Buffer {
  return Buffer.concat([text(type), ...publicFields]);
}

function sshKey(key: KeyObject): SshKey | undefined {
  // Node writes no JWK of P-224.
  if (key.asymmetricKeyDetails?.namedCurve === "secp224r1") return undefined;
  const jwk = key.export({ format: "jwk" });
  const part = (name: keyof JsonWebKey): Buffer => Buffer.from((jwk[name] as string | undefined) ?? "", "base64url");
  switch (jwk.kty) {
    case "RSA": {
      const [n, e, d, p, q, inverse] = (["n", "e", "d", "p", "q", "qi"] as const).map((name) => integer(part(name)));
      return { type: "ssh-rsa", publicFields: [e!, n!], privateFields: [n!, e!, d!, inverse!, p!, q!] };
    }
    case "EC": {
      const curve = CURVES[jwk.crv!]!;
      const fields = [text(curve), field(Buffer.concat([Buffer.from([4]), part("x"), part("y")]))];
      return {
        type: `ecdsa-sha2-${curve}`,
        publicFields: fields,
        privateFields: [...fields, integer(part("d"))],
      };
    }
    default: {
      const point = field(part("x"));
      return {
        type: "ssh-ed25519",
        publicFields: [point],
        privateFields: [point, field(Buffer.concat([part("d"), part("x")]))],
      };
    }
  }
}

function text(value: string): Buffer {
  return field(Buffer.from(value));
}

function field(content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}

/** An "mpint" of RFC 4251: as short as it can be, with a zero where the first bit would be a sign. */
function integer(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const short = bytes.subarray(start);
  return field(short[0]! & 0x80 ? Buffer.concat([Buffer.from([0]), short]) : short);
}
