import type { Dns, DnsAnswer } from "../domain/dns.ts";
import { type DmarcRecord, isDmarcRecord, parseDmarc } from "./dmarc-record.ts";

/** What was asked of one name of a DNS tree walk. */
export interface WalkStep {
  /** Without `_dmarc.`. */
  readonly domain: string;
  readonly answer: DnsAnswer<string>;
}

/** The one valid record of a name. */
export interface DmarcAt {
  readonly domain: string;
  readonly text: string;
  readonly record: DmarcRecord;
}

export type Organisation =
  | { readonly kind: "found"; readonly domain: string }
  | { readonly kind: "unknown"; readonly detail: string };

export type Discovery =
  | ({ readonly kind: "found" } & DmarcAt)
  | { readonly kind: "none" }
  | { readonly kind: "unknown"; readonly detail: string };

/** RFC 9989 §4.10: no more than eight questions, however long the name. */
const MAX_LABELS_ABOVE = 7;

/** The domains whose records a tree walk reads, from the longest. */
export function walkNames(domain: string): readonly string[] {
  const labels = domain.toLowerCase().split(".");
  const above = labels.slice(Math.max(1, labels.length - MAX_LABELS_ABOVE));
  return [domain.toLowerCase(), ...above.map((_, index) => above.slice(index).join("."))];
}

/** Asks for the records of all of them. */
export function walkTree(domain: string, dns: Dns, signal: AbortSignal): Promise<WalkStep[]> {
  return Promise.all(
    walkNames(domain).map(async (name) => ({
      domain: name,
      answer: await dns.query(`_dmarc.${name}`, "TXT", signal),
    })),
  );
}

/** The record of a step; several are none (RFC 9989 §4.10). */
function recordAt({ domain, answer }: WalkStep): DmarcAt | undefined {
  const texts = answer.kind === "found" ? answer.records.filter(isDmarcRecord) : [];
  const [text] = texts;
  return text === undefined || texts.length > 1
    ? undefined
    : { domain, text, record: parseDmarc(text) };
}

/** The Organizational Domain of the first step's domain (RFC 9989 §4.10.2). */
export function organisationOfWalk(steps: readonly WalkStep[]): Organisation {
  const start = steps[0]?.domain ?? "";
  let shortest = start;
  for (const step of steps) {
    if (step.answer.kind === "failed") {
      return { kind: "unknown", detail: `TXT of _dmarc.${step.domain}: ${step.answer.detail}` };
    }
    const found = recordAt(step);
    if (found === undefined) continue;
    const { publicSuffix } = found.record;
    if (publicSuffix === "yes" && step.domain !== start) {
      return { kind: "found", domain: oneBelow(step.domain, start) };
    }
    shortest = step.domain;
    if (publicSuffix !== "unsaid") break;
  }
  return { kind: "found", domain: shortest };
}

/** The record that applies to the first step's domain (RFC 9989 §4.10.1). */
export function policyOfWalk(steps: readonly WalkStep[]): Discovery {
  const [first] = steps;
  if (first === undefined) return { kind: "none" };
  if (first.answer.kind === "failed") {
    return { kind: "unknown", detail: `TXT of _dmarc.${first.domain}: ${first.answer.detail}` };
  }
  const own = recordAt(first);
  if (own !== undefined) return { kind: "found", ...own };
  const organisation = organisationOfWalk(steps);
  if (organisation.kind === "unknown") return organisation;
  const records = steps.map(recordAt).filter((record) => record !== undefined);
  const inherited =
    records.find(({ domain }) => domain === organisation.domain) ??
    records.find(({ record }) => record.publicSuffix === "yes");
  return inherited === undefined ? { kind: "none" } : { kind: "found", ...inherited };
}

/** The name on the way down to `start` with one label more than the suffix. */
function oneBelow(suffix: string, start: string): string {
  return start
    .split(".")
    .slice(-suffix.split(".").length - 1)
    .join(".");
}
