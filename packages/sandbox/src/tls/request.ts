import { Attributes, CertificationRequest, CertificationRequestInfo } from "@peculiar/asn1-csr";
import { AsnConvert } from "@peculiar/asn1-schema";
import * as x509 from "@peculiar/asn1-x509";
import { createHash, type KeyObject } from "node:crypto";
import { publicKeyInfo } from "./certificate";
import { alternativeNames, type AlternativeNames } from "./names";
import { derOf, pemOf } from "./pem";
import { signerOf } from "./sign";

/** Attribute of PKCS#9 that carries the wished extensions. */
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

export function certificateRequest(
  key: KeyObject,
  subject: x509.Name,
  names: AlternativeNames,
): { id: string; certRequestPem: string } {
  const wished = alternativeNames(names, subject.length === 0);
  const attributes = new Attributes(
    wished.length === 0
      ? []
      : [
          new x509.Attribute({
            type: EXTENSION_REQUEST,
            values: [AsnConvert.serialize(new x509.Extensions(wished))],
          }),
        ],
  );
  const signer = signerOf(key);
  const info = new CertificationRequestInfo({ subject, subjectPKInfo: publicKeyInfo(key), attributes });
  const request = AsnConvert.serialize(
    new CertificationRequest({
      certificationRequestInfo: info,
      signatureAlgorithm: signer.algorithm,
      signature: signer.sign(AsnConvert.serialize(info)),
    }),
  );
  return {
    id: createHash("sha1").update(Buffer.from(request)).digest("hex"),
    certRequestPem: pemOf("CERTIFICATE REQUEST", request),
  };
}

/** What a certificate takes over from a request: who, which key, under which names. Nothing else of it. */
export function readRequest(pem: string): {
  subject: x509.Name;
  publicKey: x509.SubjectPublicKeyInfo;
  names: x509.Extension[];
} {
  const { certificationRequestInfo } = parseRequest(pem);
  const wished = certificationRequestInfo.attributes.find(({ type }) => type === EXTENSION_REQUEST)?.values[0];
  const extensions = wished ? AsnConvert.parse(wished, x509.Extensions) : [];
  return {
    subject: certificationRequestInfo.subject,
    publicKey: certificationRequestInfo.subjectPKInfo,
    names: extensions.filter(({ extnID }) => extnID === x509.id_ce_subjectAltName),
  };
}

function parseRequest(pem: string): CertificationRequest {
  try {
    return AsnConvert.parse(derOf("CERTIFICATE REQUEST", pem), CertificationRequest);
  } catch {
    throw new Error("certRequestPem: holds no certificate request that can be read; allowed: one request in PEM");
  }
}
