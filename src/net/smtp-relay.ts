import type { RelayTry } from "../domain/smtp-face.ts";
import type { DialogueReply } from "./smtp-dialogue.ts";
import { said } from "./tls-starttls-smtp.ts";
import { TlsTrouble } from "./tls-trouble.ts";

/** Says a line and reads the reply; rejects with TlsTrouble, or with the signal's reason. */
export type Ask = (line: string) => Promise<DialogueReply>;

/** Nobody's: reserved by RFC 2606 §3, and its null MX (RFC 7505) takes no mail. */
const FOREIGN = "postmaster@example.com";

/** RFC 3207 §4: the server judges envelopes inside TLS only; elsewhere 530 wants a login (RFC 4954 §6). */
const WANTS_MORE = 530;

export interface Relaying {
  readonly tries: readonly RelayTry[];
  /** It says neither yes nor no before there is TLS. */
  readonly wantsTls: boolean;
}

/**
 * Envelopes from a stranger to a stranger, up to the first that comes to nothing. `mayUpgrade`: there
 * could still be TLS, so that 530 may be about just that.
 */
export async function tryRelaying(
  ask: Ask,
  domain: string,
  mayUpgrade: boolean,
): Promise<Relaying> {
  const tries: RelayTry[] = [];
  // RFC 5321 §4.5.5: the null sender, so that nobody would be told; and one of the server's own.
  for (const sender of ["", `postmaster@${domain}`]) {
    const answer = await orNothing(answerTo(ask, sender));
    if (answer === undefined) break;
    const wantsTls = mayUpgrade && answer.code === WANTS_MORE;
    const { isTaken, code, reply } = answer;
    const outcome = isTaken ? "accepted" : code >= 500 && !wantsTls ? "refused" : "unknown";
    tries.push({ sender, recipient: FOREIGN, outcome, reply });
    if (wantsTls) return { tries, wantsTls };
  }
  return { tries, wantsTls: false };
}

/** MAIL and RCPT, and back: DATA is never said. */
async function answerTo(ask: Ask, sender: string) {
  const mail = await ask(`MAIL FROM:<${sender}>`);
  const rcpt = mail.code === 250 ? await ask(`RCPT TO:<${FOREIGN}>`) : undefined;
  // What comes of it changes nothing: the recipient was taken or was not.
  await orNothing(ask("RSET"));
  const { code } = rcpt ?? mail;
  const isTaken = rcpt !== undefined && (code === 250 || code === 251);
  return { isTaken, code, reply: said(rcpt ?? mail) };
}

/** A server that hangs up halfway has shown its face nevertheless. */
export async function orNothing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof TlsTrouble)) throw error;
    return undefined;
  }
}
