import { SECOND } from "../domain/duration.ts";
import type { Clock } from "../domain/net.ts";
import type { RelayTry, SmtpFace, SmtpFaces, SmtpServer } from "../domain/smtp-face.ts";
import type { HostPlaces } from "./host-places.ts";
import { type Dialogue, type DialogueReply, startDialogue } from "./smtp-dialogue.ts";
import { HANDSHAKE_LIMITS, type HandshakeLimits } from "./tls-handshake.ts";
import { openAddress } from "./tls-socket.ts";
import { capabilitiesIn, ehloName, readGreeting, said } from "./tls-starttls-smtp.ts";
import { TlsTrouble } from "./tls-trouble.ts";

/** Nobody's: reserved by RFC 2606 §3, and its null MX (RFC 7505) takes no mail. */
const FOREIGN = "postmaster@example.com";
const MAX_BANNER = 200;
/** Waiting for the answer to QUIT is a courtesy. */
const FAREWELL_MS = 2 * SECOND;

export interface SmtpFacesParts {
  readonly clock: Clock;
  readonly places: HostPlaces;
  readonly limits?: Partial<HandshakeLimits>;
}

export function createSmtpFaces({ clock, places, limits }: SmtpFacesParts): SmtpFaces {
  const patience = { ...HANDSHAKE_LIMITS, ...limits };
  return {
    async look(server, signal) {
      try {
        using _place = await places(server.address, signal);
        const { address, port } = server;
        const socket = await openAddress(address, port, patience.connectMs, signal);
        try {
          const dialogue = startDialogue(socket, clock, signal);
          const ehlo = ehloName(socket);
          return await face(dialogue, ehlo, server, socket.localAddress, patience);
        } finally {
          socket.destroy();
        }
      } catch (error) {
        if (!(error instanceof TlsTrouble)) throw error;
        return failureOf(error);
      }
    },
  };
}

function failureOf({ why, message: detail }: TlsTrouble): SmtpFace {
  const isPlain = why !== "refused" && why !== "garbled" && why !== "incapable";
  return { kind: "failed", why: isPlain ? why : "protocol", detail };
}

async function face(
  dialogue: Dialogue,
  ehlo: string,
  { domain }: SmtpServer,
  localAddress: string | undefined,
  patience: HandshakeLimits,
): Promise<SmtpFace> {
  let slowestReplyMs = 0;
  const ask = async (line: string): Promise<DialogueReply> => {
    dialogue.say(line);
    const reply = await dialogue.read(patience.replyMs);
    slowestReplyMs = Math.max(slowestReplyMs, reply.afterMs);
    return reply;
  };
  const greeting = await readGreeting(dialogue, patience);
  const hello = await ask(`EHLO ${ehlo}`);
  if (hello.code !== 250) throw new TlsTrouble("rejected", said(hello));
  const vrfy = await orNothing(ask("VRFY postmaster"));
  const relay: RelayTry[] = [];
  // RFC 5321 §4.5.5: the null sender, so that nobody would be told; and one of the server's own.
  for (const sender of ["", `postmaster@${domain}`]) {
    const tried = await orNothing(tryRelay(ask, sender));
    if (tried === undefined) break;
    relay.push(tried);
  }
  dialogue.say("QUIT");
  await orNothing(dialogue.read(FAREWELL_MS));
  const banner = greeting.lines.join(" ").slice(0, MAX_BANNER);
  return {
    kind: "seen",
    localAddress,
    banner,
    bannerName: firstName(banner),
    heloName: firstName(hello.lines[0] ?? ""),
    greetingMs: greeting.afterMs,
    slowestReplyMs,
    sizeLimitBytes: sizeIn(capabilitiesIn(hello)),
    vrfyCode: vrfy?.code,
    relay,
  };
}

/** MAIL and RCPT, and back: DATA is never said. */
async function tryRelay(
  ask: (line: string) => Promise<DialogueReply>,
  sender: string,
): Promise<RelayTry> {
  const mail = await ask(`MAIL FROM:<${sender}>`);
  const rcpt = mail.code === 250 ? await ask(`RCPT TO:<${FOREIGN}>`) : undefined;
  await ask("RSET");
  const isTaken = rcpt?.code === 250 || rcpt?.code === 251;
  const last = rcpt ?? mail;
  const outcome = isTaken ? "accepted" : last.code >= 500 ? "refused" : "unknown";
  return { sender, recipient: FOREIGN, outcome, reply: said(last) };
}

/** A server that hangs up halfway has shown its face nevertheless. */
async function orNothing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof TlsTrouble)) throw error;
    return undefined;
  }
}

function firstName(line: string): string | undefined {
  const [name = ""] = line.trim().split(/\s/, 1);
  return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?$/i.test(name)
    ? name.toLowerCase().replace(/\.$/, "")
    : undefined;
}

function sizeIn(capabilities: readonly string[]): number | undefined {
  const [, digits] = capabilities.map((line) => /^SIZE (\d{1,15})$/.exec(line)).find(Boolean) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
