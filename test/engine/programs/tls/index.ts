import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

const earlyRenewalHours = new pulumi.Config().getNumber("earlyRenewalHours") ?? 0;

const caKey = new tls.PrivateKey("ca", { algorithm: "ECDSA", ecdsaCurve: "P384" });
const ca = new tls.SelfSignedCert("ca", {
  privateKeyPem: caKey.privateKeyPem,
  subject: { commonName: "an authority" },
  isCaCertificate: true,
  allowedUses: ["cert_signing"],
  validityPeriodHours: 48,
});
const key = new tls.PrivateKey("server", { algorithm: "RSA" });
const request = new tls.CertRequest("server", { privateKeyPem: key.privateKeyPem, dnsNames: ["server.example"] });
const certificate = new tls.LocallySignedCert("server", {
  caCertPem: ca.certPem,
  caPrivateKeyPem: caKey.privateKeyPem,
  certRequestPem: request.certRequestPem,
  allowedUses: ["server_auth"],
  validityPeriodHours: 24,
  earlyRenewalHours,
});

export const caPem = ca.certPem;
export const certPem = certificate.certPem;
export const publicKey = tls.getPublicKeyOutput({ privateKeyPem: key.privateKeyPem }).publicKeyPem;
