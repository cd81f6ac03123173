import type { ListedKind } from "../../mail/blocklist.ts";
import { type ListAnswer, readAnswer } from "../../mail/blocklist-answer.ts";
import { type Trust, trustIn } from "../../mail/blocklist-trust.ts";
import type { TestNames } from "../../mail/dnsbl.ts";
import type { Facts } from "./facts.ts";
import type { AskedList } from "./lists.ts";
import type { OurSubject } from "./subjects.ts";

/** What a list said, as far as it can be believed. */
export interface Reading {
  /** For each kind that it was asked about. */
  readonly trust: ReadonlyMap<ListedKind, Trust>;
  /** About what it can be believed in. */
  readonly believed: readonly BelievedAnswer[];
}

export interface BelievedAnswer {
  readonly subject: OurSubject;
  readonly answer: ListAnswer;
  readonly reason: string | undefined;
}

/** Reads the facts; each kind has its own self-test, for a list may be good at one alone. */
export function readFacts({ tests, answers }: Facts, { list }: AskedList): Reading {
  const read = answers.map(({ subject, answer, reason }) => ({
    subject,
    answer: readAnswer(list, answer),
    reason,
  }));
  const strict = { ...list, refusals: [...list.refusals, ...(list.blankets ?? [])] };
  const trust = new Map<ListedKind, Trust>();
  for (const kind of new Set(tests.map(({ kind }) => kind))) {
    const own = tests.filter((test) => test.kind === kind);
    const tested = (expected: keyof TestNames, by = list) =>
      own.filter((test) => test.expected === expected).map((test) => readAnswer(by, test.answer));
    trust.set(
      kind,
      trustIn({
        listed: tested("listed"),
        unlisted: tested("unlisted", strict),
        absurd: tested("absurd"),
        others: read.filter(({ subject }) => subject.kind === kind).map(({ answer }) => answer),
      }),
    );
  }
  return {
    trust,
    believed: read.filter(({ subject }) => trust.get(subject.kind)?.usable === true),
  };
}

/**
 * Whether the list simply has no IPv6 entries: it passes the IPv4 test and lacks the one of IPv6.
 * There is nothing to mend then, and nothing is concluded about IPv6 addresses.
 */
export function lacksIpv6(trust: ReadonlyMap<ListedKind, Trust>): boolean {
  const ipv6 = trust.get("ipv6");
  if (ipv6 === undefined || ipv6.usable || ipv6.reason !== "lists-nothing") return false;
  return trust.get("ipv4")?.usable === true;
}
