import type { SpamVerdict } from "../domain/canary.ts";
import { type Entry, entryOf } from "./entry.ts";
import { type HeaderField, valuesOf } from "./header-fields.ts";
import type { Receiver } from "./known-receivers.ts";
import { TOKEN_FIELD } from "./message.ts";

/**
 * What the receiver's spam filter wrote into the message, by the filters we know. It explains a
 * placement and never decides one: the folder does.
 *
 * Filters that anybody may run (SpamAssassin, rspamd) are read above the receiver's entry hop; below
 * it they are the sender's or a relay's. Behind the canary's last field stands what was added to our
 * message on its way: there a filter is read when it names its host and that is the receiver's. A
 * provider's own fields need no such name there, and are also read directly below the entry hop where
 * the provider is known to write.
 */
export function spamVerdicts(fields: readonly HeaderField[], receiver: Receiver): SpamVerdict[] {
  const entry = entryOf(fields, receiver);
  if (entry === undefined) return [];
  const above = fields.slice(0, entry.index);
  const name = entry.known?.name ?? "";
  const own = OWN_FILTERS[name]?.([
    ...above,
    ...(entry.known?.stampsBelow === undefined ? [] : directlyBelow(fields, entry)),
    ...behindCanary(fields, entry),
  ]);
  const common = [...above, ...signedBehindCanary(fields, entry)];
  const read = own === undefined ? COMMON_FILTERS.map((filter) => filter(common)) : [own];
  return read.flatMap((verdict) => (verdict === undefined || isEmpty(verdict) ? [] : [verdict]));
}

type Filter = (fields: readonly HeaderField[]) => SpamVerdict | undefined;

/** By the name of the known receiver. */
const OWN_FILTERS: Readonly<Record<string, Filter>> = {
  microsoft,
  fastmail,
  proton,
  gmx,
  yandex,
};

const COMMON_FILTERS: readonly Filter[] = [rspamd, spamAssassin, flagOnly];

function rspamd(fields: readonly HeaderField[]): SpamVerdict | undefined {
  const value = first(fields, "x-spamd-result");
  if (value === undefined) return undefined;
  // `default: False [2.04 / 15.00]; SYMBOL(1.00)[]`
  const match = /^[\w-]{1,60}: (True|False) \[([-\d.]{1,12}) \/ ([-\d.]{1,12})\]/i.exec(value);
  // True is said only of mail to be refused; what goes to the spam folder has a mark.
  const isMarked = [first(fields, "x-spam"), first(fields, "x-spam-status")].some(
    (mark) => yesOrNo(mark) ?? false,
  );
  return {
    filter: "rspamd",
    score: number(match?.[2]),
    threshold: number(match?.[3]),
    spam: isMarked || yesOrNo(match?.[1]),
  };
}

/** `Yes, score=7.5 required=5.0 tests=...`, by SpamAssassin and amavis; rspamd can imitate it. */
function spamAssassin(fields: readonly HeaderField[]): SpamVerdict | undefined {
  const value = first(fields, "x-spam-status");
  if (value === undefined || first(fields, "x-spamd-result") !== undefined) return undefined;
  return {
    filter: "spamassassin",
    score: number(/\b(?:score|hits)=\s?([-+\d.]{1,12})/i.exec(value.slice(0, 500))?.[1]),
    threshold: number(/\brequired=\s?([-+\d.]{1,12})/i.exec(value.slice(0, 500))?.[1]),
    spam: yesOrNo(value),
  };
}

/** Only a flag or a score, by a filter that does not give its name. */
function flagOnly(fields: readonly HeaderField[]): SpamVerdict | undefined {
  if (valuesOf(fields, "x-spam-status").length > 0) return undefined;
  if (valuesOf(fields, "x-spamd-result").length > 0) return undefined;
  return {
    filter: "unnamed",
    score: number(/^[-+]?\d[\d.]{0,10}/.exec(first(fields, "x-spam-score") ?? "")?.[0]),
    threshold: undefined,
    spam: yesOrNo(first(fields, "x-spam-flag") ?? first(fields, "x-spam")),
  };
}

/**
 * The spam confidence level is a score and no decision: 5 to 9 lands in the inbox where the sender is
 * allowed. The destination is the decision, then the filter's own verdict.
 */
function microsoft(fields: readonly HeaderField[]): SpamVerdict {
  const report = first(fields, "x-forefront-antispam-report") ?? "";
  const delivery = first(fields, "x-microsoft-antispam-mailbox-delivery") ?? "";
  const consumer = Buffer.from(first(fields, "x-message-delivery") ?? "", "base64").toString(
    "latin1",
  );
  const destination =
    /\bdest:([IJC])\b/.exec(delivery)?.[1] ?? /(?:^|;)D=(\d)(?:;|$)/.exec(consumer)?.[1];
  const verdict = /(?:^|;)SFV:([A-Z]{3,4})/.exec(report)?.[1];
  const level =
    /(?:^|;)SCL:(-?\d)/.exec(report)?.[1] ??
    first(fields, "x-ms-exchange-organization-scl") ??
    /(?:^|;)SCL=(-?\d)/.exec(consumer)?.[1];
  return {
    filter: "microsoft",
    score: number(level),
    threshold: undefined,
    spam: lookup(DESTINATIONS, destination) ?? lookup(MICROSOFT_VERDICTS, verdict),
  };
}

const DESTINATIONS = { I: false, C: false, J: true, "1": false, "2": true };
const MICROSOFT_VERDICTS = { SPM: true, SKS: true, SKB: true, NSPM: false, SKN: false, SKA: false };

/** Fastmail tells the score; 5 is the threshold until the user changes it. */
function fastmail(fields: readonly HeaderField[]): SpamVerdict {
  const score = number(first(fields, "x-spam-score"));
  return { filter: "fastmail", score, threshold: 5, spam: undefined };
}

function proton(fields: readonly HeaderField[]): SpamVerdict {
  const action = first(fields, "x-pm-spam-action")?.toLowerCase();
  return {
    filter: "proton",
    score: number(first(fields, "x-pm-spamscore")),
    threshold: undefined,
    spam: lookup({ inbox: false, spam: true, phishing: true }, action),
  };
}

/** `0 (Mail was not recognized as spam)`: the number counts, the words are in every value. */
function gmx(fields: readonly HeaderField[]): SpamVerdict {
  const level = number(/^\d{1,3}/.exec(first(fields, "x-gmx-antispam") ?? "")?.[0]);
  const results = first(fields, "x-ui-filterresults") ?? "";
  const isJunk = /^(not)?junk:/i.exec(results);
  const byResults = isJunk === null ? undefined : isJunk[1] === undefined;
  return {
    filter: "gmx",
    score: level,
    threshold: undefined,
    spam: level === undefined ? (byResults ?? yesOrNo(first(fields, "x-spam-flag"))) : level > 0,
  };
}

/** 1 is ordinary mail, 4 is spam; 2 was seen on mail of a large service. */
function yandex(fields: readonly HeaderField[]): SpamVerdict {
  const level = first(fields, "x-yandex-spam");
  return {
    filter: "yandex",
    score: number(level),
    threshold: undefined,
    spam: lookup({ "1": false, "4": true }, level),
  };
}

function directlyBelow(fields: readonly HeaderField[], { index }: Entry): readonly HeaderField[] {
  const below = fields.slice(index + 1);
  const end = below.findIndex(({ name }) => name === "received");
  return end < 0 ? [] : below.slice(0, end);
}

function behindCanary(fields: readonly HeaderField[], { index }: Entry): readonly HeaderField[] {
  const last = fields.findLastIndex(({ name }) => name === TOKEN_FIELD.toLowerCase());
  return last > index ? fields.slice(last + 1) : [];
}

/** Milters append: what the receiver's filter wrote, where it says on which machine. */
function signedBehindCanary(fields: readonly HeaderField[], entry: Entry): readonly HeaderField[] {
  const behind = behindCanary(fields, entry);
  const host =
    first(behind, "x-rspamd-server") ??
    / on ([\w.-]{1,255})$/.exec(first(behind, "x-spam-checker-version") ?? "")?.[1];
  return host !== undefined && entry.writers.includes(host.toLowerCase()) ? behind : [];
}

function first(fields: readonly HeaderField[], wanted: string): string | undefined {
  return fields.find(({ name }) => name === wanted)?.value;
}

function number(text: string | undefined): number | undefined {
  const value = Number.parseFloat(text ?? "");
  return Number.isFinite(value) ? value : undefined;
}

function yesOrNo(text: string | undefined): boolean | undefined {
  if (/^(?:yes|true)\b/i.test(text ?? "")) return true;
  return /^(?:no|false)\b/i.test(text ?? "") ? false : undefined;
}

function lookup(table: Readonly<Record<string, boolean>>, key: string | undefined) {
  return key !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
}

function isEmpty({ score, spam }: SpamVerdict): boolean {
  return score === undefined && spam === undefined;
}
