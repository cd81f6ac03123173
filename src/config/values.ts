import { z } from "zod";
import { DAY, formatDuration, parseDuration } from "../domain/duration.ts";

const MAX_TEXT_LENGTH = 300;
/** Long enough for any duration, short enough to be read at a glance. */
const MAX_DURATION_LENGTH = 40;

/**
 * A value written as text, e.g. a host. `read` answers undefined for what it will not have.
 * Every message of this room reads: what is wrong, a comma, "expected", what is expected.
 */
export function textValue<T>(
  noun: string,
  expected: string,
  read: (text: string) => T | undefined,
) {
  const error = `is not ${noun}, expected ${expected}`;
  return z.string({ error }).transform((text, context) => {
    const value = text.length > MAX_TEXT_LENGTH ? undefined : read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: "custom", message: error });
    return z.NEVER;
  });
}

/** Any one line of text, taken as it is. */
export function freeText(expected: string, maxLength = MAX_TEXT_LENGTH) {
  return z
    .string({ error: ({ input }) => `${wrongKind(input)}, expected ${expected}` })
    .transform((text, context) => {
      const wrong = wrongLine(text, maxLength);
      if (wrong === undefined) return text;
      context.addIssue({ code: "custom", message: `${wrong}, expected ${expected}` });
      return z.NEVER;
    });
}

/** What is wrong with a line of text; undefined: nothing. */
export function wrongLine(text: string, maxLength: number): string | undefined {
  if (text === "") return "is empty";
  if (text.length > maxLength) return `is longer than ${maxLength} characters`;
  return /\p{Cc}/u.test(text) ? "contains a line break or control character" : undefined;
}

/** YAML reads an unquoted `12345678` as a number, and passwords and names are sometimes that. */
export function wrongKind(input: unknown): string {
  if (typeof input === "number") return "is a number and needs quotes";
  return typeof input === "boolean" ? "is a yes or no and needs quotes" : "is not text";
}

/** A name that becomes a metric label and a word in the log. */
export function label(noun: string) {
  const expected = "1 to 40 of a-z, 0-9, dot, dash and underscore, not beginning with a sign";
  return z
    .string({ error: ({ input }) => `${wrongKind(input)}, expected ${expected}` })
    .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/, { error: `is not a ${noun} name, expected ${expected}` });
}

export function wholeNumber(noun: string, min: number, max: number) {
  const error = `is not ${noun}, expected ${min} to ${max}`;
  return z.preprocess(digitsAsNumber, z.int({ error }).min(min, { error }).max(max, { error }));
}

/** A number that may have a fraction. */
export function fraction(noun: string, min: number, max: number) {
  const error = `is not ${noun}, expected ${min} to ${max}`;
  return z.preprocess(digitsAsNumber, z.number({ error }).min(min, { error }).max(max, { error }));
}

/** The same, or one word. */
export function fractionOr<const Word extends string>(
  word: Word,
  noun: string,
  min: number,
  max: number,
) {
  const error = `is not ${noun}, expected ${min} to ${max} or ${word}`;
  const either = z.union(
    [z.number({ error }).min(min, { error }).max(max, { error }), z.literal(word, { error })],
    { error },
  );
  return z.preprocess(digitsAsNumber, either);
}

/** A day such as 2026-11-22: its beginning in UTC, milliseconds since the epoch. */
export function day() {
  return textValue("a date", "a day such as 2026-11-22", readDay);
}

/** Answers undefined for a day that no calendar has. */
function readDay(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  // Some impossible days, such as February 30, are taken for others.
  const isThatDay = !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
  return isThatDay ? at : undefined;
}

export function trueOrFalse() {
  const error = "is not a switch, expected true or false";
  return z.preprocess(wordAsBoolean, z.boolean({ error }));
}

/** What comes out of the environment is always text. */
function digitsAsNumber(input: unknown): unknown {
  const isNumber = typeof input === "string" && /^\d{1,15}(?:\.\d{1,15})?$/.test(input);
  return isNumber ? Number(input) : input;
}

function wordAsBoolean(input: unknown): unknown {
  return input === "true" || input === "false" ? input === "true" : input;
}

/** `30s`, `5m`, `6h` as milliseconds, within bounds that are milliseconds too. */
export function duration(minMs: number, maxMs: number = 3650 * DAY) {
  const least = minMs === 0 ? "0s" : formatDuration(minMs);
  const bounds = `a duration of ${least} to ${formatDuration(maxMs)}`;
  const expected = `${bounds}, such as 30s, 5m or 6h`;
  return z
    .string({
      error: ({ input }) =>
        `${typeof input === "number" ? "has no unit" : "is not a duration"}, expected ${expected}`,
    })
    .transform((text, context) => {
      const ms = text.length > MAX_DURATION_LENGTH ? undefined : parseDuration(text);
      if (ms !== undefined && ms >= minMs && ms <= maxMs) return Math.round(ms);
      const wrong = /^\d+$/.test(text)
        ? "has no unit"
        : ms === undefined
          ? "is not a duration"
          : "is out of range";
      context.addIssue({ code: "custom", message: `${wrong}, expected ${expected}` });
      return z.NEVER;
    })
    .meta({ pattern: String.raw`^([0-9]+(\.[0-9]+)?(ms|s|m|h|d))+$` });
}

export function oneOf<const Words extends readonly [string, ...string[]]>(
  noun: string,
  words: Words,
) {
  const listed = `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
  return z.enum(words, { error: `is not a ${noun}, expected ${listed}` });
}

/** A mapping with these keys and no others. `what` says it in words. */
export function section<Shape extends z.core.$ZodLooseShape>(what: string, shape: Shape) {
  return z.strictObject(shape, { error: `is not a mapping, expected ${what}` });
}

export function list<Item extends z.core.$ZodType>(
  what: string,
  item: Item,
  limits: { readonly min: number; readonly max: number },
) {
  const { min, max } = limits;
  const tooMany = ({ input }: { input?: unknown }) =>
    `has ${Array.isArray(input) ? input.length : "too many"} entries, expected at most ${max}`;
  return z
    .array(item, { error: `is not a list, expected ${what}, each after "- "` })
    .min(min, { error: "is an empty list, expected at least one entry" })
    .max(max, { error: tooMany });
}
