import { HOUR, MINUTE } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { readBimiRecord } from "../../mail/bimi.ts";
import { recordsOf } from "../../mail/dns-answers.ts";
import { defineDomainProbe, type DomainTarget } from "../domain-probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { type Facts, observe, targets } from "./observe.ts";

/** Where BIMI is set up: can record, logo and certificate be used? */
export const bimi = defineDomainProbe({
  name: "bimi",
  everyMs: 6 * HOUR,
  timeoutMs: 2 * MINUTE,
  leastRecheckMs: HOUR,
  targets,
  observe,
  findings: FINDINGS,
  judge,
  // Without a logo mail arrives all the same.
  record: { name: "bimi", isThere: (facts) => recordIn(facts) !== undefined },
  identities,
});

/** Nothing while the DNS does not answer: that is no change. */
function identities(facts: Facts, { domain }: DomainTarget): readonly Observation[] {
  if (facts.asked.answer.kind === "failed") return [];
  const record = recordIn(facts);
  const of = facts.at === domain ? "" : `${facts.at}: `;
  const value =
    record?.kind === "record"
      ? `${of}${[record.logo, record.certificate ?? "no certificate"].join(", ")}`
      : (record?.kind ?? "none");
  return [{ subject: domain, aspect: "bimi", value: value.slice(0, 500) }];
}

function recordIn({ asked }: Facts) {
  return readBimiRecord(recordsOf(asked));
}
