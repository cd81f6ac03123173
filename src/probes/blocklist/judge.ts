import type { Finding } from "../../domain/finding.ts";
import type { Observation } from "../../domain/result.ts";
import { type Meaning, MEANINGS } from "../../mail/blocklist.ts";
import { isWithin } from "../../mail/organisation.ts";
import { publicOnes } from "../../mail/public-resolvers.ts";
import type { Facts } from "./facts.ts";
import type { BlocklistFinding } from "./findings.ts";
import type { AskedList } from "./lists.ts";
import type { Target } from "./observe.ts";
import { type BelievedAnswer, lacksIpv6, readFacts, type Reading } from "./reading.ts";
import type { OurSubject } from "./subjects.ts";

type Found = Finding<BlocklistFinding>;

/** Subjects that one finding names, at most. */
const MAX_NAMED = 5;

/** What is wrong, by a list that passed its self-test; or that the list itself is no good. */
export function judge(facts: Facts, target: Target): readonly Found[] {
  const reading = readFacts(facts, target);
  return [
    ...unusable(reading, target),
    ...reading.believed.flatMap((answer) => listing(answer, reading, target)),
    ...unanswered(reading, target),
  ];
}

/** Entries as they were, so that one that came or went is journalled; silent where nobody knows. */
export function identities(facts: Facts, target: AskedList): readonly Observation[] {
  const { list } = target;
  const { believed } = readFacts(facts, target);
  return [
    ...believed.flatMap(({ subject, answer }): Observation[] => {
      const aspect = `blocklist ${list.name}`;
      if (answer.kind === "clean") return [{ subject: subject.text, aspect, value: "not listed" }];
      if (answer.kind !== "entry") return [];
      const value = `${answer.meaning}: ${answer.codes.join(", ")}`;
      return [{ subject: subject.text, aspect, value }];
    }),
    ...facts.skipped.map(({ text, why }) => ({
      subject: text,
      aspect: "blocklists",
      value: `not asked: ${why}`,
    })),
  ];
}

function unusable({ trust }: Reading, { list, key, config }: Target): readonly Found[] {
  const silent = lacksIpv6(trust);
  const troubles = [...trust].flatMap(([kind, trust]) =>
    trust.usable || (kind === "ipv6" && silent) ? [] : [`${trust.reason}: ${trust.detail}`],
  );
  if (troubles.length === 0) return [];
  const needs = list.registration === undefined ? "" : `. It needs ${list.registration}`;
  const hint = key === undefined ? needs : ". If this goes on, see whether the key is right";
  const isRefused = [...trust.values()].some((it) => !it.usable && it.reason === "refuses-us");
  const shared = isRefused && key === undefined ? publicOnes(config.dns.resolvers) : [];
  const resolvers =
    shared.length === 0 ? "" : `. dns: resolvers: names public ones: ${shared.join(", ")}`;
  const detail = `${[...new Set(troubles)].join("; ")}${hint}${resolvers}`;
  return [{ kind: "blocklist-unusable", subject: list.name, detail }];
}

function unanswered({ believed }: Reading, { list }: AskedList): readonly Found[] {
  const lost = believed.flatMap(({ subject, answer }) =>
    answer.kind === "failed" ? [`${subject.text} (${answer.why}: ${answer.detail})`] : [],
  );
  if (lost.length === 0) return [];
  const more = lost.length > MAX_NAMED ? ` and ${lost.length - MAX_NAMED} more` : "";
  const detail = `no answer about ${lost.slice(0, MAX_NAMED).join(", ")}${more}`;
  return [{ kind: "blocklist-unanswered", subject: list.name, detail }];
}

function listing(
  { subject, answer, reason }: BelievedAnswer,
  reading: Reading,
  { list }: AskedList,
): readonly Found[] {
  const about = `${subject.text} (${subject.roles.slice(0, MAX_NAMED).join(", ")})`;
  if (answer.kind === "unknown-code") {
    const detail = `${list.name} answers ${answer.codes.join(", ")} for ${about}`;
    return [{ kind: "blocklist-code-unknown", subject: subject.text, detail }];
  }
  if (answer.kind !== "entry") return [];
  const kind = kindOf(subject, answer.meaning);
  if (kind === undefined || hasListedParent(subject, answer.meaning, reading)) return [];
  const relay = subject.relay === undefined ? "" : `. It belongs to ${subject.relay}`;
  const said = reason === undefined ? "" : `. The list says: ${reason}`;
  const removal = list.removal === undefined ? "" : `. Look up and remove: ${list.removal}`;
  const detail = `${list.name} lists ${about}: ${answer.codes.join(", ")}${relay}${said}${removal}`;
  return [{ kind, subject: subject.text, detail }];
}

/** Informational entries and praise are in the metrics alone. */
const KINDS: Readonly<Record<Meaning, BlocklistFinding | undefined>> = {
  listed: "blocklist-listed",
  minor: "blocklist-listed-minor",
  policy: "blocklist-listed-policy",
  informational: undefined,
  allow: undefined,
};

function kindOf({ relay }: OurSubject, meaning: Meaning): BlocklistFinding | undefined {
  const kind = KINDS[meaning];
  return relay === undefined || kind === undefined ? kind : "blocklist-listed-relay";
}

/**
 * Lists of domains list what lies below along with it: that is one finding, where the domain above has
 * one that is no milder.
 */
function hasListedParent(child: OurSubject, meaning: Meaning, { believed }: Reading): boolean {
  return believed.some(({ subject, answer }) => {
    if (subject.kind !== "domain" || answer.kind !== "entry") return false;
    const isAbove = subject.text !== child.text && isWithin(child.text, subject.text);
    const isMilder = MEANINGS.indexOf(answer.meaning) > MEANINGS.indexOf(meaning);
    const isForeign = subject.relay !== undefined && child.relay === undefined;
    const isTold = kindOf(subject, answer.meaning) !== undefined;
    return isAbove && isTold && !isMilder && !isForeign;
  });
}
