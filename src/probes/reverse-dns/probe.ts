import { MINUTE } from "../../domain/duration.ts";
import type { Observation } from "../../domain/result.ts";
import { recordsOf } from "../../mail/dns-answers.ts";
import { bounded } from "../../mail/txt-record.ts";
import { defineDomainProbe } from "../domain-probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge } from "./judge.ts";
import { type Facts, observe, type Target, targets } from "./observe.ts";

/** Until canaries have shown an exit there is nothing to look up. */
const NO_EXIT_RECHECK_MS = 5 * MINUTE;

/** Has every address that mail leaves from a name of its own that leads back to it? */
export const reverseDns = defineDomainProbe({
  name: "reverse-dns",
  timeoutMs: MINUTE,
  follows: ["exit"],
  targets,
  observe,
  findings: FINDINGS,
  judge,
  record: { name: "ptr", isThere: ({ exits }) => exits.length > 0 },
  identities,
  recheckInMs: ({ exits }) => (exits.length === 0 ? NO_EXIT_RECHECK_MS : undefined),
});

/** Reverse names, and what those of the operator's machines lead to: relays move theirs about. */
function identities({ exits }: Facts, { domain }: Target): readonly Observation[] {
  const own = exits.filter(({ relay }) => relay === undefined);
  const hosts = own.flatMap(({ forward }) =>
    forward.map(
      (asked) => [`${asked.type} of ${bounded(asked.name.toLowerCase())}`, asked] as const,
    ),
  );
  const names = exits.map(({ ip, ptr }) => [`ptr ${ip.text}`, ptr] as const);
  return [...new Map([...names, ...hosts])].flatMap(([aspect, asked]) => {
    // That the DNS does not answer is no change.
    if (asked.answer.kind === "failed") return [];
    const value = bounded(recordsOf(asked).toSorted().join(", "));
    return [{ subject: domain, aspect, value: value === "" ? "none" : value }];
  });
}
