import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { ImapFlow } from "imapflow";
import type { MailServer } from "./daemon.ts";

/** When a message was seen, by Message-ID without brackets; wall clock, milliseconds. */
export type Sightings = Map<string, number>;

interface Watched {
  readonly server: MailServer;
  readonly user: string;
  readonly folder: string;
}

/** A plain client that waits in IDLE and looks when the server tells of a message. */
export async function idle(watched: Watched, seen: Sightings, signal: AbortSignal): Promise<void> {
  await attend(watched, seen, signal, async (client) => {
    const news = once(client, "exists", { signal });
    await Promise.race([news, client.idle()]);
    await news;
  });
}

/** A plain client that looks every `everyMs`, beginning at any moment of the first interval. */
export async function poll(
  watched: Watched,
  everyMs: number,
  seen: Sightings,
  signal: AbortSignal,
): Promise<void> {
  let waitMs = everyMs * Math.random();
  await attend(watched, seen, signal, async (client) => {
    await sleep(waitMs, undefined, { signal });
    waitMs = everyMs;
    await client.noop();
  });
}

/** Notes each new message; ends with the signal. */
async function attend(
  { server, user, folder }: Watched,
  seen: Sightings,
  signal: AbortSignal,
  wait: (client: ImapFlow) => Promise<void>,
): Promise<void> {
  const client = await connect(server, user);
  try {
    const { uidNext } = await client.mailboxOpen(folder, { readOnly: true });
    let next = uidNext;
    while (!signal.aborted) {
      await wait(client);
      for await (const { uid, envelope } of client.fetch(
        `${next}:*`,
        { uid: true, envelope: true },
        { uid: true },
      )) {
        if (uid < next) continue;
        next = uid + 1;
        seen.set(envelope?.messageId?.replace(/^<|>$/g, "") ?? "", Date.now());
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    client.close();
  }
}

/** Logs in as any mail program would. */
export async function connect(server: MailServer, user: string): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: server.host,
    port: 993,
    secure: true,
    tls: { ca: server.ca },
    auth: { user, pass: server.password },
    logger: false,
    disableAutoIdle: true,
  });
  // A connection that dies is told by the calls on it; an unhandled event would end the process.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
