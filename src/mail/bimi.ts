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
/** The opening tag of a picture is looked for this far. */
const MAX_HEAD = 8000;

/** From the TXT records at `default._bimi.DOMAIN`; undefined: BIMI is not set up. */
export function readBimiRecord(texts: readonly string[]): BimiRecord | undefined {
  const ours = texts.filter((text) => /^v=BIMI1[ \t]*(?:;|$)/i.test(text));
  const [text, other] = ours;
  if (text === undefined) return undefined;
  if (other !== undefined) return broken(`there are ${ours.length} records, and only one may be`);
  const fields = text.split(";").map((field) => field.trim());
  const valueOf = (key: string) =>
    fields
      .find((field) => field.startsWith(`${key}=`))
      ?.slice(key.length + 1)
      .trim();
  const logo = valueOf("l");
  const certificate = valueOf("a") ?? "";
  if (logo === undefined) return broken("it has no l=");
  if (logo === "" && certificate === "") return { kind: "declined" };
  if (!isPlainHttps(logo)) return broken("l= is no https address on the usual port");
  if (certificate !== "" && !isPlainHttps(certificate)) {
    return broken("a= is no https address on the usual port");
  }
  return { kind: "record", logo, certificate: certificate === "" ? undefined : certificate };
}

/** What is wrong with a picture as receivers want it: SVG Tiny PS; text of an SVG file, one a line. */
export function logoFaults(svg: string): readonly string[] {
  const head = svg.slice(0, MAX_HEAD);
  const [tag] = /<svg[\s>][^>]*>?/i.exec(head) ?? [];
  if (tag === undefined) return ["it is no SVG"];
  const faults: (string | false)[] = [
    svg.length > MAX_LOGO_BYTES && `it has ${svg.length} bytes, more than ${MAX_LOGO_BYTES}`,
    !/\sversion\s*=\s*["']1\.2["']/.test(tag) && 'version="1.2" is missing in <svg>',
    !/\sbaseProfile\s*=\s*["']tiny-ps["']/.test(tag) && 'baseProfile="tiny-ps" is missing in <svg>',
    /\s[xy]\s*=/.test(tag) && "<svg> must not have x or y",
    !svg.includes("<title") && "<title> is missing",
    /<script/i.test(svg) && "it has a script",
    /<(?:image|animate|animateTransform|foreignObject)[\s>]/i.test(svg) &&
      "it has pictures, animations or foreign objects",
    /(?:href|src)\s*=\s*["']\s*(?:https?:|data:|\/\/)/i.test(svg) && "it refers to other files",
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

function isPlainHttps(text: string): boolean {
  if (text.length > MAX_URL || !/^https:\/\/[\x21-\x7e]+$/i.test(text)) return false;
  const url = URL.parse(text);
  return url !== null && url.port === "" && url.username === "" && url.hostname.includes(".");
}

function broken(why: string): BimiRecord {
  return { kind: "broken", why };
}
