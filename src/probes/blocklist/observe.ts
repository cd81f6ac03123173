import type { Config } from "../../domain/config.ts";
import type { DnsAnswer, RecordData } from "../../domain/dns.ts";
import type { Net } from "../../domain/net.ts";
import type { Route } from "../../domain/route.ts";
import type { Blocklist, ListedKind } from "../../mail/blocklist.ts";
import { readAnswer } from "../../mail/blocklist-answer.ts";
import { subjectName, testNames } from "../../mail/dnsbl.ts";
import { findOwnership, type Ownership } from "../../mail/relay.ts";
import type { Facts, SubjectAnswer, TestAnswer } from "./facts.ts";
import { agendaOf, type Known } from "./known.ts";
import { type AskedList, nameIn, shown } from "./lists.ts";
import { type OurSubject, subjectsFor } from "./subjects.ts";

/** One list, and where to find what it is asked about. */
export interface Target extends AskedList {
  readonly config: Pick<Config, "routes" | "endpoints" | "blocklists" | "dns">;
  /** Kept from look to look. */
  readonly known: Known;
}

/** Questions put to one list at once. */
const MAX_AT_ONCE = 8;
const MAX_REASON_LENGTH = 300;
/** A list that gives several codes mostly has a reason for each; nobody reads more. */
const MAX_REASONS = 4;

/**
 * Asks the list about its test entries and about everything of ours that it covers and did not answer
 * about lately, in one go: the self-test is part of each look that asks, so that no new answer is ever
 * judged by a test of another hour.
 */
export async function observe(target: Target, net: Net, signal: AbortSignal): Promise<Facts> {
  const { list, config, known, everyMs } = target;
  const now = net.clock.monotonic();
  const ownership = await ownershipOf(config, net, signal);
  const { asked, skipped } = subjectsFor(list, config, net.seen, ownership);
  const agenda = agendaOf(asked, known, everyMs, now);
  const kinds = new Set(agenda.due.map(({ kind }) => kind));
  const inTurn = turns(MAX_AT_ONCE);
  const ask: Ask = (name, type) => inTurn(() => query(target, name, type, net, signal));
  const [tests, answers] = await Promise.all([
    Promise.all([...kinds].map((kind) => selfTest(kind, list, net.clock.now(), ask))),
    Promise.all(agenda.due.map((subject) => askAbout(subject, target, ask))),
  ]);
  for (const [index, kind] of [...kinds].entries()) known.tests.set(kind, tests[index] ?? []);
  for (const answer of answers) {
    if (isAborted(answer)) continue;
    known.answers.set(answer.subject.text, { answer, askedAt: now });
  }
  const all = new Map([...agenda.known, ...answers].map((each) => [each.subject.text, each]));
  const present = asked.flatMap(({ text }) => all.get(text) ?? []);
  const covered = new Set(present.map(({ subject }) => subject.kind));
  return {
    tests: [...covered].flatMap((kind) => known.tests.get(kind) ?? []),
    answers: present,
    skipped,
  };
}

function isAborted({ answer }: SubjectAnswer): boolean {
  return answer.kind === "failed" && answer.why === "aborted";
}

type Ask = <Type extends "A" | "TXT">(
  name: string,
  type: Type,
) => Promise<DnsAnswer<RecordData[Type]>>;

async function ownershipOf(
  { routes, endpoints }: Target["config"],
  { dns, seen }: Net,
  signal: AbortSignal,
): Promise<ReadonlyMap<Route, Ownership>> {
  const found = routes.map(async (route) => {
    const exits = seen.exits(route.name);
    return [route, await findOwnership(route, exits, { endpoints }, dns, signal)] as const;
  });
  return new Map(await Promise.all(found));
}

function selfTest(
  kind: ListedKind,
  list: Blocklist,
  now: number,
  ask: Ask,
): Promise<readonly TestAnswer[]> {
  const names = testNames(kind, list, now);
  const questions = (["listed", "unlisted", "absurd"] as const).flatMap((expected) =>
    names[expected].map(async (name) => ({ kind, expected, answer: await ask(name, "A") })),
  );
  return Promise.all(questions);
}

async function askAbout(subject: OurSubject, target: Target, ask: Ask): Promise<SubjectAnswer> {
  const name = subjectName(subject);
  const answer = await ask(name, "A");
  const isEntry = readAnswer(target.list, answer).kind === "entry";
  return {
    subject,
    answer,
    reason: isEntry ? reasonIn(await ask(name, "TXT"), target) : undefined,
  };
}

/** Which of the texts belongs to which code is nowhere said: all of them, in an order that stays. */
function reasonIn(answer: DnsAnswer<string>, target: Target): string | undefined {
  if (answer.kind !== "found" || answer.records.length === 0) return undefined;
  const texts = [...new Set(answer.records)].toSorted().slice(0, MAX_REASONS);
  const length = Math.floor(MAX_REASON_LENGTH / texts.length);
  return texts.map((text) => shown(target, text, length)).join("; ");
}

async function query<Type extends "A" | "TXT">(
  target: Target,
  name: string,
  type: Type,
  { dns }: Net,
  signal: AbortSignal,
): Promise<DnsAnswer<RecordData[Type]>> {
  const answer = await dns.query(nameIn(target, name), type, signal);
  if (answer.kind === "failed") {
    return { ...answer, detail: shown(target, answer.detail, MAX_REASON_LENGTH) };
  }
  // An alias may have the key in it.
  return { ...answer, aliases: [] };
}

/** Lets so many run at once, the others in their order. */
function turns(places: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
