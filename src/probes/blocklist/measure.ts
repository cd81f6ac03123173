import type { MetricSpec, Sample } from "../../domain/metric.ts";
import { type Blocklist, type Meaning, MEANINGS } from "../../mail/blocklist.ts";
import type { Facts } from "./facts.ts";
import type { AskedList } from "./lists.ts";
import { type BelievedAnswer, readFacts } from "./reading.ts";

const LISTED: MetricSpec = {
  name: "deliverability_blocklist_listed",
  help: "1 if the list has such an entry, 0 if it has none. No series: it could not be believed.",
  type: "gauge",
  labels: ["list", "subject", "kind", "meaning"],
};

const USABLE: MetricSpec = {
  name: "deliverability_blocklist_usable",
  help: "1 if the list passed its self-test; 0 and the reason if it is not believed.",
  type: "gauge",
  labels: ["list", "reason"],
};

export const METRICS: readonly MetricSpec[] = [LISTED, USABLE];

/** Whether each list is usable, and what the usable ones say. */
export function measure(facts: Facts, target: AskedList): readonly Sample[] {
  const { list } = target;
  const { trust, believed } = readFacts(facts, target);
  const reasons = new Set([...trust].map(([kind, it]) => (it.usable ? "ok" : reasonOf(kind, it))));
  return [
    ...[...reasons].map((reason) => ({
      metric: USABLE,
      labels: { list: list.name, reason },
      value: reason === "ok" ? 1 : 0,
    })),
    ...believed.flatMap((answer) => listedSamples(answer, list)),
  ];
}

/** A list that is good at IPv4 and bad at IPv6 has a series for each. */
function reasonOf(kind: string, { reason }: { readonly reason: string }): string {
  return kind === "ipv6" ? `${reason}-ipv6` : reason;
}

function listedSamples(
  { subject, answer }: BelievedAnswer,
  { name, codes, bits = [] }: Blocklist,
): readonly Sample[] {
  if (answer.kind !== "clean" && answer.kind !== "entry") return [];
  const ofRelay = subject.relay !== undefined;
  const present = answer.kind === "entry" ? labelOf(answer.meaning, ofRelay) : undefined;
  const possible = new Set([...codes, ...bits].map(({ meaning }) => labelOf(meaning, ofRelay)));
  const kind = subject.kind === "domain" ? "domain" : "ip";
  return [...possible].map((meaning) => ({
    metric: LISTED,
    labels: { list: name, subject: subject.text, kind, meaning },
    value: meaning === present ? 1 : 0,
  }));
}

/** What weighs against a relay is `relay`, however bad: alerts on the others stay quiet. */
function labelOf(meaning: Meaning, ofRelay: boolean): string {
  const isBad = MEANINGS.indexOf(meaning) < MEANINGS.indexOf("informational");
  return ofRelay && isBad ? "relay" : meaning;
}
