/** ASN.1 DER (X.690), as much of it as a certificate needs. */
export const der = {
  sequence: (...parts: Buffer[]) => tagged(0x30, Buffer.concat(parts)),
  set: (...parts: Buffer[]) => tagged(0x31, Buffer.concat(parts)),
  integer: (value: number) => tagged(0x02, Buffer.from([value])),
  true: () => tagged(0x01, Buffer.from([0xff])),
  utf8: (text: string) => tagged(0x0c, Buffer.from(text)),
  time: (at: Date) =>
    tagged(0x18, Buffer.from(`${at.toISOString().replaceAll(/\D/g, "").slice(0, 14)}Z`)),
  bits: (content: Buffer) => tagged(0x03, Buffer.concat([Buffer.from([0]), content])),
  octets: (content: Buffer) => tagged(0x04, content),
  oid,
  tagged,
};

function tagged(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
}

function lengthOf({ length }: Buffer): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  if (length < 0x100) return Buffer.from([0x81, length]);
  return Buffer.from([0x82, length >> 8, length & 0xff]);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const septets = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) septets.unshift((left & 0x7f) | 0x80);
    bytes.push(...septets);
  }
  return tagged(0x06, Buffer.from(bytes));
}
