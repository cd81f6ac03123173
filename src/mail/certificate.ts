import { X509Certificate } from "node:crypto";

/** What is judged of a certificate (RFC 5280). Times are milliseconds since the epoch. */
export interface Certificate {
  readonly x509: X509Certificate;
  readonly notBefore: number;
  readonly notAfter: number;
  /** `RSA 2048`, `EC prime256v1`, `ed25519`; for people. */
  readonly key: string;
  readonly isKeyWeak: boolean;
  /** Signed with SHA-1 or MD5. */
  readonly isSignatureWeak: boolean;
  readonly isSelfSigned: boolean;
  /** The server has to staple an OCSP response (RFC 7633). */
  readonly mustStaple: boolean;
}

const MIN_RSA_BITS = 2048;
const MIN_CURVE_BITS = 224;
/** Hosters put their customers together, a hundred in one certificate. */
const MAX_NAMES_SHOWN = 10;

/** The extension id-pe-tlsfeature, 1.3.6.1.5.5.7.1.24, and status_request in it (RFC 7633 §4). */
const TLS_FEATURE = Buffer.from("06082b06010505070118", "hex");
const STATUS_REQUEST = Buffer.from("020105", "hex");
/** The extension's value stands this close behind its name. */
const FEATURE_BYTES = 20;

/** Reads DER; undefined for what is no certificate. */
export function readCertificate(der: Uint8Array): Certificate | undefined {
  const x509 = parse(der);
  if (x509 === undefined) return undefined;
  const { name: key, isWeak } = keyOf(x509);
  return {
    x509,
    notBefore: x509.validFromDate.getTime(),
    notAfter: x509.validToDate.getTime(),
    key,
    isKeyWeak: isWeak,
    isSignatureWeak: /md5|sha1(?!\d)/i.test(x509.signatureAlgorithm ?? ""),
    isSelfSigned: x509.subject === x509.issuer && x509.checkIssued(x509),
    mustStaple: hasMustStaple(x509.raw),
  };
}

/** Whether it is made out to the name or address; the common name does not count (RFC 9525 §6.1). */
export function isMadeOutTo({ x509 }: Certificate, name: string): boolean {
  const found = /^[\d.]+$|:/.test(name)
    ? x509.checkIP(name)
    : x509.checkHost(name, { subject: "never" });
  return found !== undefined;
}

/** The first of the names in it, for people. */
export function namesIn({ x509 }: Certificate): string {
  const names = x509.subjectAltName?.replaceAll(/DNS:|IP Address:/g, "").split(", ") ?? [];
  const more = names.length - MAX_NAMES_SHOWN;
  const shown = names.slice(0, MAX_NAMES_SHOWN).join(", ");
  if (more > 0) return `${shown} and ${more} more`;
  return names.length === 0 ? "no names" : shown;
}

/** The organisation that issued it, as it calls itself; undefined: it does not say. */
export function issuingOrganisation({ x509 }: Certificate): string | undefined {
  const line = x509.issuer.split("\n").find((attribute) => attribute.startsWith("O="));
  // Escaped as in RFC 4514 §2.4.
  return line?.slice(2).replaceAll(/\\(?<character>.)/g, "$<character>");
}

/** The DNS names in it, in lower case. */
export function dnsNamesIn({ x509 }: Certificate): readonly string[] {
  const names = x509.subjectAltName?.split(", ") ?? [];
  return names.filter((name) => name.startsWith("DNS:")).map((name) => name.slice(4).toLowerCase());
}

/** What tells one certificate from another: SHA-256 over its DER, in hexadecimal. */
export function fingerprintOf({ x509 }: Certificate): string {
  return x509.fingerprint256.replaceAll(":", "").toLowerCase();
}

function parse(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    return undefined; // OpenSSL has no milder way to say that it is none.
  }
}

function keyOf(x509: X509Certificate): { readonly name: string; readonly isWeak: boolean } {
  try {
    const { asymmetricKeyType: type = "unknown", asymmetricKeyDetails } = x509.publicKey;
    const { modulusLength: bits, namedCurve } = asymmetricKeyDetails ?? {};
    if (bits !== undefined) {
      return { name: `${type.toUpperCase()} ${bits}`, isWeak: bits < MIN_RSA_BITS };
    }
    if (namedCurve === undefined) return { name: type, isWeak: false };
    const curveBits = Number(/\d{3}/.exec(namedCurve)?.[0] ?? MIN_CURVE_BITS);
    return { name: `EC ${namedCurve}`, isWeak: curveBits < MIN_CURVE_BITS };
  } catch {
    return { name: "of a kind unknown here", isWeak: false }; // OpenSSL cannot read every key.
  }
}

function hasMustStaple(der: Buffer): boolean {
  const at = der.indexOf(TLS_FEATURE);
  if (at < 0) return false;
  const start = at + TLS_FEATURE.length;
  return der.subarray(start, start + FEATURE_BYTES).includes(STATUS_REQUEST);
}
