import type { Dns, RecordData } from "../domain/dns.ts";
import { ask, type Asked } from "./dns-answers.ts";

type CaaRecord = RecordData["CAA"];

/** What a set of CAA records (RFC 8659) says. */
export interface CaaPolicy {
  /** Properties marked critical that authorities need not know. */
  readonly unknownCritical: readonly CaaRecord[];
  readonly malformed: readonly { readonly record: CaaRecord; readonly why: string }[];
}

/** RFC 8659 §4, RFC 9495 (issuemail) and the registry's other tags. */
const KNOWN_TAGS = [
  "issue",
  "issuewild",
  "iodef",
  "issuemail",
  "contactemail",
  "contactphone",
  "issuevmc",
];

/** Names on the way to the top; a domain of mail has a handful of labels. */
const MAX_STEPS = 10;

/** Asks from the name upwards, up to the first name that has records (RFC 8659 §3). */
export async function findCaa(
  start: string,
  dns: Dns,
  signal: AbortSignal,
): Promise<readonly Asked<CaaRecord>[]> {
  const asked: Asked<CaaRecord>[] = [];
  let name = start;
  while (asked.length < MAX_STEPS && name.includes(".")) {
    const step = await ask(dns, name, "CAA", signal);
    asked.push(step);
    if (step.answer.kind !== "absent") break;
    name = name.slice(name.indexOf(".") + 1);
  }
  return asked;
}

export function readCaa(records: readonly CaaRecord[]): CaaPolicy {
  const malformed = records.flatMap((record) => {
    const why = flaw(record);
    return why === undefined ? [] : [{ record, why }];
  });
  return {
    unknownCritical: records.filter(
      (record) => record.critical && !KNOWN_TAGS.includes(tagOf(record)),
    ),
    malformed,
  };
}

/** Who may issue for a name, or for all names below it with a wildcard (RFC 8659 §4.3); undefined: any may. */
export function issuersIn(
  records: readonly CaaRecord[],
  tag: "issue" | "issuewild",
): readonly string[] | undefined {
  const own = records.filter((record) => tagOf(record) === tag);
  if (own.length === 0) return tag === "issue" ? undefined : issuersIn(records, "issue");
  const names = own.map(({ value }) => issuerOf(value)).filter((name) => name !== "");
  return [...new Set(names)];
}

function tagOf({ tag }: CaaRecord): string {
  return tag.toLowerCase();
}

/** `example.org. IN CAA 0 issue "letsencrypt.org"`. */
export function caaLine(domain: string, { critical, tag, value }: CaaRecord): string {
  const text = value.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll(/[^\x20-\x7e]/g, "?");
  return `${domain}. IN CAA ${critical ? 128 : 0} ${tag.replaceAll(/[^a-z0-9]/gi, "?")} "${text}"`;
}

/** RFC 8659 §4.2: the domain before the parameters; empty forbids. */
function issuerOf(value: string): string {
  return (value.split(";")[0] ?? "").trim().toLowerCase();
}

function flaw({ tag, value }: CaaRecord): string | undefined {
  if (!/^[a-z0-9]{1,15}$/i.test(tag)) return "a tag has 1 to 15 letters and digits";
  switch (tag.toLowerCase()) {
    case "issue":
    case "issuewild":
    case "issuemail":
      return isIssuer(issuerOf(value)) ? undefined : "the value is a domain, or ; alone";
    case "iodef":
      return isReportUrl(value) ? undefined : "the value is a mailto:, http: or https: URL";
    default:
      return undefined;
  }
}

function isIssuer(name: string): boolean {
  const labels = name.split(".");
  return (
    name === "" || (name.length <= 253 && labels.every((label) => /^[a-z0-9-]{1,63}$/.test(label)))
  );
}

/** RFC 8659 §4.4. */
function isReportUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, pathname, host } = new URL(value);
  return protocol === "mailto:"
    ? /^[^@\s]+@[^@\s]+$/.test(pathname)
    : ["http:", "https:"].includes(protocol) && host !== "";
}
