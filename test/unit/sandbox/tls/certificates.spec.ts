import { expect } from "chai";
import { execFileSync, spawnSync } from "node:child_process";
import { X509Certificate, createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret, type PropertyMap } from "../../../../packages/sandbox/src/provider";
import { refusal } from "../azure/harness";
import { LOCALLY_SIGNED, REQUEST, SELF_SIGNED, check, create, privateKey, provider, subject, text } from "./support";

const KEYS: { algorithm: string; ecdsaCurve?: string }[] = [
  { algorithm: "RSA" },
  { algorithm: "ECDSA" }, // P-224
  { algorithm: "ECDSA", ecdsaCurve: "P384" },
  { algorithm: "ECDSA", ecdsaCurve: "P521" },
  { algorithm: "ED25519" },
];

const nameOf = ({ algorithm, ecdsaCurve = "" }: (typeof KEYS)[number]): string => `${algorithm} ${ecdsaCurve}`.trim();

describe("sandbox: certificates of the tls provider", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tls-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const openssl = (...args: string[]): string => execFileSync("openssl", args).toString();

  async function authority(key: PropertyMap = KEYS[0]!, more: PropertyMap = {}): Promise<{ pem: string; key: string }> {
    const privateKeyPem = await privateKey(key);
    const { outputs } = await create(SELF_SIGNED, {
      privateKeyPem,
      subject: { commonName: "Consul Agent CA", country: "DE", organization: "Bücher & Co" },
      isCaCertificate: true,
      allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
      validityPeriodHours: 24,
      ...more,
    });
    return { pem: text(outputs, "certPem"), key: privateKeyPem };
  }

  async function signed(
    ca: { pem: string; key: string },
    more: PropertyMap = {},
  ): Promise<PropertyMap & { key: string }> {
    const key = await privateKey();
    const request = await create(REQUEST, {
      privateKeyPem: key,
      subject: { commonName: "server.dc1.consul" },
      dnsNames: ["server.dc1.consul", "localhost"],
      ipAddresses: ["127.0.0.1", "fd00::1"],
      uris: ["spiffe://dc1/agent"],
    });
    const { outputs } = await create(LOCALLY_SIGNED, {
      caCertPem: ca.pem,
      caPrivateKeyPem: ca.key,
      certRequestPem: text(request.outputs, "certRequestPem"),
      allowedUses: ["digital_signature", "key_encipherment", "server_auth", "client_auth"],
      validityPeriodHours: 12,
      ...more,
    });
    return { ...outputs, key };
  }

  for (const key of KEYS) {
    it(`pass OpenSSL's and Node's checks when an authority signs with ${nameOf(key)}`, async () => {
      const ca = await authority(key);
      const leaf = await signed(ca);
      const [caFile, leafFile] = [file("ca.pem", ca.pem), file("leaf.pem", text(leaf, "certPem"))];
      expect(openssl("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", caFile, leafFile)).to.contain(
        ": OK",
      );
      const certificate = new X509Certificate(text(leaf, "certPem"));
      const root = new X509Certificate(ca.pem);
      expect(certificate.verify(root.publicKey)).to.equal(true);
      expect(certificate.checkIssued(root)).to.equal(true);
      expect(certificate.checkPrivateKey(createPrivateKey(leaf.key))).to.equal(true);
      expect(certificate.checkHost("server.dc1.consul")).to.equal("server.dc1.consul");
      expect(certificate.checkIP("127.0.0.1")).to.equal("127.0.0.1");
      expect(leaf).to.include({ caKeyAlgorithm: key["algorithm"], readyForRenewal: false });
      expect(leaf["caPrivateKeyPem"]).to.be.instanceOf(Secret);
    });
  }

  it("say what was asked for, in the provider's order", async () => {
    const ca = await authority();
    const leaf = await signed(ca, { setSubjectKeyId: true });
    const shown = openssl("x509", "-noout", "-text", "-in", file("leaf.pem", text(leaf, "certPem")));
    expect(shown).to.match(/Key Usage: critical\s+Digital Signature, Key Encipherment\n/);
    expect(shown).to.match(/Extended Key Usage: \s+TLS Web Server Authentication, TLS Web Client Authentication\n/);
    expect(shown).to.match(/Basic Constraints: critical\s+CA:FALSE\n/);
    expect(shown).to.match(
      /DNS:server.dc1.consul, DNS:localhost, IP Address:127.0.0.1, IP Address:FD00:0:0:0:0:0:0:1, URI:spiffe:\/\/dc1\/agent/,
    );
    expect(shown).to.contain("Subject Key Identifier");
    const root = new X509Certificate(ca.pem);
    expect(root.ca).to.equal(true);
    expect(root.subject).to.equal("C=DE\nO=Bücher & Co\nCN=Consul Agent CA");
    const certificate = new X509Certificate(text(leaf, "certPem"));
    expect(new Date(certificate.validTo).toISOString()).to.equal(leaf["validityEndTime"]);
    expect(Date.parse(text(leaf, "validityEndTime")) - Date.parse(text(leaf, "validityStartTime"))).to.equal(
      12 * 3_600_000,
    );
  });

  it("sign themselves, and requests do, too", async () => {
    const key = await privateKey();
    const inputs = {
      privateKeyPem: key,
      allowedUses: ["server_auth"],
      validityPeriodHours: 1,
      dnsNames: ["a.example"],
    };
    const { id, outputs } = await create(SELF_SIGNED, { ...inputs, setSubjectKeyId: true, setAuthorityKeyId: true });
    const certificate = new X509Certificate(text(outputs, "certPem"));
    expect(certificate.verify(certificate.publicKey)).to.equal(true);
    expect(BigInt(id)).to.equal(BigInt(`0x${certificate.serialNumber}`));
    expect(outputs["keyAlgorithm"]).to.equal("ECDSA");
    // Without a subject the names must be critical (RFC 5280, §4.2.1.6).
    expect(openssl("x509", "-noout", "-text", "-in", file("self.pem", text(outputs, "certPem")))).to.contain(
      "Subject Alternative Name: critical",
    );
    const request = await create(REQUEST, {
      privateKeyPem: key,
      subject: { commonName: "a", emailAddress: "a@b.example" },
    });
    const verified = spawnSync("openssl", [
      "req",
      "-verify",
      "-noout",
      "-subject",
      "-in",
      file("csr.pem", text(request.outputs, "certRequestPem")),
    ]);
    expect(verified.status, verified.stderr.toString()).to.equal(0);
    expect(verified.stdout.toString()).to.contain("emailAddress = a@b.example");
  });

  it("limit the path below an authority", async () => {
    const root = await authority(KEYS[0], { maxPathLength: 0 });
    expect(openssl("x509", "-noout", "-text", "-in", file("ca.pem", root.pem))).to.contain("CA:TRUE, pathlen:0");
  });

  it("are replaced once they are ready for renewal, and by every other change but the hours before", async () => {
    const ca = await authority();
    const { key: _, ...state } = await signed(ca, { earlyRenewalHours: 1 });
    const oldInputs: PropertyMap = {
      caCertPem: "x",
      validityPeriodHours: 12,
      earlyRenewalHours: 1,
      allowedUses: ["server_auth"],
    };
    const changes = (news: PropertyMap): unknown => [
      ...provider.diff({ ...subject(LOCALLY_SIGNED), id: "1", oldInputs, state, news: { ...oldInputs, ...news } })
        .changes,
    ];
    expect(changes({ isCaCertificate: false })).to.deep.equal([]);
    expect(changes({ earlyRenewalHours: 2 })).to.deep.equal([
      ["earlyRenewalHours", { kind: "update", replaces: false }],
    ]);
    expect(changes({ earlyRenewalHours: 13 })).to.deep.equal([
      ["earlyRenewalHours", { kind: "update", replaces: false }],
      ["readyForRenewal", { kind: "update", replaces: true }],
    ]);
    expect(changes({ validityPeriodHours: 13 })).to.deep.equal([
      ["validityPeriodHours", { kind: "update", replaces: true }],
    ]);
    const updated = await provider.update({
      ...subject(LOCALLY_SIGNED),
      id: "1",
      oldInputs,
      state,
      news: { ...oldInputs, earlyRenewalHours: 2 },
      preview: false,
      signal: new AbortController().signal,
    });
    expect(updated.outputs).to.include({ certPem: state["certPem"], earlyRenewalHours: 2 });
  });

  it("are refused where the provider refuses them", async () => {
    const inputs = { privateKeyPem: await privateKey(), allowedUses: ["server_auth"], validityPeriodHours: 1 };
    expect(check(SELF_SIGNED, inputs)).to.deep.equal([]);
    const [usage] = check(SELF_SIGNED, { ...inputs, allowedUses: ["serverAuth"] });
    expect(usage).to.match(/^allowedUses\[0\]: is "serverAuth"; allowed: any_extended, .*server_auth/);
    for (const [path, wrong] of Object.entries({
      validityPeriodHours: -1,
      ipAddresses: ["10.0.0"],
      uris: ["no uri"],
      maxPathLength: 1,
      isCaCertificate: true,
      setAuthorityKeyId: true,
      privateKeyPemWo: "x",
    })) {
      const failures = check(SELF_SIGNED, { ...inputs, [path]: wrong });
      expect(failures, path).to.have.length(1);
    }
    expect(check(LOCALLY_SIGNED, {})).to.include("caCertPem: is required");
    expect(check(REQUEST, {})).to.deep.equal(["privateKeyPem: is required"]);
  });

  it("are refused for keys that don't fit, without repeating them", async () => {
    const ca = await authority();
    const other = await authority();
    expect((await refusal(signed({ ...ca, key: other.key }))).message).to.contain("isn't the key of the certificate");
    for (const [name, wrong] of [
      ["key", "caPrivateKeyPem"],
      ["pem", "caCertPem"],
    ] as const) {
      const { message } = await refusal(signed({ ...ca, [name]: "hunter2" }));
      expect(message).to.contain(wrong).and.not.contain("hunter2");
    }
  });
});
