import type { HttpsAnswer } from "../../domain/https.ts";
import { SECOND } from "../../domain/duration.ts";
import type { DnsAnswer } from "../../domain/dns.ts";
import type { Net } from "../../domain/net.ts";
import { type ExchangerLook, lookAtExchangers } from "../../mail/exchanger-looks.ts";
import { findExchangers, type MailExchangers } from "../../mail/mail-exchangers.ts";
import { MAX_POLICY_BYTES, readStsPolicy, readStsRecord } from "../../mail/mta-sts.ts";
import type { DomainTarget } from "../domain-probe.ts";
import { recall, type Recalled } from "./first-policy.ts";

export interface Facts {
  readonly now: number;
  readonly record: DnsAnswer<string>;
  readonly recalled: Recalled;
  /** What follows is there where a usable record was found. */
  readonly policy: HttpsAnswer | undefined;
  readonly exchangers: MailExchangers | undefined;
  /** Of every MX host, while the policy is enforced. */
  readonly looks: readonly ExchangerLook[];
}

/** RFC 8461 §3.3 proposes a minute for everything. */
const FETCH_MS = 30 * SECOND;

export async function observe(
  { domain }: DomainTarget,
  net: Net,
  signal: AbortSignal,
): Promise<Facts> {
  const now = net.clock.now();
  const record = await net.dns.query(`_mta-sts.${domain}`, "TXT", signal);
  const recalled = recall(net.seen, domain);
  const parsed = record.kind === "found" ? readStsRecord(record.records) : undefined;
  if (parsed?.kind !== "record") {
    return { now, record, recalled, policy: undefined, exchangers: undefined, looks: [] };
  }
  const url = `https://mta-sts.${domain}/.well-known/mta-sts.txt`;
  const limits = { maxBytes: MAX_POLICY_BYTES, timeoutMs: FETCH_MS };
  const [policy, exchangers] = await Promise.all([
    net.https.get(url, limits, signal),
    findExchangers(domain, net.dns, signal),
  ]);
  const isEnforced = modeOf(policy) === "enforce";
  const looks = isEnforced ? await lookAtExchangers(exchangers.hosts, net.tls, signal) : [];
  return { now, record, recalled, policy, exchangers, looks };
}

function modeOf(answer: HttpsAnswer): string | undefined {
  if (answer.kind !== "answered" || answer.status !== 200) return undefined;
  const read = readStsPolicy(answer.body);
  return "policy" in read ? read.policy.mode : undefined;
}
