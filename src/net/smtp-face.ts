import type { Socket } from "node:net";
import { SECOND } from "../domain/duration.ts";
import type { Clock } from "../domain/net.ts";
import type { SmtpFace, SmtpFaces, SmtpServer } from "../domain/smtp-face.ts";
import type { HostPlaces } from "./host-places.ts";
import { type Dialogue, type DialogueReply, startDialogue } from "./smtp-dialogue.ts";
import { type Ask, orNothing, type Relaying, tryRelaying } from "./smtp-relay.ts";
import {
  HANDSHAKE_LIMITS,
  type HandshakeLimits,
  type Means,
  withHandshake,
} from "./tls-handshake.ts";
import { MODERN } from "./tls-offers.ts";
import { openAddress } from "./tls-socket.ts";
import { capabilitiesIn, ehloName, readGreeting, said } from "./tls-starttls-smtp.ts";
import { TlsTrouble } from "./tls-trouble.ts";

const MAX_BANNER = 200;
/** Waiting for the answer to QUIT is a courtesy. */
const FAREWELL_MS = 2 * SECOND;

export interface SmtpFacesParts {
  readonly clock: Clock;
  readonly places: HostPlaces;
  readonly limits?: Partial<HandshakeLimits>;
}

type Seen = Extract<SmtpFace, { kind: "seen" }>;

export function createSmtpFaces({ clock, places, limits }: SmtpFacesParts): SmtpFaces {
  const means: Means = { clock, places, limits: { ...HANDSHAKE_LIMITS, ...limits } };
  return {
    async look(server, signal) {
      try {
        if (server.tls === "implicit") {
          const show = (socket: Socket) => faceAt(socket, server, means, signal);
          return (await insideTls(server, means, signal, show)).seen;
        }
        const { seen, wantsTls } = await inClear(server, means, signal);
        if (!wantsTls) return seen;
        const relay = (socket: Socket) => relayAt(socket, server, means, signal);
        const { tries = [] } = (await orNothing(insideTls(server, means, signal, relay))) ?? {};
        return tries.length === 0 ? seen : { ...seen, relay: tries };
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

interface Shown {
  readonly seen: Seen;
  readonly wantsTls: boolean;
}

async function inClear(server: SmtpServer, means: Means, signal: AbortSignal): Promise<Shown> {
  const { address, port } = server;
  using _place = await means.places(address, signal);
  const socket = await openAddress(address, port, means.limits.connectMs, signal);
  try {
    return await faceAt(socket, server, means, signal);
  } finally {
    socket.destroy();
  }
}

/** Certificates are judged elsewhere. */
function insideTls<T>(
  { address, port, tls, servername }: SmtpServer,
  means: Means,
  signal: AbortSignal,
  use: (socket: Socket) => Promise<T>,
): Promise<T> {
  const server = { address, port, tls, protocol: "smtp", servername, ca: undefined } as const;
  return withHandshake(server, MODERN, means, signal, (handshake) => {
    if (handshake.kind === "secure") return use(handshake.socket);
    throw new TlsTrouble("rejected", handshake.detail);
  });
}

async function relayAt(
  socket: Socket,
  { domain }: SmtpServer,
  { clock, limits }: Means,
  signal: AbortSignal,
): Promise<Relaying> {
  const { ask } = asking(startDialogue(socket, clock, signal), limits.replyMs);
  await ask(`EHLO ${ehloName(socket)}`);
  return tryRelaying(ask, domain, false);
}

async function faceAt(
  socket: Socket,
  { domain, tls }: SmtpServer,
  { clock, limits }: Means,
  signal: AbortSignal,
): Promise<Shown> {
  const dialogue = startDialogue(socket, clock, signal);
  const { localAddress } = socket;
  const { ask, slowestMs } = asking(dialogue, limits.replyMs);
  const greeting = await readGreeting(dialogue, limits);
  const hello = await ask(`EHLO ${ehloName(socket)}`);
  if (hello.code !== 250) throw new TlsTrouble("rejected", said(hello));
  const capabilities = capabilitiesIn(hello);
  const mayUpgrade = tls === "starttls" && capabilities.includes("STARTTLS");
  const { tries, wantsTls } = await tryRelaying(ask, domain, mayUpgrade);
  const vrfy = await orNothing(ask("VRFY postmaster"));
  dialogue.say("QUIT");
  await orNothing(dialogue.read(FAREWELL_MS));
  const banner = greeting.lines.join(" ").slice(0, MAX_BANNER);
  const seen: Seen = {
    kind: "seen",
    localAddress,
    seenAs: addressIn(hello.lines[0] ?? ""),
    banner,
    bannerName: firstName(banner),
    heloName: firstName(hello.lines[0] ?? ""),
    greetingMs: greeting.afterMs,
    slowestReplyMs: slowestMs(),
    sizeLimitBytes: sizeIn(capabilities),
    vrfyCode: vrfy?.code,
    relay: tries,
  };
  return { seen, wantsTls };
}

/** A dialogue of questions and answers, and how long the slowest of them took. */
function asking(dialogue: Dialogue, patienceMs: number) {
  let slowestMs = 0;
  const ask: Ask = async (line): Promise<DialogueReply> => {
    dialogue.say(line);
    try {
      const reply = await dialogue.read(patienceMs);
      slowestMs = Math.max(slowestMs, reply.afterMs);
      return reply;
    } catch (error) {
      if (error instanceof TlsTrouble && error.why === "timeout") slowestMs = patienceMs;
      throw error;
    }
  };
  return { ask, slowestMs: () => slowestMs };
}

/** Exim, Sendmail, Exchange and others greet us with our address in brackets, behind the name that we gave. */
function addressIn(hello: string): string | undefined {
  const literals = hello.slice(0, MAX_BANNER).match(/\[[0-9a-f.:]{2,45}\]/gi);
  return literals?.at(-1)?.slice(1, -1);
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
