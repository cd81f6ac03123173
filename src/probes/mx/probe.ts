import { MINUTE } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { recordsOf } from "../../mail/dns-answers.ts";
import { defineDomainProbe } from "../domain-probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { type Facts, observe, type Target, targets } from "./observe.ts";

/** Can answers and bounces be delivered to the domain (RFC 5321 §5.1)? */
export const mx = defineDomainProbe({
  name: "mx",
  timeoutMs: MINUTE,
  targets,
  observe,
  findings: FINDINGS,
  judge,
  record: { name: "mx", isThere: () => true },
  identities,
});

/** Nothing while the DNS does not answer: that is no change. */
function identities({ mx: asked }: Facts, { domain }: Target): readonly Observation[] {
  if (asked.answer.kind === "failed") return [];
  const lines = recordsOf(asked).map(({ preference, exchange }) => `${preference} ${exchange}`);
  const value = lines.length === 0 ? "none" : lines.toSorted().join(", ");
  return [{ subject: domain, aspect: "mx", value }];
}
