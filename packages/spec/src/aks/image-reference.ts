import type { StringField } from "../shape";

/** An image in the form of the distribution project, with a tag that stays: `latest` is another one every time (S3-05). */
export const IMAGE_REFERENCE_FIELD: StringField = {
  kind: "string",
  input: true,
  maxLength: 512,
  pattern:
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:(?!latest(@|$))[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
  allowed: 'an image with a tag other than latest, or a digest: "orders.azurecr.io/orders:1.4.2", "…@sha256:…"',
};

/** Whether a reference says which image it means; the form alone takes one that has neither tag nor digest. */
export function isPinned(reference: string): boolean {
  return /(:[^/@]+|@sha256:[0-9a-f]{64})$/.test(reference);
}
