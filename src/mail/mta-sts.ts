/** The record at `_mta-sts.` (RFC 8461 §3.1). */
export type StsRecord =
  | { readonly kind: "record"; readonly id: string }
  /** Senders then act as if there were none. */
  | { readonly kind: "broken"; readonly why: string };

/** The file at `https://mta-sts.DOMAIN/.well-known/mta-sts.txt` (RFC 8461 §3.2). */
export interface StsPolicy {
  readonly mode: "enforce" | "testing" | "none";
  readonly maxAgeSeconds: number;
  /** Lower-cased; `*.example.org` stands for one label. */
  readonly mx: readonly string[];
}

/** RFC 8461 §3.3: senders may stop reading here. */
export const MAX_POLICY_BYTES = 64 * 1024;
/** RFC 8461 §3.2: a year, more or less. */
const MAX_MAX_AGE_SECONDS = 31_557_600;

/** From the TXT records at `_mta-sts.DOMAIN`; undefined: MTA-STS is not set up. */
export function readStsRecord(texts: readonly string[]): StsRecord | undefined {
  // RFC 8461 §3.1: what does not begin like this is not for MTA-STS.
  const ours = texts.filter((text) => /^v=STSv1[ \t]*(?:;|$)/i.test(text));
  const [text, other] = ours;
  if (text === undefined) {
    // Senders discard it, and yet it was meant for them.
    const isMeant = texts.some((other) => /^\W*v=STSv1(?![a-z0-9])/i.test(other));
    return isMeant ? broken("it has to begin with v=STSv1;") : undefined;
  }
  if (other !== undefined) return broken(`there are ${ours.length} records, and only one may be`);
  if (!text.startsWith("v=STSv1")) return broken("it has to begin with v=STSv1, in this spelling");
  const fields = text.split(";").map((field) => field.trim());
  const id = fields.find((field) => field.startsWith("id="))?.slice(3);
  if (id === undefined) return broken("it has no id=");
  if (!/^[a-z0-9]{1,32}$/i.test(id)) return broken("its id is not 1 to 32 letters and digits");
  const isOdd = (field: string) =>
    !/^[a-z0-9][a-z0-9_.-]{0,31}=[\x21-\x3a\x3c\x3e-\x7e]+$/i.test(field);
  const odd = fields.filter((field) => field !== "").find(isOdd);
  return odd === undefined ? { kind: "record", id } : broken("a field is not name=value");
}

/** Answers with a reason where the text is no policy that senders could use. */
export function readStsPolicy(
  text: string,
): { readonly policy: StsPolicy } | { readonly broken: string } {
  const fields = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map(fieldOf);
  if (fields.includes(undefined)) return { broken: "a line is not key: value" };
  const valueOf = (key: string) => fields.find((field) => field?.key === key)?.value;
  if (valueOf("version") !== "STSv1") return { broken: "version: STSv1 is missing" };
  const mode = valueOf("mode");
  if (mode !== "enforce" && mode !== "testing" && mode !== "none") {
    return { broken: "mode: is none of enforce, testing, none" };
  }
  const age = valueOf("max_age") ?? "";
  const maxAgeSeconds = Number(age);
  if (!/^\d{1,10}$/.test(age) || maxAgeSeconds > MAX_MAX_AGE_SECONDS) {
    return { broken: `max_age: is no number of seconds up to ${MAX_MAX_AGE_SECONDS}` };
  }
  const mx = fields.flatMap((field) => (field?.key === "mx" ? [field.value.toLowerCase()] : []));
  if (!mx.every(isPattern)) return { broken: "an mx: is neither a host name nor *.domain" };
  if (mx.length === 0 && mode !== "none") return { broken: "there is no mx:" };
  return { policy: { mode, maxAgeSeconds, mx } };
}

/** Whether the policy lets mail go to this MX host (RFC 8461 §4.1). */
export function covers({ mx }: StsPolicy, host: string): boolean {
  return mx.some((pattern) =>
    pattern.startsWith("*.")
      ? host.includes(".") && host.slice(host.indexOf(".") + 1) === pattern.slice(2)
      : pattern === host,
  );
}

/** The policy file that covers these hosts besides those that it covers now. */
export function policyText(
  { mode, maxAgeSeconds, mx }: StsPolicy,
  hosts: readonly string[],
): string {
  const patterns = [...new Set([...mx, ...hosts])].map((pattern) => `mx: ${pattern}`);
  const lines = ["version: STSv1", `mode: ${mode}`, ...patterns];
  return [...lines, `max_age: ${maxAgeSeconds}`].join("\n");
}

function fieldOf(line: string): { readonly key: string; readonly value: string } | undefined {
  const colon = line.indexOf(":");
  const key = line.slice(0, Math.max(0, colon)).trim();
  const isKey = /^[a-z0-9][a-z0-9_.-]{0,31}$/i.test(key);
  return isKey ? { key, value: line.slice(colon + 1).trim() } : undefined;
}

function isPattern(text: string): boolean {
  const host = text.startsWith("*.") ? text.slice(2) : text;
  return host.length <= 253 && /^[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/.test(host);
}

function broken(why: string): StsRecord {
  return { kind: "broken", why };
}
