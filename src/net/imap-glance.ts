import type { FetchMessageObject } from "imapflow";
import { DAY } from "../domain/duration.ts";
import type { Clock, GlanceQuery, Glimpse } from "../domain/net.ts";
import type { Connection } from "./imap-connection.ts";
import { CANARY_FIELDS, readCanaryFields } from "./imap-headers.ts";

/** RFC 9051 §2.3.1.1: a UID is a non-zero 32-bit number. */
const MAX_UID = 2 ** 32 - 1;
const MAX_GLIMPSES = 500;
/** More than one glance may list before the newest are chosen. */
const MAX_ROWS = 50_000;
/** Of a message larger than this, only so much of the header is read. */
const HEADER_BYTES = 64 * 1024;
/** What a row costs besides the header: flags, dates, sizes. */
const ROW_BYTES = 1024;

/** What FETCH tells of a message without its content. */
interface Row {
  readonly uid: number;
  readonly storedAt: number;
  readonly sizeBytes: number;
}

/** Looks at the newest messages of the open folder. Throws MailboxError. */
export async function glance(
  connection: Connection,
  clock: Clock,
  query: GlanceQuery,
): Promise<readonly Glimpse[]> {
  const limit = Math.min(query.limit, MAX_GLIMPSES);
  const rows = newest(await rowsAbove(connection, clock, query, limit), query, limit);
  const headers = await headersOf(connection, rows);
  return rows.map((row) => ({ ...row, ...readCanaryFields(headers.get(row.uid) ?? "") }));
}

/** UIDs are as given, or silly: RFC 9051 §6.4.8 lets `n:*` answer with a UID below n. */
function newest(rows: readonly Row[], query: GlanceQuery, limit: number): readonly Row[] {
  const earliest = query.since === undefined ? Number.NEGATIVE_INFINITY : searchDay(query.since);
  const wanted = rows.filter(
    ({ uid, storedAt }) => isUid(uid) && uid > query.afterUid && storedAt >= earliest,
  );
  const unique = [...new Map(wanted.map((row) => [row.uid, row])).values()];
  return unique.toSorted((a, b) => b.uid - a.uid).slice(0, limit);
}

export function isUid(uid: number): boolean {
  return Number.isInteger(uid) && uid > 0 && uid <= MAX_UID;
}

/** The day before in UTC: the server compares dates in a time zone of its own (RFC 9051 §6.4.4). */
function searchDay(since: number): number {
  return Math.floor(since / DAY) * DAY - DAY;
}

async function rowsAbove(
  connection: Connection,
  clock: Clock,
  { afterUid, since }: GlanceQuery,
  limit: number,
): Promise<readonly Row[]> {
  if (afterUid > 0) {
    if (afterUid >= MAX_UID) return [];
    return fetchRows(connection, clock, `${afterUid + 1}:*`, true);
  }
  const found = since === undefined ? [] : await search(connection, searchDay(since));
  if (found.length > 0) {
    const chosen = found.toSorted((a, b) => b - a).slice(0, limit);
    return fetchRows(connection, clock, chosen.join(","), true);
  }
  return fetchLast(connection, clock, since, limit);
}

/** Some servers answer SEARCH with nothing, whatever there is: so the newest message is looked at. */
async function fetchLast(
  connection: Connection,
  clock: Clock,
  since: number | undefined,
  limit: number,
): Promise<readonly Row[]> {
  const { mailbox } = connection.client;
  const exists = mailbox === false ? 0 : mailbox.exists;
  if (exists === 0) return [];
  if (since !== undefined) {
    const [last] = await fetchRows(connection, clock, `${exists}`, false);
    if (last === undefined || last.storedAt < searchDay(since)) return [];
  }
  return fetchRows(connection, clock, `${Math.max(1, exists - limit + 1)}:*`, false);
}

async function search(connection: Connection, day: number): Promise<number[]> {
  const answer = await connection.run((client) =>
    client.search({ since: new Date(day) }, { uid: true }),
  );
  return Array.isArray(answer) ? answer.filter(isUid) : [];
}

async function fetchRows(
  connection: Connection,
  clock: Clock,
  range: string,
  uid: boolean,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  await connection.run(async (client) => {
    const query = { uid: true, internalDate: true, size: true };
    for await (const message of client.fetch(range, query, { uid })) {
      if (rows.length < MAX_ROWS) rows.push(toRow(message, clock));
    }
  });
  return rows;
}

function toRow({ uid, internalDate, size }: FetchMessageObject, clock: Clock): Row {
  return {
    uid,
    // A date that cannot be read must not hide the message.
    storedAt: internalDate instanceof Date ? internalDate.getTime() : clock.now(),
    sizeBytes: size ?? 0,
  };
}

/**
 * The header fields of a message that anybody may have sent: where the message is large, they may
 * be too, so that of such a one only the first part of the header is asked for.
 */
async function headersOf(
  connection: Connection,
  rows: readonly Row[],
): Promise<ReadonlyMap<number, string>> {
  const headers = new Map<number, string>();
  const large = rows.filter(({ sizeBytes }) => sizeBytes > HEADER_BYTES);
  const small = rows.filter(({ sizeBytes }) => sizeBytes <= HEADER_BYTES);
  await fetchHeaders(small, { headers: [...CANARY_FIELDS] });
  await fetchHeaders(large, { bodyParts: [{ key: "HEADER", start: 0, maxLength: HEADER_BYTES }] });
  return headers;

  async function fetchHeaders(of: readonly Row[], query: object): Promise<void> {
    if (of.length === 0) return;
    const range = of.map(({ uid }) => uid).join(",");
    const bytes = of.length * (HEADER_BYTES + ROW_BYTES);
    await connection.run(
      async (client) => {
        for await (const message of client.fetch(range, { uid: true, ...query }, { uid: true })) {
          const { uid, headers: header } = message;
          if (header !== undefined) headers.set(uid, header.toString("latin1"));
        }
      },
      { bytes },
    );
  }
}
