import type { Config } from "../../domain/config.ts";
import type { DnsAnswer, RecordData } from "../../domain/dns.ts";
import type { Net } from "../../domain/net.ts";
import { readAnswer } from "../../mail/blocklist-answer.ts";
import { subjectName, testNames } from "../../mail/dnsbl.ts";
import type { Facts, SubjectAnswer, TestAnswer } from "./facts.ts";
import { type AskedList, nameIn, shown } from "./lists.ts";
import { type OurSubject, subjectsFor } from "./subjects.ts";

/** One list, and where to find what it is asked about. */
export interface Target extends AskedList {
  readonly config: Pick<Config, "routes" | "blocklists" | "dns">;
}

/** Questions put to one list at once. */
const MAX_AT_ONCE = 8;
const MAX_REASON_LENGTH = 300;

/**
 * Asks the list about its test entries and about everything of ours that it covers, in one go: the
 * self-test is part of each look, so that nothing is ever judged by a test of another hour.
 */
export async function observe(target: Target, net: Net, signal: AbortSignal): Promise<Facts> {
  const { asked, skipped } = subjectsFor(target.list, target.config, net.seen);
  const kinds = new Set(asked.map(({ kind }) => kind));
  const questions = [...kinds].flatMap((kind) => {
    const names = testNames(kind, target.list, net.clock.now());
    return (["listed", "unlisted", "absurd"] as const).flatMap((expected) =>
      names[expected].map((name) => ({ kind, expected, name })),
    );
  });
  const inTurn = turns(MAX_AT_ONCE);
  const ask = (name: string) => inTurn(() => query(target, name, "A", net, signal));
  const [tests, answers] = await Promise.all([
    Promise.all(
      questions.map(async ({ kind, expected, name }): Promise<TestAnswer> => {
        return { kind, expected, answer: await ask(name) };
      }),
    ),
    Promise.all(
      asked.map(async (subject): Promise<SubjectAnswer> => {
        const answer = await ask(subjectName(subject));
        const isEntry = readAnswer(target.list, answer).kind === "entry";
        const reason = isEntry ? await reasonOf(subject, target, net, signal) : undefined;
        return { subject, answer, reason };
      }),
    ),
  ]);
  return { tests, answers, skipped };
}

async function reasonOf(
  subject: OurSubject,
  target: Target,
  net: Net,
  signal: AbortSignal,
): Promise<string | undefined> {
  const answer = await query(target, subjectName(subject), "TXT", net, signal);
  const [text] = answer.kind === "found" ? answer.records : [];
  return text === undefined ? undefined : shown(target, text, MAX_REASON_LENGTH);
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
