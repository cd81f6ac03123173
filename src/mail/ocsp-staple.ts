import type { Certificate } from "./certificate.ts";

/**
 * What is wrong with the OCSP response in a handshake (RFC 6960 §4.2.1), for people; undefined: it says
 * that the certificate is good. Its signature is not verified: a server gains nothing by forging it.
 */
export function stapleFault(
  response: Uint8Array | undefined,
  { x509 }: Certificate,
  now: number,
): string | undefined {
  if (response === undefined) return "no OCSP response in the handshake";
  const [status, bytes] = childrenOf(childrenOf(Buffer.from(response))[0]);
  const refusal = status?.tag === TAG.enumerated ? status.content[0] : undefined;
  if (refusal === undefined) return UNREADABLE;
  if (refusal !== 0) return `the OCSP response in the handshake is an error (${refusal})`;
  const answer = answersIn(bytes).find(({ serial }) => serial === plainHex(x509.serialNumber));
  if (answer === undefined) return UNREADABLE;
  if (answer.status !== "good") {
    return `the OCSP response in the handshake says that the certificate is ${answer.status}`;
  }
  const { nextUpdate } = answer;
  if (nextUpdate === undefined || now < nextUpdate) return undefined;
  return `the OCSP response in the handshake is over since ${new Date(nextUpdate).toISOString()}`;
}

const UNREADABLE = "the OCSP response in the handshake does not tell of this certificate";

/** X.690 §8.1: the tags that are looked at. */
const TAG = { integer: 0x02, enumerated: 0x0a, time: 0x18, sequence: 0x30 } as const;
/** Context tags 0 to 2 of CertStatus, with and without content. */
const STATUSES: Readonly<Record<number, string>> = {
  0x80: "good",
  0xa1: "revoked",
  0x82: "unknown",
};
/** Certificates that one response may tell of; real ones tell of one. */
const MAX_ELEMENTS = 100;

interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

interface Answer {
  readonly serial: string;
  readonly status: string;
  readonly nextUpdate: number | undefined;
}

/** From responseBytes down to the SingleResponses in BasicOCSPResponse. */
function answersIn(responseBytes: Element | undefined): readonly Answer[] {
  const [, octets] = childrenOf(childrenOf(responseBytes)[0]);
  const [basic] = childrenOf(octets);
  const [data] = childrenOf(basic);
  // Before them stand version, responder and time; behind them extensions in a context tag.
  const responses = childrenOf(data).find(({ tag }) => tag === TAG.sequence);
  return childrenOf(responses).flatMap((single) => {
    const [id, status, , next] = childrenOf(single);
    const serial = childrenOf(id).find(({ tag }) => tag === TAG.integer);
    if (serial === undefined || status === undefined) return [];
    const [until] = next?.tag === 0xa0 ? childrenOf(next) : [];
    return {
      serial: plainHex(serial.content.toString("hex")),
      status: STATUSES[status.tag] ?? "unknown",
      nextUpdate: until?.tag === TAG.time ? timeOf(until.content) : undefined,
    };
  });
}

/** What lies in an element, or in bytes; nothing where that is no DER. */
function childrenOf(parent: Element | Buffer | undefined): readonly Element[] {
  const bytes = Buffer.isBuffer(parent) ? parent : (parent?.content ?? Buffer.alloc(0));
  const children: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const [tag = 0, first = 0] = bytes.subarray(at, at + 2);
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
    const start = at + 2 + lengthBytes;
    if (lengthBytes > 3 || first === 0x80 || start > bytes.length) return [];
    const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
    at = start + length;
    if (at > bytes.length || children.length >= MAX_ELEMENTS) return [];
    children.push({ tag, content: bytes.subarray(start, at) });
  }
  return children;
}

/** RFC 5280 §4.1.2.5.2: `20261122235959Z`. */
function timeOf(content: Buffer): number | undefined {
  const [, ...parts] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(content.subarray(0, 20).toString("latin1")) ??
    [];
  const [year, month, ...rest] = parts.map(Number);
  return year === undefined || month === undefined ? undefined : Date.UTC(year, month - 1, ...rest);
}

function plainHex(digits: string): string {
  return digits.toLowerCase().replace(/^0+/, "");
}
