import type { RecordData } from "../../domain/dns.ts";
import { HOUR, MINUTE } from "../../domain/duration.ts";
import type { Net } from "../../domain/net.ts";
import type { Observation } from "../../domain/result.ts";
import { caaLine, readCaa } from "../../mail/caa.ts";
import { ask, type Asked, failuresOf, recordsOf, soonestMs } from "../../mail/dns-answers.ts";
import { senderDomains } from "../../mail/sender-domains.ts";
import { defineDomainProbe, type DomainTarget, fault, type Fault } from "../domain-probe.ts";
import { type CaaFinding, FINDINGS } from "./findings.ts";

interface Facts {
  /** From the domain upwards, up to the first name that has records (RFC 8659 §3). */
  readonly asked: readonly Asked<RecordData["CAA"]>[];
}

/** Names on the way to the top; a domain of mail has a handful of labels. */
const MAX_STEPS = 10;

/**
 * Will certificate authorities go on issuing for the domain (RFC 8659)? To have no CAA is fine, and
 * nothing that is found harms mail today.
 */
export const caa = defineDomainProbe({
  name: "caa",
  everyMs: 6 * HOUR,
  timeoutMs: MINUTE,
  targets: ({ routes }) => senderDomains(routes).map((domain) => ({ domain })),
  observe,
  findings: FINDINGS,
  judge,
  identities,
  recheckInMs: ({ asked }) => soonestMs(asked),
});

async function observe(
  { domain }: DomainTarget,
  { dns }: Net,
  signal: AbortSignal,
): Promise<Facts> {
  const asked: Asked<RecordData["CAA"]>[] = [];
  let name = domain;
  while (asked.length < MAX_STEPS && name.includes(".")) {
    const step = await ask(dns, name, "CAA", signal);
    asked.push(step);
    if (step.answer.kind !== "absent") break;
    name = name.slice(name.indexOf(".") + 1);
  }
  return { asked };
}

function judge({ asked }: Facts): readonly Fault<CaaFinding>[] {
  const unknown = failuresOf(asked);
  if (unknown !== undefined) return [fault("caa-undecided", unknown)];
  const last = asked.at(-1);
  if (last === undefined) return [];
  const { name } = last;
  const { issuers, unknownCritical, malformed } = readCaa(recordsOf(last));
  const isBroken = malformed.length > 0 || unknownCritical.length > 0;
  const better = { critical: false, tag: "issue", value: "your authority's domain" };
  return [
    ...malformed.map(({ record, why }) =>
      fault("caa-malformed", `${why}: ${caaLine(name, record)}`),
    ),
    ...unknownCritical.map((record) => fault("caa-unknown-critical", caaLine(name, record))),
    ...(issuers?.length === 0 && !isBroken
      ? [fault("caa-forbids-all", `found no issuer at ${name}; publish ${caaLine(name, better)}`)]
      : []),
  ];
}

/** Nothing while the DNS does not answer: that is no change. */
function identities({ asked }: Facts, { domain }: DomainTarget): readonly Observation[] {
  if (failuresOf(asked) !== undefined) return [];
  const lines = asked.flatMap((one) => recordsOf(one).map((record) => caaLine(one.name, record)));
  const value = lines.length === 0 ? "none" : lines.toSorted().join("\n");
  return [{ subject: domain, aspect: "caa", value }];
}
