import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { Extension, GeneralName, SubjectAlternativeName, id_ce_subjectAltName } from "@peculiar/asn1-x509";
import { isIP } from "node:net";

export interface AlternativeNames {
  dnsNames?: string[];
  ipAddresses?: string[];
  uris?: string[];
}

export function checkAlternativeNames({ ipAddresses = [], uris = [] }: AlternativeNames): string[] {
  return [
    ...ipAddresses.flatMap((address, index) =>
      isIP(address) ? [] : [`ipAddresses[${index}]: is "${address}"; allowed: an IP address`],
    ),
    ...uris.flatMap((uri, index) => (URL.canParse(uri) ? [] : [`uris[${index}]: is "${uri}"; allowed: a URI`])),
  ];
}

/** Clients look here, and at the subject's common name no more. */
export function alternativeNames(names: AlternativeNames, critical: boolean): Extension[] {
  const all = [
    ...(names.dnsNames ?? []).map((dNSName) => new GeneralName({ dNSName })),
    ...(names.ipAddresses ?? []).map((iPAddress) => new GeneralName({ iPAddress })),
    ...(names.uris ?? []).map((uniformResourceIdentifier) => new GeneralName({ uniformResourceIdentifier })),
  ];
  return all.length === 0 ? [] : [extension(id_ce_subjectAltName, critical, new SubjectAlternativeName(all))];
}

export function extension(extnID: string, critical: boolean, value: unknown): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}
