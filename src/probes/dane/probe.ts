import { MINUTE } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { recordsOf } from "../../mail/dns-answers.ts";
import { repliedDomains } from "../../mail/sender-domains.ts";
import { hasUsableTlsa } from "../../mail/tlsa.ts";
import { defineDomainProbe } from "../domain-probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { type Facts, observe } from "./observe.ts";

/** Where DANE is set up: do the signed TLSA records fit what the mail servers show (RFC 7672)? */
export const dane = defineDomainProbe({
  name: "dane",
  timeoutMs: 6 * MINUTE,
  leastRecheckMs: 30 * MINUTE,
  targets: ({ routes }) => repliedDomains(routes).map((domain) => ({ domain })),
  observe,
  findings: FINDINGS,
  judge,
  record: { name: "dane", isThere },
  identities,
});

/** Records were seen to fit, of each host that has any: not set up is neither good nor bad. */
function isThere({ hosts }: Facts): boolean {
  const withRecords = hosts.filter(({ tlsa }) => tlsa.kind === "found");
  const isSeen = ({ tlsa, looks }: Facts["hosts"][number]) =>
    hasUsableTlsa(tlsa) && looks.some(({ look }) => look.kind === "seen");
  return withRecords.length > 0 && withRecords.every(isSeen);
}

function identities({ hosts }: Facts): readonly Observation[] {
  return hosts.flatMap(({ host, tlsa }) => {
    if (tlsa.kind === "failed") return [];
    const lines = recordsOf({ answer: tlsa }).map(
      ({ usage, selector, matchingType, data }) =>
        `${usage} ${selector} ${matchingType} ${data.slice(0, 64)}`,
    );
    const value = lines.length === 0 ? "none" : lines.toSorted().join(", ");
    return [{ subject: host, aspect: "tlsa 25", value: value.slice(0, 500) }];
  });
}
