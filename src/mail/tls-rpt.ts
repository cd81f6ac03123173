/** The record at `_smtp._tls.` (RFC 8460 §3). */
export type TlsRptRecord =
  | { readonly kind: "record"; readonly addresses: readonly string[] }
  /** Senders then act as if there were none. */
  | { readonly kind: "broken"; readonly why: string };

/** Addresses kept, at most. */
const MAX_ADDRESSES = 20;

/** From the TXT records at `_smtp._tls.DOMAIN`; undefined: TLS-RPT is not set up. */
export function readTlsRptRecord(texts: readonly string[]): TlsRptRecord | undefined {
  const ours = texts.filter((text) => /^v=TLSRPTv1[ \t]*(?:;|$)/i.test(text));
  const [text, other] = ours;
  if (text === undefined) {
    // RFC 8460 §3: senders discard it, and yet it was meant for them.
    return texts.some(isMeant) ? broken("it has to begin with v=TLSRPTv1;") : undefined;
  }
  if (other !== undefined) return broken(`there are ${ours.length} records, and only one may be`);
  if (!text.startsWith("v=TLSRPTv1")) {
    return broken("it has to begin with v=TLSRPTv1, in this spelling");
  }
  const fields = text.split(";").map((field) => field.trim());
  const rua = fields.find((field) => field.startsWith("rua="))?.slice(4);
  if (rua === undefined) return broken("it has no rua=");
  const addresses = rua.split(",").map((address) => address.trim());
  const odd = addresses.find((address) => !isReportAddress(address));
  if (odd !== undefined) return broken("rua= is no list of mailto: and https: addresses");
  return { kind: "record", addresses: addresses.slice(0, MAX_ADDRESSES) };
}

/** What the rua= of such records was meant to say, as a list that senders understand. */
export function mendedAddresses(texts: readonly string[]): readonly string[] {
  const lists = texts.filter(isMeant).map((text) => /rua=([^;]*)/i.exec(text)?.[1] ?? "");
  const addresses = lists
    .flatMap((list) => list.split(","))
    .map((address) => address.replaceAll(/["\\\s]/g, ""))
    .map((address) => (/^[^:/@]+@[^:/@]+$/.test(address) ? `mailto:${address}` : address));
  return [...new Set(addresses.filter(isReportAddress))].slice(0, MAX_ADDRESSES);
}

function isMeant(text: string): boolean {
  return /^\W*v=TLSRPTv1(?![a-z0-9])/i.test(text);
}

/** RFC 8460 §3: a comma, an exclamation mark or a semicolon would have to be percent-encoded. */
function isReportAddress(text: string): boolean {
  return (
    /^mailto:[^\s@!,;?]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:\?[^\s!,;]*)?$/i.test(text) ||
    /^https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[:/?][^\s!,;]*)?$/i.test(text)
  );
}

function broken(why: string): TlsRptRecord {
  return { kind: "broken", why };
}
