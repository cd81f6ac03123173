import { randomUUID } from "node:crypto";
import { ImapFlow, type SearchObject } from "imapflow";
import { createTransport } from "nodemailer";
import { until } from "./wait.ts";
import type { Lab, LabMailboxes } from "./world.ts";

/** What the server answered to a message handed in. */
export interface HandOver {
  /** Without angle brackets. */
  readonly messageId: string;
  readonly reply: string;
}

/** A message as a plain client finds it. */
export interface Found {
  readonly folder: string;
  readonly raw: string;
}

const CONNECT_TIMEOUT_MS = 5_000;
const ARRIVAL_TIMEOUT_MS = 30_000;

/** Hands one message in, as any mail program would. Throws what nodemailer throws when refused. */
export async function send(
  { submission, ca }: Lab,
  to: string,
  port: number = submission.ports.starttls,
): Promise<HandOver> {
  const transport = createTransport({
    host: submission.host,
    port,
    secure: port === submission.ports.implicit,
    requireTLS: true,
    auth: { user: submission.user, pass: submission.password },
    tls: { ca, servername: submission.hostname },
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
  });
  const id = `${randomUUID()}@${submission.domain}`;
  const info = await transport.sendMail({
    from: `Lab <lab@${submission.domain}>`,
    to,
    subject: "The minutes of Tuesday",
    text: "Please find the minutes below. We meet again next week at the same time.\n",
    messageId: `<${id}>`,
  });
  return { messageId: id, reply: info.response };
}

/** The IMAP search for one message. */
export function byId(messageId: string): SearchObject {
  return { header: { "message-id": messageId } };
}

/** Logs in to a mailbox. */
export async function login({ ca }: Lab, mailboxes: LabMailboxes, user: string): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: mailboxes.host,
    port: mailboxes.port,
    secure: true,
    servername: mailboxes.hostname,
    tls: { ca },
    auth: { user, pass: mailboxes.password },
    logger: false,
    connectionTimeout: CONNECT_TIMEOUT_MS,
  });
  // A connection that dies is told by the calls on it; an unhandled event would end the process.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

/** Looks once into every folder of a mailbox; undefined: it is in none. */
export async function find(
  lab: Lab,
  mailboxes: LabMailboxes,
  user: string,
  what: SearchObject,
): Promise<Found | undefined> {
  const client = await login(lab, mailboxes, user);
  try {
    for (const { path } of await client.list()) {
      await client.mailboxOpen(path, { readOnly: true });
      const uids = await client.search(what, { uid: true });
      const uid = uids === false ? undefined : uids?.[0];
      if (uid === undefined) continue;
      const message = await client.fetchOne(String(uid), { source: true }, { uid: true });
      if (message === false) continue;
      return { folder: path, raw: message.source?.toString("latin1") ?? "" };
    }
    return undefined;
  } finally {
    client.close();
  }
}

/** Waits until the message lies in the mailbox. */
export function arrives(
  lab: Lab,
  mailboxes: LabMailboxes,
  user: string,
  what: SearchObject,
): Promise<Found> {
  return until(
    `${JSON.stringify(what)} at ${user}`,
    () => find(lab, mailboxes, user, what),
    ARRIVAL_TIMEOUT_MS,
  );
}
