import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readJson, writeJson } from "../files";
import type { SandboxLayout } from "../layout";

/** One version of a secret, as a vault gives it. */
export interface SecretVersion {
  /** 32 hexadecimal digits. */
  version: string;
  value: string;
  contentType: string | undefined;
  createdAt: number;
}

/** The same at rest: the value is encrypted, all in base64. */
interface StoredVersion extends Omit<SecretVersion, "value"> {
  nonce: string;
  tag: string;
  value: string;
}

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

/**
 * The values of the sandbox's vaults, by the ARM ids of the secrets. They are encrypted with a key of this sandbox, so
 * that no copy or search of its folder shows one; whoever may read the whole folder may read them.
 */
export class SecretVersions {
  constructor(private readonly layout: Pick<SandboxLayout, "secrets" | "secretsKey">) {}

  /** Adds a version, as every write in Azure does. @returns its name */
  keep(secretId: string, value: string, contentType: string | undefined): string {
    const stored = this.#read();
    const version = randomBytes(16).toString("hex");
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key(), nonce);
    const encrypted = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
    (stored[key(secretId)] ??= []).push({
      version,
      contentType,
      createdAt: Date.now(),
      nonce: nonce.toString("base64"),
      tag: cipher.getAuthTag().toString("base64"),
      value: encrypted.toString("base64"),
    });
    writeJson(this.layout.secrets, stored);
    return version;
  }

  /** The newest version, or the named one. */
  get(secretId: string, version?: string): SecretVersion | undefined {
    const versions = this.#read()[key(secretId)] ?? [];
    const found = version === undefined ? versions.at(-1) : versions.find((item) => item.version === version);
    if (!found) return undefined;
    const decipher = createDecipheriv(CIPHER, this.#key(), Buffer.from(found.nonce, "base64"));
    decipher.setAuthTag(Buffer.from(found.tag, "base64"));
    const value = Buffer.concat([decipher.update(Buffer.from(found.value, "base64")), decipher.final()]);
    return {
      version: found.version,
      value: value.toString("utf8"),
      contentType: found.contentType,
      createdAt: found.createdAt,
    };
  }

  /** Forgets every secret of a vault. */
  forget(vaultId: string): void {
    const stored = this.#read();
    const rest = Object.entries(stored).filter(([id]) => !id.startsWith(`${key(vaultId)}/`));
    if (rest.length < Object.keys(stored).length) writeJson(this.layout.secrets, Object.fromEntries(rest));
  }

  #read(): Record<string, StoredVersion[]> {
    return readJson<Record<string, StoredVersion[]>>(this.layout.secrets) ?? {};
  }

  #key(): Buffer {
    const known = readJson<string>(this.layout.secretsKey);
    if (known !== undefined) return Buffer.from(known, "base64");
    const made = randomBytes(KEY_BYTES);
    writeJson(this.layout.secretsKey, made.toString("base64"));
    return made;
  }
}

function key(id: string): string {
  return id.toLowerCase();
}
