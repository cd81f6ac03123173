import type { Config } from "../../domain/config.ts";
import type { DnsAnswer, RecordData } from "../../domain/dns.ts";
import type { Net } from "../../domain/net.ts";
import type { Blocklist, ListedKind } from "../../mail/blocklist.ts";
import { readAnswer } from "../../mail/blocklist-answer.ts";
import { subjectName, testNames } from "../../mail/dnsbl.ts";
import { findOwnership } from "../../mail/relay.ts";
import type { Facts, SubjectAnswer, TestAnswer } from "./facts.ts";
import { agendaOf, isRecent, type Known } from "./known.ts";
import { type AskedList, nameIn, shown } from "./lists.ts";
import { readFacts } from "./reading.ts";
import { type OurSubject, subjectsFor, type Way } from "./subjects.ts";

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
 * Asks the list about everything of ours that it covers and did not answer about lately, and about its
 * test entries in the same go: nothing but *clean* is ever judged by a test of another look.
 */
export async function observe(target: Target, net: Net, signal: AbortSignal): Promise<Facts> {
  const { list, config, known, everyMs } = target;
  const now = net.clock.monotonic();
  const { asked, skipped } = subjectsFor(list, config, await waysOf(config, net, signal));
  const agenda = agendaOf(asked, known, everyMs, now);
  const answers = await askAll(agenda.due, target, net, signal);
  for (const answer of answers) {
    if (isAborted(answer)) continue;
    known.answers.set(answer.subject.text, { answer, askedAt: now });
  }
  const all = new Map([...agenda.known, ...answers].map((each) => [each.subject.text, each]));
  const present = asked.flatMap(({ text }) => all.get(text) ?? []);
  const kinds = new Set(present.map(({ subject }) => subject.kind));
  const tests = [...kinds].flatMap((kind) => known.tests.get(kind)?.answers ?? []);
  return { tests, answers: present, skipped };
}

/** Asks about subjects; the list is tested along with them, or after an answer that is not clean. */
async function askAll(
  due: readonly OurSubject[],
  target: Target,
  net: Net,
  signal: AbortSignal,
): Promise<readonly SubjectAnswer[]> {
  const { list, known } = target;
  const now = net.clock.monotonic();
  const inTurn = turns(MAX_AT_ONCE);
  const ask: Ask = (name, type) => inTurn(() => query(target, name, type, net, signal));
  const test = async (kind: ListedKind) => {
    const answers = await selfTest(kind, list, net.clock.now(), ask);
    known.tests.set(kind, { answers, askedAt: now });
  };
  const kinds = [...new Set(due.map(({ kind }) => kind))];
  const passed = kinds.filter((kind) => hasPassed(kind, target, now));
  const [answers] = await Promise.all([
    Promise.all(due.map((subject) => askAbout(subject, target, ask))),
    ...kinds.filter((kind) => !passed.includes(kind)).map(test),
  ]);
  const isClean = ({ answer }: SubjectAnswer) => readAnswer(list, answer).kind === "clean";
  const doubtful = new Set(answers.flatMap((each) => (isClean(each) ? [] : each.subject.kind)));
  await Promise.all(passed.filter((kind) => doubtful.has(kind)).map(test));
  return answers;
}

/** Whether the list passed its self-test since the last regular look. */
function hasPassed(kind: ListedKind, target: Target, now: number): boolean {
  const test = target.known.tests.get(kind);
  if (test === undefined || !isRecent(test.askedAt, target.everyMs, now)) return false;
  const { trust } = readFacts({ tests: test.answers, answers: [], skipped: [] }, target);
  return trust.get(kind)?.usable === true;
}

function isAborted({ answer }: SubjectAnswer): boolean {
  return answer.kind === "failed" && answer.why === "aborted";
}

type Ask = <Type extends "A" | "TXT">(
  name: string,
  type: Type,
) => Promise<DnsAnswer<RecordData[Type]>>;

function waysOf(
  { routes, endpoints }: Target["config"],
  { dns, seen }: Net,
  signal: AbortSignal,
): Promise<readonly Way[]> {
  const ways = routes.map(async (route): Promise<Way> => {
    const exits = seen.exits(route.name);
    const ownership = await findOwnership(route, exits, { endpoints }, dns, signal);
    return { route, exits, ownership };
  });
  return Promise.all(ways);
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
