import type { Finding } from "../../domain/finding.ts";
import type { HttpsAnswer } from "../../domain/https.ts";
import { isMadeOutTo, namesIn, readCertificate } from "../../mail/certificate.ts";
import type { MailExchangers } from "../../mail/mail-exchangers.ts";
import {
  covers,
  MAX_POLICY_BYTES,
  policyText,
  readStsPolicy,
  readStsRecord,
  type StsPolicy,
} from "../../mail/mta-sts.ts";
import { quoted, txtLine } from "../../mail/txt-record.ts";
import type { MtaStsFinding } from "./findings.ts";
import type { Facts, HostLook } from "./observe.ts";

type Found = Finding<MtaStsFinding>;

const MIN_MAX_AGE_SECONDS = 86_400;

/** RFC 8461. A domain without the record has not set it up: nothing is found. */
export function judge(facts: Facts, domain: string): readonly Found[] {
  const found = (kind: MtaStsFinding, detail: string): Found => ({ kind, subject: domain, detail });
  const { record } = facts;
  if (record.kind === "failed") {
    return [found("mta-sts-undecided", `TXT of _mta-sts.${domain}: ${record.detail}`)];
  }
  const parsed = record.kind === "found" ? readStsRecord(record.records) : undefined;
  if (parsed === undefined || facts.policy === undefined || parsed.kind === "broken") {
    if (parsed?.kind !== "broken") return [];
    const published = record.kind === "found" ? record.records.map(quoted).join(", ") : "";
    const better = recordLine(domain, facts.now);
    return [found("mta-sts-record-broken", `${parsed.why}: found ${published}; publish ${better}`)];
  }
  const fetched = readAnswer(facts.policy, domain);
  if (fetched.kind !== "policy") {
    const kind = fetched.kind === "broken" ? "mta-sts-policy-broken" : "mta-sts-undecided";
    return [found(kind, fetched.detail)];
  }
  const { policy } = fetched;
  const isStale = facts.first !== undefined && facts.first.text !== fetched.text;
  return [
    ...(policy.mode === "none" ? [] : judgeHosts(policy, facts, domain)),
    ...(policy.maxAgeSeconds < MIN_MAX_AGE_SECONDS && policy.mode !== "none"
      ? [found("mta-sts-max-age-short", `max_age: ${policy.maxAgeSeconds}`)]
      : []),
    ...(isStale ? [found("mta-sts-id-unchanged", `publish ${recordLine(domain, facts.now)}`)] : []),
  ];
}

type Fetched =
  | { readonly kind: "policy"; readonly policy: StsPolicy; readonly text: string }
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
      const { status, location, body: text } = answer;
      // RFC 8461 §3.3: redirects must not be followed.
      const where = location === undefined ? "" : `, a redirect to ${quoted(location)}`;
      if (status >= 500) return { kind: "unknown", detail: `${url}: status ${status}` };
      if (status !== 200) return broken(`status ${status}${where}`);
      const read = readStsPolicy(text);
      return "policy" in read ? { kind: "policy", policy: read.policy, text } : broken(read.broken);
    }
  }
}

function judgeHosts(policy: StsPolicy, facts: Facts, domain: string): readonly Found[] {
  const found = (kind: MtaStsFinding, detail: string): Found => ({ kind, subject: domain, detail });
  const { hosts, troubles }: Pick<MailExchangers, "hosts" | "troubles"> = facts.exchangers ?? {
    hosts: [],
    troubles: [],
  };
  const names = hosts.map(({ host }) => host);
  const outside = names.filter((host) => !covers(policy, host));
  const uncovered = policy.mode === "enforce" ? "mta-sts-mx-not-covered" : "mta-sts-mx-not-listed";
  const better = policyText(policy, names).replaceAll("\n", String.raw`\n`);
  const failing = facts.looks.flatMap((look) => complaintAbout(look) ?? []);
  return [
    ...(outside.length === 0
      ? []
      : [found(uncovered, `not covered: ${outside.join(", ")}. Serve: ${better}`)]),
    ...(failing.length === 0 ? [] : [found("mta-sts-certificate", failing.join("; "))]),
    ...(troubles.length === 0 ? [] : [found("mta-sts-undecided", troubles.join("; "))]),
  ];
}

/**
 * What an enforcing sender objects to (RFC 8461 §4.2). That a certificate has expired or STARTTLS is
 * missing, the TLS probe says; here it is about what harms for the sake of the policy alone.
 */
function complaintAbout({ host, address, look }: HostLook): string | undefined {
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
