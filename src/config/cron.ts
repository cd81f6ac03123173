import { DAY, SECOND } from "../domain/duration.ts";

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly words: readonly string[];
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const FIELDS: readonly Field[] = [
  { name: "second", min: 0, max: 59, words: [] },
  { name: "minute", min: 0, max: 59, words: [] },
  { name: "hour", min: 0, max: 23, words: [] },
  { name: "day of the month", min: 1, max: 31, words: [] },
  { name: "month", min: 1, max: 12, words: MONTHS },
  { name: "day of the week", min: 0, max: 7, words: WEEKDAYS },
];
/** The longest that each month gets. */
const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MAX_LENGTH = 200;

export type Cron =
  | { readonly ok: true; readonly timesOfDay: readonly number[] }
  /** What is wrong, to be read after the expression. */
  | { readonly ok: false; readonly wrong: string };

/**
 * Reads a cron expression of 5 fields, or of 6 with seconds first: stars, numbers, ranges, lists,
 * steps and the English names of months and weekdays. `timesOfDay`: when it fires on the days that
 * it fires, milliseconds after midnight UTC, ascending.
 */
export function readCron(expression: string): Cron {
  const parts = expression.slice(0, MAX_LENGTH).trim().split(/\s+/);
  if (expression.length > MAX_LENGTH || (parts.length !== 5 && parts.length !== 6)) {
    return { ok: false, wrong: `has ${parts.length} fields` };
  }
  const sets: number[][] = [];
  for (const [index, part] of (parts.length === 5 ? ["0", ...parts] : parts).entries()) {
    const field = FIELDS[index];
    const values = field === undefined ? undefined : readField(part, field);
    if (values === undefined) return { ok: false, wrong: `has a wrong ${field?.name}` };
    sets.push(values);
  }
  const [seconds = [], minutes = [], hours = [], days = [], months = []] = sets;
  if (!months.some((month) => days.some((day) => day <= (DAYS_IN_MONTH[month - 1] ?? 0)))) {
    return { ok: false, wrong: "names a date that no year has" };
  }
  const timesOfDay = hours.flatMap((hour) =>
    minutes.flatMap((minute) =>
      seconds.map((second) => ((hour * 60 + minute) * 60 + second) * SECOND),
    ),
  );
  return { ok: true, timesOfDay };
}

/** The shortest time between two runs, milliseconds; over midnight as well. */
export function shortestGap(timesOfDay: readonly number[]): number {
  const next = [...timesOfDay.slice(1), (timesOfDay[0] ?? 0) + DAY];
  return timesOfDay.reduce((gap, time, index) => Math.min(gap, (next[index] ?? DAY) - time), DAY);
}

/** The values of one field, ascending; undefined when it is malformed. */
function readField(text: string, field: Field): number[] | undefined {
  const values = new Set<number>();
  for (const item of text.toLowerCase().split(",")) {
    const range = readRange(item, field);
    if (range === undefined) return undefined;
    for (const value of range) values.add(value);
  }
  return [...values].toSorted((a, b) => a - b);
}

/** `*`, `7`, `mon-fri`, and with a step a star or range: `8-18/2`. */
function readRange(item: string, field: Field): number[] | undefined {
  const [base = "", step, ...rest] = item.split("/");
  const [from, to, ...more] = base === "*" ? [field.min, field.max] : numbers(base, field);
  const every = step === undefined ? 1 : /^\d{1,2}$/.test(step) ? Number(step) : 0;
  const isSingle = to === undefined;
  if (rest.length > 0 || more.length > 0 || every < 1 || every > field.max) return undefined;
  if (from === undefined || (isSingle && step !== undefined)) return undefined;
  const last = isSingle ? from : to;
  if (!(from >= field.min && last <= field.max && from <= last)) return undefined;
  return Array.from({ length: Math.floor((last - from) / every) + 1 }, (_, i) => from + i * every);
}

/** `8-18` as its two numbers; NaN for what is none. */
function numbers(base: string, { words, min }: Field): number[] {
  return base.split("-").map((text) => {
    const word = words.indexOf(text);
    if (word >= 0) return word + min;
    return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  });
}
