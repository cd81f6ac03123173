import type { ListedKind } from "../../mail/blocklist.ts";
import type { SubjectAnswer, TestAnswer } from "./facts.ts";
import type { OurSubject } from "./subjects.ts";

/** What a list answered lately, so that it is asked about each subject once in its interval. */
export interface Known {
  /** By the subject's text; monotonic milliseconds. */
  readonly answers: Map<string, { readonly answer: SubjectAnswer; readonly askedAt: number }>;
  /** By kind: the newest self-test. */
  readonly tests: Map<
    ListedKind,
    { readonly answers: readonly TestAnswer[]; readonly askedAt: number }
  >;
}

/** A list is asked about so many subjects of one kind within its interval, at most. */
export const MAX_SUBJECTS = 32;

/** Regular looks come some seconds before or after their time, for jitter swings both ways. */
const INTERVAL_SHARE = 0.9;

export function nothingKnown(): Known {
  return { answers: new Map(), tests: new Map() };
}

/** Subjects about which the list has answered lately, and those that it is to be asked about now. */
export interface Agenda {
  readonly known: readonly SubjectAnswer[];
  readonly due: readonly OurSubject[];
}

/**
 * What of the subjects to ask about now. News of an exit brings looks before their time: these ask
 * about what is new alone, and only while fewer than MAX_SUBJECTS of the kind were asked about.
 */
export function agendaOf(
  subjects: readonly OurSubject[],
  { answers }: Known,
  everyMs: number,
  now: number,
): Agenda {
  for (const [text, { askedAt }] of answers) {
    if (!isRecent(askedAt, everyMs, now)) answers.delete(text);
  }
  const known = subjects.flatMap((subject) => {
    const found = answers.get(subject.text);
    return found === undefined ? [] : { ...found.answer, subject };
  });
  const asked = [...answers.values()].map(({ answer }) => answer.subject.kind);
  const due = subjects
    .filter(({ text }) => !answers.has(text))
    .filter(({ kind }) => {
      const isRoom = asked.filter((other) => other === kind).length < MAX_SUBJECTS;
      if (isRoom) asked.push(kind);
      return isRoom;
    });
  return { known, due };
}

/** Whether a regular look has not come since. */
export function isRecent(askedAt: number, everyMs: number, now: number): boolean {
  return now - askedAt < everyMs * INTERVAL_SHARE;
}
