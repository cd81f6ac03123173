/** The record at `default._bimi.` (draft-brand-indicators-for-message-identification §4.2). */
export type BimiRecord =
  | {
      readonly kind: "record";
      readonly logo: string;
      /** The mark certificate's address; undefined where there is none. */
      readonly certificate: string | undefined;
    }
  /** An empty `l=`: the domain says that it has no logo. */
  | { readonly kind: "declined" }
  | { readonly kind: "broken"; readonly why: string };

/** Receivers take no larger ones. */
const MAX_LOGO_BYTES = 32 * 1024;
const MAX_URL = 1000;
/** Tags of one record that are read; there are five. */
const MAX_FIELDS = 32;
/** The opening tag of a picture is looked for this far. */
const MAX_HEAD = 8000;

/** From the TXT records at `default._bimi.DOMAIN`; undefined: BIMI is not set up. */
export function readBimiRecord(texts: readonly string[]): BimiRecord | undefined {
  const ours = texts.filter(isBimiRecord);
  const [text, other] = ours;
  if (text === undefined) {
    const isMeant = texts.some((each) => /^v\s*=\s*BIMI|(?:^|;)\s*l\s*=\s*http/i.test(each));
    return isMeant ? broken("it does not begin with v=BIMI1;") : undefined;
  }
  if (other !== undefined) return broken(`there are ${ours.length} records, and only one may be`);
  const logo = valueOf(text, "l");
  const certificate = valueOf(text, "a") ?? "";
  if (logo === undefined) return broken("it has no l=");
  if (logo === "" && certificate === "") return { kind: "declined" };
  if (!isPlainHttps(logo)) return broken("l= is no https address on the usual port");
  if (certificate !== "" && !isPlainHttps(certificate)) {
    return broken("a= is no https address on the usual port");
  }
  return { kind: "record", logo, certificate: certificate === "" ? undefined : certificate };
}

/** Whether receivers take the TXT record for a BIMI record. */
function isBimiRecord(text: string): boolean {
  return /^v\s*=\s*BIMI1[ \t]*(?:;|$)/i.test(text);
}

/** One record of those that cannot be used, with what can be kept of them; LOGO where that is nothing. */
export function mendedBimi(texts: readonly string[]): string {
  const usable = (key: string) =>
    texts
      .map((text) => valueOf(text, key)?.replace(/^http:/i, "https:"))
      .find((url) => url !== undefined && isPlainHttps(url));
  return `v=BIMI1; l=${usable("l") ?? "LOGO"}; a=${usable("a") ?? ""}`;
}

/** What is wrong with a picture as receivers want it: SVG Tiny PS; text of an SVG file, one a line. */
export function logoFaults(svg: string): readonly string[] {
  const text = withoutComments(svg);
  const head = text.slice(0, MAX_HEAD);
  const [tag] = /<svg[\s>][^>]*>?/i.exec(head) ?? [];
  if (tag === undefined) return ["it is no SVG"];
  const faults: (string | false)[] = [
    svg.length > MAX_LOGO_BYTES && `it has ${svg.length} bytes, more than ${MAX_LOGO_BYTES}`,
    !/\sversion\s*=\s*["']1\.2["']/.test(tag) && 'version="1.2" is missing in <svg>',
    !/\sbaseProfile\s*=\s*["']tiny-ps["']/.test(tag) && 'baseProfile="tiny-ps" is missing in <svg>',
    /\s[xy]\s*=/.test(tag) && "<svg> must not have x or y",
    !text.includes("<title") && "<title> is missing",
    /<script/i.test(text) && "it has a script",
    /<(?:image|animate|animateTransform|foreignObject)[\s>]/i.test(text) &&
      "it has pictures, animations or foreign objects",
    /(?:href|src)\s*=\s*["']\s*(?:https?:|data:|\/\/)/i.test(text) && "it refers to other files",
  ];
  return faults.filter((fault) => fault !== false);
}

/** The certificates in a PEM file, as DER; at most ten. */
export function pemCertificates(pem: string): readonly Buffer[] {
  return pem
    .split("-----BEGIN CERTIFICATE-----")
    .slice(1, 11)
    .map((part) => part.split("-----END CERTIFICATE-----", 1)[0] ?? "")
    .map((base64) => Buffer.from(base64, "base64"));
}

function valueOf(text: string, key: string): string | undefined {
  const fields = text.split(";", MAX_FIELDS).map((field) => field.trim());
  const field = fields.find((each) => each.split("=", 1)[0]?.trim().toLowerCase() === key);
  return field?.slice(field.indexOf("=") + 1).trim();
}

function withoutComments(svg: string): string {
  const [start = "", ...parts] = svg.split("<!--");
  const rest = parts.map((part) => {
    const end = part.indexOf("-->");
    return end < 0 ? "" : part.slice(end + "-->".length);
  });
  return [start, ...rest].join("");
}

/** An address that receivers fetch from. */
export function isPlainHttps(text: string): boolean {
  if (text.length > MAX_URL || !/^https:\/\/[\x21-\x7e]+$/i.test(text)) return false;
  const url = URL.parse(text);
  return url !== null && url.port === "" && url.username === "" && url.hostname.includes(".");
}

function broken(why: string): BimiRecord {
  return { kind: "broken", why };
}
