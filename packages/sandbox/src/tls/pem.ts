export function pemOf(label: string, der: ArrayBuffer): string {
  const lines = Buffer.from(der)
    .toString("base64")
    .match(/.{1,64}/g)!;
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** The first block of a text, which must have this label. */
export function derOf(label: string, pem: string): Buffer {
  const block = /-----BEGIN ([^-]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/.exec(pem);
  if (block?.[1] !== label) throw new Error(`the text holds no ${label}`);
  return Buffer.from(block[2]!, "base64");
}
