import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

const HOURS_PER_DAY = 24;

/**
 * A certificate of an authority of its own, good for 90 days. An `up` in the last 30 of them issues the next one, which
 * the machines take up without a restart.
 */
export function issueCertificate(domain: string) {
  const authorityKey = new tls.PrivateKey("authority", { algorithm: "ECDSA", ecdsaCurve: "P256" });
  const authority = new tls.SelfSignedCert("authority", {
    privateKeyPem: authorityKey.privateKeyPem,
    isCaCertificate: true,
    subject: { commonName: `Authority of ${domain}` },
    validityPeriodHours: 3650 * HOURS_PER_DAY,
    allowedUses: ["cert_signing", "crl_signing"],
  });
  const key = new tls.PrivateKey("certificate", { algorithm: "ECDSA", ecdsaCurve: "P256" });
  const request = new tls.CertRequest("certificate", {
    privateKeyPem: key.privateKeyPem,
    subject: { commonName: domain },
    dnsNames: [domain],
  });
  const certificate = new tls.LocallySignedCert("certificate", {
    certRequestPem: request.certRequestPem,
    caPrivateKeyPem: authorityKey.privateKeyPem,
    caCertPem: authority.certPem,
    validityPeriodHours: 90 * HOURS_PER_DAY,
    earlyRenewalHours: 30 * HOURS_PER_DAY,
    allowedUses: ["digital_signature", "server_auth"],
  });
  return { pem: pulumi.interpolate`${certificate.certPem}${key.privateKeyPem}`, authority: authority.certPem };
}
