import type { QuotaResponse } from "imapflow";
import {
  MailboxError,
  type Clock,
  type MailboxSession,
  type Quota,
  type StoredMessage,
} from "../domain/net.ts";
import type { Connection } from "./imap-connection.ts";
import { selectableFolders } from "./imap-folders.ts";
import { glance } from "./imap-glance.ts";
import { MAX_READ_BYTES, type ImapLimits } from "./imap-limits.ts";
import { createNews } from "./imap-news.ts";
import { openFolder } from "./imap-open-folder.ts";
import { removeMessages } from "./imap-removal.ts";
import { createTurns } from "./imap-turns.ts";

/** Gmail's tabs (as its search calls them), the likely ones for a test message first. */
const CATEGORIES = ["promotions", "updates", "social", "forums", "reservations", "purchases"];

/** A seed's mailbox on an open connection. Calls other than `news` and `poke` take turns. */
export function createSession(
  connection: Connection,
  clock: Clock,
  limits: ImapLimits,
  loginDurationMs: number,
): MailboxSession {
  const { client, run } = connection;
  const news = createNews(connection, clock, limits);
  const inTurn = createTurns();

  return {
    capabilities: new Set([...client.capabilities.keys()].map((name) => name.toUpperCase())),
    loginDurationMs,
    folders: () => inTurn(async () => selectableFolders(await run(() => client.list()))),
    examine: (path) =>
      inTurn(() => {
        news.settle();
        return openFolder(connection, path, true);
      }),
    glance: (query) =>
      inTurn(() => {
        news.settle();
        return glance(connection, clock, query);
      }),
    read: (uid, maxBytes) => inTurn(() => read(uid, maxBytes)),
    category: (uid) => inTurn(() => category(uid)),
    news: (maxWaitMs, wake) => news.wait(maxWaitMs, wake),
    poke: () => run(() => client.noop()),
    quota: () => inTurn(quota),
    remove: (path, state, uids) =>
      inTurn(async () => {
        await removeMessages(connection, path, state, uids);
        news.suspect();
      }),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };

  async function read(uid: number, maxBytes: number): Promise<StoredMessage | undefined> {
    const size = Math.min(maxBytes, MAX_READ_BYTES);
    // One byte more tells whether there is more: RFC822.SIZE is known to be wrong on some servers.
    const query = { uid: true, source: { start: 0, maxLength: size + 1 } };
    const message = await run(() => client.fetchOne(`${uid}`, query, { uid: true }), {
      bytes: size,
    });
    if (message === false || !Buffer.isBuffer(message.source)) return undefined;
    const { source } = message;
    return { raw: source.toString("latin1", 0, size), complete: source.length <= size };
  }

  async function category(uid: number): Promise<string | undefined> {
    if (!client.capabilities.has("X-GM-EXT-1")) return undefined;
    for (const name of CATEGORIES) {
      const found = await run(() =>
        client.search({ uid: `${uid}`, gmraw: `category:${name}` }, { uid: true }),
      );
      if (!Array.isArray(found)) {
        throw new MailboxError("protocol", `The server refuses to search for category:${name}.`);
      }
      if (found.includes(uid)) return name;
    }
    return undefined;
  }

  async function quota(): Promise<Quota | undefined> {
    const answer: QuotaResponse | false | undefined = await run(() => client.getQuota("INBOX"));
    if (answer === false || answer === undefined) return undefined;
    const { usage, limit } = answer.storage ?? {};
    // RFC 9208 §4.1.1 gives no meaning to a limit of zero; some servers mean "none" by it.
    if (usage === undefined || limit === undefined || limit === 0) return undefined;
    return { usedBytes: usage, limitBytes: limit };
  }
}
