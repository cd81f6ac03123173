import type { HttpsAnswer } from "../../domain/https.ts";
import { isMadeOutTo, namesIn, readCertificate } from "../../mail/certificate.ts";
import type { ExchangerLook } from "../../mail/exchanger-looks.ts";
import {
  covers,
  MAX_POLICY_BYTES,
  policyText,
  readStsPolicy,
  readStsRecord,
  type StsPolicy,
} from "../../mail/mta-sts.ts";
import { quoted, txtLine } from "../../mail/txt-record.ts";
import { type DomainTarget, fault, type Fault } from "../domain-probe.ts";
import type { MtaStsFinding } from "./findings.ts";
import { isChangedUnder } from "./first-policy.ts";
import type { Facts } from "./observe.ts";

const MIN_MAX_AGE_SECONDS = 86_400;
/** Of a policy in a finding, in characters. */
const MAX_PRINTED_POLICY = 2000;

/** RFC 8461. A domain without the record has not set it up: nothing is found. */
export function judge(facts: Facts, { domain }: DomainTarget): readonly Fault<MtaStsFinding>[] {
  const { record, now } = facts;
  if (record.kind === "failed") {
    return [fault("mta-sts-undecided", `TXT of _mta-sts.${domain}: ${record.detail}`)];
  }
  const parsed = record.kind === "found" ? readStsRecord(record.records) : undefined;
  if (record.kind === "found" && parsed?.kind === "broken") {
    const published = record.records.map(quoted).join(", ");
    const better = recordLine(domain, now);
    return [fault("mta-sts-record-broken", `${parsed.why}: found ${published}; publish ${better}`)];
  }
  if (facts.policy === undefined || parsed?.kind !== "record") return [];
  const fetched = readAnswer(facts.policy, domain);
  if (fetched.kind !== "policy") {
    const kind = fetched.kind === "broken" ? "mta-sts-policy-broken" : "mta-sts-undecided";
    return [fault(kind, fetched.detail)];
  }
  const { policy } = fetched;
  const times = { now, ttlSeconds: record.ttlSeconds };
  const isStale = isChangedUnder(parsed.id, policy, facts.recalled, times);
  return [
    ...(policy.mode === "none" ? [] : judgeHosts(policy, facts, domain)),
    ...(policy.maxAgeSeconds < MIN_MAX_AGE_SECONDS && policy.mode !== "none"
      ? [fault("mta-sts-max-age-short", `max_age: ${policy.maxAgeSeconds}`)]
      : []),
    // RFC 8461 §3.2: senders should check it, against hosts where users may put files of other types.
    ...(fetched.contentType === "text/plain"
      ? []
      : [fault("mta-sts-content-type", `Content-Type: ${quoted(fetched.contentType)}`)]),
    ...(isStale ? [fault("mta-sts-id-unchanged", `publish ${recordLine(domain, now)}`)] : []),
  ];
}

type Fetched =
  | { readonly kind: "policy"; readonly policy: StsPolicy; readonly contentType: string }
  | { readonly kind: "broken" | "unknown"; readonly detail: string };

/** The policy, or why senders have none. */
export function readAnswer(answer: HttpsAnswer, domain: string): Fetched {
  const url = `https://mta-sts.${domain}/.well-known/mta-sts.txt`;
  const broken = (why: string): Fetched => ({ kind: "broken", detail: `${url}: ${why}` });
  switch (answer.kind) {
    case "failed":
      return { kind: "unknown", detail: `${url}: ${answer.detail} (${answer.why})` };
    case "no-host":
    case "certificate":
      return broken(answer.detail);
    case "too-large":
      return broken(`it is larger than ${MAX_POLICY_BYTES} bytes`);
    case "answered": {
      const { status, location, body, contentType } = answer;
      // RFC 8461 §3.3: redirects must not be followed.
      const where = location === undefined ? "" : `, a redirect to ${quoted(location)}`;
      // RFC 6585 §4: too many requests, which may be ours.
      if (status >= 500 || status === 429)
        return { kind: "unknown", detail: `${url}: status ${status}` };
      if (status !== 200) return broken(`status ${status}${where}`);
      const read = readStsPolicy(body);
      return "policy" in read
        ? { kind: "policy", policy: read.policy, contentType }
        : broken(read.broken);
    }
  }
}

function judgeHosts(
  policy: StsPolicy,
  { exchangers, looks, now }: Facts,
  domain: string,
): readonly Fault<MtaStsFinding>[] {
  const { hosts = [], troubles = [] } = exchangers ?? {};
  const names = hosts.map(({ host }) => host);
  const outside = names.filter((host) => !covers(policy, host));
  const uncovered = policy.mode === "enforce" ? "mta-sts-mx-not-covered" : "mta-sts-mx-not-listed";
  const failing = looks.flatMap((look) => complaintAbout(look) ?? []);
  return [
    ...(outside.length === 0
      ? []
      : [
          fault(
            uncovered,
            `not covered: ${outside.join(", ")}. ${serving(policy, outside)} and publish ${recordLine(domain, now)}`,
          ),
        ]),
    ...(failing.length === 0 ? [] : [fault("mta-sts-certificate", failing.join("; "))]),
    ...(troubles.length === 0 ? [] : [fault("mta-sts-undecided", troubles.join("; "))]),
  ];
}

/** A policy too long to print whole is not cut: served like that it would shut hosts out. */
function serving(policy: StsPolicy, missing: readonly string[]): string {
  const text = policyText(policy, missing);
  return text.length <= MAX_PRINTED_POLICY
    ? `Serve: ${text.replaceAll("\n", String.raw`\n`)}`
    : `Add to the policy a line mx: HOST for each`;
}

/**
 * What an enforcing sender objects to (RFC 8461 §4.2). That a certificate has expired or STARTTLS is
 * missing, the TLS probe says; here it is about what harms for the sake of the policy alone.
 */
function complaintAbout({ host, address, look }: ExchangerLook): string | undefined {
  if (look.kind !== "seen") return undefined;
  const { distrust, chain } = look.session;
  if (distrust === "CERT_HAS_EXPIRED" || distrust === "CERT_NOT_YET_VALID") return undefined;
  if (distrust !== undefined) return `${host} (${address}): not trusted, ${distrust}`;
  const leaf = chain[0] && readCertificate(chain[0]);
  if (leaf === undefined || isMadeOutTo(leaf, host)) return undefined;
  return `${host} (${address}): made out to ${namesIn(leaf)}`;
}

/** A record with an id that was not there before: the time. */
function recordLine(domain: string, now: number): string {
  const id = new Date(now).toISOString().replaceAll(/\D/g, "").slice(0, 14);
  return txtLine(`_mta-sts.${domain}`, `v=STSv1; id=${id}`);
}
