import type { Dns, QueryOptions } from "../../domain/dns.ts";
import { ask, type Asked } from "../../mail/dns-answers.ts";
import type { NameServer, ServerAnswer } from "./observe.ts";

/** Records that receivers ask for, as one server has them. */
export type MailRecords = readonly Asked<unknown>[];

/** Asks a server for what mail rests on. */
export function askMailRecords(
  dns: Dns,
  domain: string,
  at: QueryOptions,
  signal: AbortSignal,
): Promise<MailRecords> {
  return Promise.all([
    ask(dns, domain, "MX", signal, at),
    ask(dns, domain, "TXT", signal, at),
    ask(dns, `_dmarc.${domain}`, "TXT", signal, at),
  ]);
}

/**
 * Whether the servers get the zone from several places. A serial counts the versions of one of them
 * (RFC 1035 §3.3.13): two providers that are given the same records count each by itself.
 */
export function hasSeveralPrimaries(servers: readonly NameServer[]): boolean {
  return new Set(placesOf(servers).flatMap(({ answer }) => primaryOf(answer) ?? [])).size > 1;
}

/** In what the servers differ, in words: in the serials of one primary, or in what mail rests on. */
export function differencesOf(servers: readonly NameServer[]): readonly string[] {
  const places = placesOf(servers);
  const known = places.filter(({ answer }) => primaryOf(answer) !== undefined);
  const byPrimary = Map.groupBy(known, ({ answer }) => primaryOf(answer));
  const serials = [...byPrimary.values()].flatMap((list) =>
    versionsOf(list, ({ answer }) => serialOf(answer)),
  );
  const questions = new Set(places.flatMap(({ answer }) => answer.mail.map(nameOf)));
  const records = [...questions].flatMap((question) =>
    versionsOf(places, ({ answer }) => {
      const asked = answer.mail.find((one) => nameOf(one) === question);
      const content = asked && contentOf(asked);
      return content === undefined ? undefined : `${question}: ${content}`;
    }),
  );
  return [...serials, ...records];
}

/** One server at one of its addresses. */
interface Place {
  readonly label: string;
  readonly answer: ServerAnswer;
}

function placesOf(servers: readonly NameServer[]): readonly Place[] {
  return servers.flatMap(({ name, answers }) =>
    answers.map((answer) => ({ label: `${name} (${answer.address})`, answer })),
  );
}

/** `VERSION at SERVERS` for each version; none where all have the same. */
function versionsOf(
  places: readonly Place[],
  versionAt: (place: Place) => string | undefined,
): readonly string[] {
  const known = places.filter((place) => versionAt(place) !== undefined);
  const versions = Map.groupBy(known, versionAt);
  if (versions.size < 2) return [];
  return [...versions].map(
    ([version, list]) => `${version} at ${list.map(({ label }) => label).join(", ")}`,
  );
}

function primaryOf({ soa }: ServerAnswer): string | undefined {
  return soa.kind === "found" ? soa.records[0]?.primary : undefined;
}

function serialOf({ soa }: ServerAnswer): string | undefined {
  return soa.kind === "found" ? soa.records[0]?.serial.toString() : undefined;
}

function nameOf({ name, type }: Asked<unknown>): string {
  return `${type} of ${name}`;
}

/** Undefined while the server does not tell. */
function contentOf({ answer }: Asked<unknown>): string | undefined {
  if (answer.kind === "failed") return undefined;
  if (answer.kind === "absent") return "none";
  return answer.records.map(showRecord).toSorted().join(", ");
}

function showRecord(record: unknown): string {
  return typeof record === "string"
    ? JSON.stringify(record)
    : Object.values(record ?? {}).join(" ");
}
