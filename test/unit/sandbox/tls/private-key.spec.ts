import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret, UNKNOWN, type PropertyMap } from "../../../../packages/sandbox/src/provider";
import { refusal } from "../azure/harness";
import { KEY, check, create, provider, subject, text } from "./support";

describe("sandbox: private keys of the tls provider", () => {
  const kinds: { inputs: { algorithm: string; ecdsaCurve?: string }; label: string; ssh: string }[] = [
    { inputs: { algorithm: "RSA" }, label: "RSA PRIVATE KEY", ssh: "ssh-rsa" },
    { inputs: { algorithm: "ECDSA" }, label: "EC PRIVATE KEY", ssh: "" },
    { inputs: { algorithm: "ECDSA", ecdsaCurve: "P256" }, label: "EC PRIVATE KEY", ssh: "ecdsa-sha2-nistp256" },
    { inputs: { algorithm: "ECDSA", ecdsaCurve: "P384" }, label: "EC PRIVATE KEY", ssh: "ecdsa-sha2-nistp384" },
    { inputs: { algorithm: "ECDSA", ecdsaCurve: "P521" }, label: "EC PRIVATE KEY", ssh: "ecdsa-sha2-nistp521" },
    { inputs: { algorithm: "ED25519" }, label: "PRIVATE KEY", ssh: "ssh-ed25519" },
  ];
  for (const { inputs, label, ssh } of kinds) {
    it(`are written in every form: ${[inputs.algorithm, inputs.ecdsaCurve].join(" ")}`, async () => {
      const { id, outputs } = await create(KEY, inputs);
      const pem = text(outputs, "privateKeyPem");
      expect(pem).to.match(new RegExp(`^-----BEGIN ${label}-----\n`));
      expect(text(outputs, "privateKeyPemPkcs8")).to.match(/^-----BEGIN PRIVATE KEY-----\n/);
      const spki = createPublicKey(createPrivateKey(pem)).export({ type: "spki", format: "pem" });
      expect(outputs["publicKeyPem"]).to.equal(spki);
      expect(id).to.match(/^[0-9a-f]{40}$/);
      expect(outputs).to.include({ ecdsaCurve: "P224", rsaBits: 2048, ...inputs });
      for (const name of ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"]) {
        expect(outputs[name], name).to.be.instanceOf(Secret);
      }
      if (ssh === "") {
        expect(text(outputs, "privateKeyOpenssh") + text(outputs, "publicKeyOpenssh")).to.equal("");
        expect(outputs).to.include({ publicKeyFingerprintMd5: "", publicKeyFingerprintSha256: "" });
        return;
      }
      expect(outputs["publicKeyOpenssh"]).to.match(new RegExp(`^${ssh} [A-Za-z0-9+/=]+\n$`));
      const folder = mkdtempSync(join(tmpdir(), "tls-"));
      try {
        const file = join(folder, "key");
        writeFileSync(file, text(outputs, "privateKeyOpenssh"), { mode: 0o600 });
        const keygen = (...args: string[]): string => execFileSync("ssh-keygen", [...args, "-f", file]).toString();
        expect(keygen("-y").trim()).to.equal(text(outputs, "publicKeyOpenssh").trim());
        expect(keygen("-l", "-E", "sha256")).to.contain(outputs["publicKeyFingerprintSha256"]);
        expect(keygen("-l", "-E", "md5")).to.contain(outputs["publicKeyFingerprintMd5"]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }

  it("are unknown in a preview", async () => {
    const { id, outputs } = await create(KEY, { algorithm: "RSA" }, true);
    expect(id).to.equal("");
    expect(outputs).to.include({ privateKeyPem: UNKNOWN, publicKeyOpenssh: UNKNOWN, algorithm: "RSA", rsaBits: 2048 });
  });

  it("are made anew by every change, and a default that is written down is none", () => {
    const changes = (news: PropertyMap): unknown => {
      const request = { ...subject(KEY), id: "x", oldInputs: { algorithm: "RSA" }, state: {} };
      return [...provider.diff({ ...request, news }).changes];
    };
    expect(changes({ algorithm: "RSA", rsaBits: 2048 })).to.deep.equal([]);
    expect(changes({ algorithm: "RSA", rsaBits: 3072 })).to.deep.equal([
      ["rsaBits", { kind: "update", replaces: true }],
    ]);
  });

  it("are refused for what the provider can't make", async () => {
    expect(check(KEY, {})).to.deep.equal(["algorithm: is required"]);
    expect(check(KEY, { algorithm: "DSA", ecdsaCurve: "P192", rsaBits: 12 })).to.deep.equal([
      'algorithm: is "DSA"; allowed: RSA, ECDSA, ED25519',
      'ecdsaCurve: is "P192"; allowed: P224, P256, P384, P521',
      "rsaBits: is 12; allowed: 1024 to 8192",
    ]);
    expect((await refusal(create("tls:index/other:Other", {}))).message).to.contain("does not emulate tls:index/other");
  });

  it("tell their public key to getPublicKey, which never repeats a text that is no key", async () => {
    const { outputs } = await create(KEY, { algorithm: "ED25519" });
    const privateKeyPem = text(outputs, "privateKeyPem");
    const found = await provider.invoke("tls:index/getPublicKey:getPublicKey", { privateKeyPem }, "test");
    expect(found).to.include({ algorithm: "ED25519", publicKeyOpenssh: outputs["publicKeyOpenssh"] });
    expect(found["privateKeyPem"]).to.be.instanceOf(Secret);
    const refused = await refusal(
      provider.invoke("tls:index/getPublicKey:getPublicKey", { privateKeyPem: "hunter2" }, "test"),
    );
    expect(refused.message).to.contain("privateKeyPem").and.not.contain("hunter2");
    expect((await refusal(provider.invoke("tls:index/getCertificate:getCertificate", {}, "test"))).message).to.contain(
      "does not emulate",
    );
  });
});
