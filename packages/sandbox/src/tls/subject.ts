import { AttributeTypeAndValue, AttributeValue, Name, RelativeDistinguishedName } from "@peculiar/asn1-x509";

export interface SubjectInputs {
  commonName?: string;
  country?: string;
  emailAddress?: string;
  locality?: string;
  organization?: string;
  organizationalUnit?: string;
  postalCode?: string;
  province?: string;
  serialNumber?: string;
  streetAddresses?: string[];
}

/** The parts of a distinguished name in the order in which Go, and so the provider, writes them. */
const PARTS: readonly { property: keyof SubjectInputs; oid: string }[] = [
  { property: "country", oid: "2.5.4.6" },
  { property: "organization", oid: "2.5.4.10" },
  { property: "organizationalUnit", oid: "2.5.4.11" },
  { property: "locality", oid: "2.5.4.7" },
  { property: "province", oid: "2.5.4.8" },
  { property: "streetAddresses", oid: "2.5.4.9" },
  { property: "postalCode", oid: "2.5.4.17" },
  { property: "commonName", oid: "2.5.4.3" },
  { property: "serialNumber", oid: "2.5.4.5" },
  { property: "emailAddress", oid: "1.2.840.113549.1.9.1" },
];

export function subjectName(subject: SubjectInputs = {}): Name {
  const parts = PARTS.flatMap(({ property, oid }) => {
    const values = [subject[property] ?? []].flat().filter((value) => value !== "");
    if (values.length === 0) return [];
    const members = values.map(
      (value) => new AttributeTypeAndValue({ type: oid, value: attributeValue(property, value) }),
    );
    return [new RelativeDistinguishedName(members)];
  });
  return new Name(parts);
}

function attributeValue(property: string, value: string): AttributeValue {
  if (property === "emailAddress") return new AttributeValue({ ia5String: value });
  const printable = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value);
  return new AttributeValue(printable ? { printableString: value } : { utf8String: value });
}
