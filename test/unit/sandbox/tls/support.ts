import { tlsProvider } from "../../../../packages/sandbox/src/tls";
import { Secret, type PropertyMap } from "../../../../packages/sandbox/src/provider";

export const KEY = "tls:index/privateKey:PrivateKey";
export const REQUEST = "tls:index/certRequest:CertRequest";
export const SELF_SIGNED = "tls:index/selfSignedCert:SelfSignedCert";
export const LOCALLY_SIGNED = "tls:index/locallySignedCert:LocallySignedCert";

export const provider = tlsProvider();

export const subject = (type: string): { urn: string; name: string; type: string; connection: string } => ({
  urn: `urn:pulumi:dev::shop::${type}::value`,
  name: "value",
  type,
  connection: "test",
});

export const check = (type: string, news: PropertyMap): string[] =>
  provider.check({ ...subject(type), olds: {}, news, randomSeed: new Uint8Array(), autonaming: undefined }).failures;

export const create = (
  type: string,
  inputs: PropertyMap,
  preview = false,
): Promise<{ id: string; outputs: PropertyMap }> =>
  provider.create({ ...subject(type), inputs, preview, signal: new AbortController().signal });

/** An output as text, secret or not. */
export function text(outputs: PropertyMap, name: string): string {
  const value = outputs[name];
  return (value instanceof Secret ? value.value : value) as string;
}

export async function privateKey(inputs: PropertyMap = { algorithm: "ECDSA", ecdsaCurve: "P256" }): Promise<string> {
  return text((await create(KEY, inputs)).outputs, "privateKeyPem");
}
