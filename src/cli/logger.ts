import { Writable } from "node:stream";
import { pino } from "pino";
import type { Config } from "../domain/config.ts";
import type { Log } from "../domain/log.ts";
import type { Secret } from "../domain/secret.ts";

/** Shorter ones would blank out ordinary words. */
const MIN_SECRET_LENGTH = 4;

/** JSON lines, or lines for people. Whatever slips into an object, no configured secret is printed. */
export function createLogger(
  { level, format }: Config["log"],
  secrets: readonly Secret[],
  out: NodeJS.WritableStream = process.stdout,
): Log {
  const scrub = scrubber(secrets);
  const destination = new Writable({
    decodeStrings: false,
    write(line: string, _, done) {
      const clean = scrub(line);
      out.write(format === "json" ? clean : readable(clean));
      done();
    },
  });
  return pino({ level, base: null }, destination);
}

function scrubber(secrets: readonly Secret[]): (line: string) => string {
  const plain = secrets
    .map((secret) => secret.reveal())
    .filter((text) => text.length >= MIN_SECRET_LENGTH);
  // A secret shows in a JSON line as JSON writes it, and in SASL as base64.
  const forms = plain.flatMap((text) => [
    JSON.stringify(text).slice(1, -1),
    Buffer.from(text).toString("base64"),
  ]);
  const longestFirst = [...new Set(forms)].toSorted((a, b) => b.length - a.length);
  return (line) => longestFirst.reduce((text, form) => text.replaceAll(form, "[secret]"), line);
}

const LEVELS: Readonly<Record<number, string>> = {
  10: "TRACE",
  20: "DEBUG",
  30: "INFO ",
  40: "WARN ",
  50: "ERROR",
  60: "FATAL",
};

/** `14:02:03 INFO  Canary handed over  canary=1f… seed=gmail` */
function readable(line: string): string {
  const { level, time, msg, ...data } = JSON.parse(line) as Record<string, unknown>;
  const clock = new Date(Number(time)).toISOString().slice(11, 19);
  const pairs = Object.entries(data).map(([key, value]) => `${key}=${brief(value)}`);
  return `${clock} ${LEVELS[Number(level)] ?? String(level)} ${String(msg)}  ${pairs.join(" ")}\n`;
}

function brief(value: unknown): string {
  if (typeof value === "string") return value.includes(" ") ? JSON.stringify(value) : value;
  if (value instanceof Object && "message" in value) return JSON.stringify(value.message);
  return JSON.stringify(value);
}
