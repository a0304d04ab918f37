import * as pulumi from "@pulumi/pulumi";
import type * as tls from "@pulumi/tls";
import { DEFAULTS, type ConsulServersComponentSpec } from "@windows-ha/spec";
import { onDemand } from "../common/on-demand";

/** Who vouches for a datacenter's servers, and what they show. */
export interface Certificates {
  caCertificate: pulumi.Output<string>;
  /** The servers' certificate and its key, as PEM. */
  server: pulumi.Output<string>;
}

const { certificateHours: HOURS } = DEFAULTS.consul;
/** Small keys that every TLS of Go takes; the certificate of the authority stands in each machine's document. */
const KEY = { algorithm: "ECDSA", ecdsaCurve: "P256" } as const;

/** A private authority, and one certificate for all servers: whoever reads one server's key could read all of them. */
export function createCertificates(
  name: string,
  { datacenter, domain }: ConsulServersComponentSpec,
  parent: pulumi.Resource,
): Certificates {
  const caKey = createKey(`${name}-ca-key`, parent);
  const ca = new onDemand.tls.SelfSignedCert(
    `${name}-ca`,
    {
      privateKeyPem: caKey.privateKeyPem,
      subject: { commonName: `${datacenter}.${domain} authority`, organization: "windows-ha" },
      isCaCertificate: true,
      setSubjectKeyId: true,
      validityPeriodHours: HOURS.authority,
      earlyRenewalHours: HOURS.authorityRenewal,
      allowedUses: ["cert_signing", "crl_signing", "digital_signature"],
    },
    { parent },
  );
  const key = createKey(`${name}-server-key`, parent);
  const serverName = `server.${datacenter}.${domain}`;
  const request = new onDemand.tls.CertRequest(
    `${name}-server-request`,
    {
      privateKeyPem: key.privateKeyPem,
      subject: { commonName: serverName },
      dnsNames: [serverName, "localhost"],
      ipAddresses: ["127.0.0.1"],
    },
    { parent },
  );
  const certificate = new onDemand.tls.LocallySignedCert(
    `${name}-server`,
    {
      certRequestPem: request.certRequestPem,
      caPrivateKeyPem: caKey.privateKeyPem,
      caCertPem: ca.certPem,
      validityPeriodHours: HOURS.server,
      earlyRenewalHours: HOURS.serverRenewal,
      // Servers are clients of each other.
      allowedUses: ["digital_signature", "key_encipherment", "server_auth", "client_auth"],
    },
    { parent },
  );
  return {
    caCertificate: ca.certPem,
    server: pulumi.secret(
      pulumi.interpolate`${certificate.certPem.apply(withLineEnd)}${key.privateKeyPem.apply(withLineEnd)}`,
    ),
  };
}

function createKey(name: string, parent: pulumi.Resource): tls.PrivateKey {
  return new onDemand.tls.PrivateKey(name, KEY, {
    parent,
    additionalSecretOutputs: ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"],
  });
}

const withLineEnd = (pem: string): string => (pem.endsWith("\n") ? pem : `${pem}\n`);
