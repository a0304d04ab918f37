import { Secret, type PropertyMap } from "../provider";
import { issueCertificate, publicKeyInfo, readAuthority, type CertificateInputs } from "./certificate";
import {
  algorithmOf,
  checkPrivateKey,
  generateKey,
  privateKeyForms,
  publicKeyOutputs,
  readPrivateKey,
  type PrivateKeyInputs,
} from "./keys";
import { alternativeNames, checkAlternativeNames, type AlternativeNames } from "./names";
import { certificateRequest, readRequest } from "./request";
import { subjectName, type SubjectInputs } from "./subject";
import { checkUsages } from "./usages";

export interface TlsResourceType {
  /** What the provider fills in. An input that is given with its default is no change. */
  defaults: PropertyMap;
  /** Inputs that the provider keeps as secrets in its outputs. */
  secretInputs: readonly string[];
  /** Inputs whose change renews nothing. */
  updatable: readonly string[];
  /** What the provider refuses, each sentence beginning with the property's path. The inputs have their defaults. */
  check(inputs: PropertyMap): string[];
  /** Makes the resource's own outputs. */
  create(inputs: PropertyMap): { id: string; outputs: PropertyMap };
}

const privateKey: TlsResourceType = {
  defaults: { ecdsaCurve: "P224", rsaBits: 2048 },
  secretInputs: [],
  updatable: [],
  check: (inputs) => checkPrivateKey(inputs as unknown as PrivateKeyInputs),
  create(inputs) {
    const key = generateKey(inputs as unknown as Required<PrivateKeyInputs>);
    const { pem, pkcs8, openssh } = privateKeyForms(key);
    const { id, ...outputs } = publicKeyOutputs(key);
    return {
      id,
      outputs: {
        ...outputs,
        privateKeyPem: new Secret(pem),
        privateKeyPemPkcs8: new Secret(pkcs8),
        privateKeyOpenssh: new Secret(openssh),
      },
    };
  },
};

interface RequestInputs extends AlternativeNames {
  privateKeyPem: string;
  subject?: SubjectInputs;
}

const certRequest: TlsResourceType = {
  defaults: {},
  secretInputs: ["privateKeyPem"],
  updatable: [],
  check: (inputs) => [...needsKey(inputs, "privateKeyPem"), ...checkAlternativeNames(inputs)],
  create(given) {
    const inputs = given as unknown as RequestInputs;
    const key = readPrivateKey(inputs.privateKeyPem, "privateKeyPem");
    const { id, certRequestPem } = certificateRequest(key, subjectName(inputs.subject), inputs);
    return { id, outputs: { certRequestPem, keyAlgorithm: algorithmOf(key) } };
  },
};

const CERTIFICATE_DEFAULTS = {
  earlyRenewalHours: 0,
  isCaCertificate: false,
  maxPathLength: -1,
  setSubjectKeyId: false,
};

interface SelfSignedInputs extends CertificateInputs, RequestInputs {
  setAuthorityKeyId: boolean;
}

const selfSignedCert: TlsResourceType = {
  defaults: { ...CERTIFICATE_DEFAULTS, setAuthorityKeyId: false },
  secretInputs: ["privateKeyPem"],
  updatable: ["earlyRenewalHours"],
  check(given) {
    const inputs = given as unknown as SelfSignedInputs;
    const { isCaCertificate, setSubjectKeyId, setAuthorityKeyId, subject } = inputs;
    return [
      ...needsKey(given, "privateKeyPem"),
      ...checkAlternativeNames(inputs),
      ...checkCertificate(inputs),
      ...(isCaCertificate && subjectName(subject).length === 0
        ? ["subject: must contain at least one distinguished name when creating a certificate authority"]
        : []),
      ...(setAuthorityKeyId && !setSubjectKeyId && !isCaCertificate
        ? ["setAuthorityKeyId: a certificate that signs itself needs setSubjectKeyId, too"]
        : []),
    ];
  },
  create(given) {
    const inputs = given as unknown as SelfSignedInputs;
    const key = readPrivateKey(inputs.privateKeyPem, "privateKeyPem");
    const subject = subjectName(inputs.subject);
    const names = alternativeNames(inputs, subject.length === 0);
    const content = { ...inputs, subject, names, key, parent: undefined, publicKey: publicKeyInfo(key) };
    const { id, ...outputs } = issueCertificate(content, new Date());
    return { id, outputs: { ...outputs, keyAlgorithm: algorithmOf(key), readyForRenewal: false } };
  },
};

interface LocallySignedInputs extends CertificateInputs {
  caCertPem: string;
  caPrivateKeyPem: string;
  certRequestPem: string;
}

const locallySignedCert: TlsResourceType = {
  defaults: CERTIFICATE_DEFAULTS,
  secretInputs: ["caPrivateKeyPem"],
  updatable: ["earlyRenewalHours"],
  check: (inputs) => [
    ...needsKey(inputs, "caPrivateKeyPem"),
    ...checkCertificate(inputs as unknown as CertificateInputs),
  ],
  create(given) {
    const inputs = given as unknown as LocallySignedInputs;
    const request = readRequest(inputs.certRequestPem);
    if (inputs.isCaCertificate && request.subject.length === 0) {
      throw new Error("certRequestPem: its subject must contain at least one distinguished name for an authority");
    }
    const key = readPrivateKey(inputs.caPrivateKeyPem, "caPrivateKeyPem");
    const parent = readAuthority(inputs.caCertPem, key);
    const { id, ...outputs } = issueCertificate(
      { ...inputs, ...request, key, parent, setAuthorityKeyId: true },
      new Date(),
    );
    return { id, outputs: { ...outputs, caKeyAlgorithm: algorithmOf(key), readyForRenewal: false } };
  },
};

function checkCertificate(inputs: CertificateInputs): string[] {
  const { validityPeriodHours, earlyRenewalHours, maxPathLength, isCaCertificate, allowedUses } = inputs;
  const atLeast = (path: string, value: number, least: number): string[] =>
    Number.isInteger(value) && value >= least ? [] : [`${path}: is ${value}; allowed: a whole number from ${least} on`];
  return [
    ...checkUsages(allowedUses),
    ...atLeast("validityPeriodHours", validityPeriodHours, 0),
    ...atLeast("earlyRenewalHours", earlyRenewalHours, 0),
    ...atLeast("maxPathLength", maxPathLength, -1),
    ...(maxPathLength >= 0 && !isCaCertificate
      ? ["maxPathLength: only an authority has one: set isCaCertificate"]
      : []),
  ];
}

/** The provider takes a key as a write-only argument, too, which is refused by name here. */
function needsKey(inputs: PropertyMap, name: string): string[] {
  const writeOnly = `${name}Wo`;
  if (inputs[writeOnly] !== undefined) return [`${writeOnly}: the sandbox does not emulate this yet; use ${name}`];
  return inputs[name] === undefined ? [`${name}: is required`] : [];
}

/** The types that the sandbox emulates, by Pulumi's type token. */
export const TLS_TYPES: Readonly<Record<string, TlsResourceType>> = {
  "tls:index/certRequest:CertRequest": certRequest,
  "tls:index/locallySignedCert:LocallySignedCert": locallySignedCert,
  "tls:index/privateKey:PrivateKey": privateKey,
  "tls:index/selfSignedCert:SelfSignedCert": selfSignedCert,
};
