import { createHash } from "node:crypto";
import type { DnsAnswer, RecordData } from "../domain/dns.ts";
import { type Certificate, isMadeOutTo } from "./certificate.ts";

export type Tlsa = RecordData["TLSA"];

/** RFC 6698 §2.1.1; the other two need authorities, which SMTP does not have (RFC 7672 §3.1.3). */
const USAGE_ANCHOR = 2;
const USAGE_SERVER = 3;

const DIGESTS: Readonly<Record<number, { readonly name: string; readonly hexDigits: number }>> = {
  1: { name: "sha256", hexDigits: 64 },
  2: { name: "sha512", hexDigits: 128 },
};

/** Whether a sender can use the record; what it cannot use it leaves aside (RFC 7672 §2.2). */
export function isUsable({ usage, selector, matchingType, data }: Tlsa): boolean {
  if (usage !== USAGE_ANCHOR && usage !== USAGE_SERVER) return false;
  if (selector !== 0 && selector !== 1) return false;
  if (matchingType === 0) return data !== "";
  return data.length === DIGESTS[matchingType]?.hexDigits;
}

/** Whether senders that know DANE will go by these records. */
export function hasUsableTlsa(answer: DnsAnswer<Tlsa>): boolean {
  return answer.kind === "found" && answer.authenticated && answer.records.some(isUsable);
}

/** Whether the record fits the chain that a server of this name shows. */
export function matches(
  record: Tlsa,
  chain: readonly Certificate[],
  name: string,
  now: number,
): boolean {
  const [leaf] = chain;
  if (leaf === undefined || !isUsable(record)) return false;
  // RFC 7672 §3.1.1: with a pinned server neither names nor dates count.
  if (record.usage === USAGE_SERVER) return isCertificateOf(record, leaf);
  const anchor = chain.findIndex((each) => isCertificateOf(record, each));
  if (anchor < 0 || !isMadeOutTo(leaf, name)) return false;
  const path = chain.slice(0, anchor + 1);
  return (
    path.every(({ notBefore, notAfter }) => notBefore <= now && now < notAfter) &&
    path.every((each, index) => isIssuedBy(each, path[index + 1]))
  );
}

/** `_25._tcp.mail.example.org. IN TLSA 3 1 1 ...`: the record to publish for this certificate. */
export function tlsaLine(host: string, port: number, { x509 }: Certificate): string | undefined {
  const key = publicKeyOf(x509);
  if (key === undefined) return undefined;
  const digest = createHash("sha256").update(key).digest("hex");
  return `_${port}._tcp.${host}. IN TLSA 3 1 1 ${digest}`;
}

function isCertificateOf({ selector, matchingType, data }: Tlsa, { x509 }: Certificate): boolean {
  const content = selector === 0 ? x509.raw : publicKeyOf(x509);
  if (content === undefined) return false;
  const digest = DIGESTS[matchingType];
  const hex =
    digest === undefined
      ? content.toString("hex")
      : createHash(digest.name).update(content).digest("hex");
  return hex === data;
}

function publicKeyOf(x509: Certificate["x509"]): Buffer | undefined {
  try {
    return x509.publicKey.export({ type: "spki", format: "der" });
  } catch {
    return undefined; // OpenSSL cannot read every key.
  }
}

function isIssuedBy({ x509 }: Certificate, issuer: Certificate | undefined): boolean {
  return (
    issuer === undefined || (x509.checkIssued(issuer.x509) && x509.verify(issuer.x509.publicKey))
  );
}
