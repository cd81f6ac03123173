import { DNS_RECORD_OK, dnsRecordOk } from "../../domain/dns-record-metric.ts";
import { HOUR, MINUTE } from "../../domain/duration.ts";
import type { Sample } from "../../domain/metric.ts";
import type { Observation } from "../../domain/result.ts";
import { soonestMs } from "../../mail/dns-answers.ts";
import { defineProbe } from "../probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { type Facts, observe, type Target, targets } from "./observe.ts";

/** Until canaries have shown an exit there is nothing to look up. */
const NO_EXIT_RECHECK_MS = 5 * MINUTE;

/** Has every address that mail leaves from a name of its own that leads back to it? */
export const reverseDns = defineProbe({
  name: "reverse-dns",
  everyMs: HOUR,
  timeoutMs: MINUTE,
  targets,
  identify: ({ domain }) => ({ domain }),
  host: () => undefined,
  observe,
  findings: FINDINGS,
  judge,
  metrics: [DNS_RECORD_OK],
  measure,
  identities,
  recheckInMs: ({ exits }) =>
    exits.length === 0
      ? NO_EXIT_RECHECK_MS
      : soonestMs(exits.flatMap(({ ptr, forward }) => [ptr, ...forward])),
});

function measure(facts: Facts, target: Target): readonly Sample[] {
  const severities = judge(facts, target).map(({ kind }) => FINDINGS[kind].severity);
  if (severities.includes("fail")) return [dnsRecordOk(target.domain, "ptr", false)];
  if (severities.includes("unknown") || facts.exits.length === 0) return [];
  return [dnsRecordOk(target.domain, "ptr", true)];
}

/** Nothing while the DNS does not answer: that is no change. */
function identities({ exits }: Facts, { domain }: Target): readonly Observation[] {
  return exits.flatMap(({ ip, ptr: { answer } }) => {
    if (answer.kind === "failed") return [];
    const value = answer.kind === "absent" ? "none" : answer.records.toSorted().join(", ");
    return [{ subject: domain, aspect: `ptr ${ip.text}`, value }];
  });
}
