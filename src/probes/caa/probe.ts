import type { Config } from "../../domain/config.ts";
import type { RecordData } from "../../domain/dns.ts";
import { HOUR, MINUTE } from "../../domain/duration.ts";
import type { Finding } from "../../domain/finding.ts";
import type { Net } from "../../domain/net.ts";
import type { Observation } from "../../domain/result.ts";
import { caaLine, readCaa } from "../../mail/caa.ts";
import { type Asked, failuresOf, recordsOf, soonestMs } from "../../mail/dns-answers.ts";
import { senderDomains } from "../../mail/sender-domains.ts";
import { defineProbe } from "../probe.ts";
import { type CaaFinding, FINDINGS } from "./findings.ts";

interface Target {
  readonly domain: string;
}

interface Facts {
  /** From the domain upwards, up to the first name that has records (RFC 8659 §3). */
  readonly asked: readonly Asked<RecordData["CAA"]>[];
}

/** Names on the way to the top; a domain of mail has a handful of labels. */
const MAX_STEPS = 10;

/** Will certificate authorities go on issuing for the domain (RFC 8659)? To have no CAA is fine. */
export const caa = defineProbe({
  name: "caa",
  everyMs: 6 * HOUR,
  timeoutMs: MINUTE,
  targets: ({ routes }: Config): readonly Target[] =>
    senderDomains(routes).map((domain) => ({ domain })),
  identify: ({ domain }) => ({ domain }),
  host: () => undefined,
  observe,
  findings: FINDINGS,
  judge,
  // None of its findings harms mail today, and to have no records is neither right nor wrong.
  metrics: [],
  measure: () => [],
  identities,
  recheckInMs: ({ asked }) => soonestMs(asked),
});

async function observe({ domain }: Target, { dns }: Net, signal: AbortSignal): Promise<Facts> {
  const asked: Asked<RecordData["CAA"]>[] = [];
  let name = domain;
  for (let step = 0; step < MAX_STEPS && name.includes("."); step += 1) {
    const answer = await dns.query(name, "CAA", signal);
    asked.push({ name, type: "CAA", answer });
    if (answer.kind !== "absent") break;
    name = name.slice(name.indexOf(".") + 1);
  }
  return { asked };
}

function judge({ asked }: Facts, { domain }: Target): readonly Finding<CaaFinding>[] {
  const found = (kind: CaaFinding, detail: string) => ({ kind, subject: domain, detail });
  const unknown = failuresOf(asked);
  if (unknown !== undefined) return [found("caa-undecided", unknown)];
  const last = asked.at(-1);
  if (last === undefined) return [];
  const { name } = last;
  const { issuers, unknownCritical, malformed } = readCaa(recordsOf(last));
  const isBroken = malformed.length > 0 || unknownCritical.length > 0;
  const better = { critical: false, tag: "issue", value: "your authority's domain" };
  return [
    ...malformed.map(({ record, why }) =>
      found("caa-malformed", `${caaLine(name, record)}: ${why}`),
    ),
    ...unknownCritical.map((record) => found("caa-unknown-critical", caaLine(name, record))),
    ...(issuers?.length === 0 && !isBroken
      ? [found("caa-forbids-all", `found no issuer at ${name}; publish ${caaLine(name, better)}`)]
      : []),
  ];
}

/** Nothing while the DNS does not answer: that is no change. */
function identities({ asked }: Facts, { domain }: Target): readonly Observation[] {
  if (failuresOf(asked) !== undefined) return [];
  const lines = asked.flatMap((one) => recordsOf(one).map((record) => caaLine(one.name, record)));
  const value = lines.length === 0 ? "none" : lines.toSorted().join("\n");
  return [{ subject: domain, aspect: "caa", value }];
}
