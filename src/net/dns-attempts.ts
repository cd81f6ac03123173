import { setTimeout as delay } from "node:timers/promises";
import { setDeadline } from "../domain/deadline.ts";
import { isReferral } from "./dns-answer.ts";
import { askTcp, askUdp, DnsTrouble } from "./dns-exchange.ts";
import type { DnsQuestion, DnsReply, ExtendedError, QueryFlags } from "./dns-message.ts";
import { REPLY_CODES } from "./dns-message.ts";
import { printable } from "./printable.ts";
import { type ServerAddress, type Servers, showServer } from "./dns-servers.ts";

export interface Asking {
  readonly servers: Servers;
  readonly question: DnsQuestion;
  readonly flags: Omit<QueryFlags, "edns">;
  /** An answer without AA is trouble. */
  readonly authoritative: boolean;
  /** For the first question to each server; later rounds wait longer. */
  readonly queryTimeoutMs: number;
}

/** A lost packet is no failure: each server is asked again, and a lone one twice again. */
const ROUNDS = 2;
const ROUNDS_FOR_ONE = 3;
/** Some server said so: it is asked no more than this often. */
const MAX_SERVFAILS = 2;
/** A resolver that is just being restarted is back in the next round. */
const ROUND_PAUSE_MS = 100;

/** The failure that says most stands for all. */
const TELLING = ["servfail", "refused", "malformed", "timeout", "unreachable"] as const;

/** Asks one server after the other until one knows; rejects with DnsTrouble when none does. */
export async function askServers(asking: Asking, signal: AbortSignal): Promise<DnsReply> {
  const servers = asking.servers.inOrder();
  const troubles = new Map<ServerAddress, DnsTrouble[]>();
  const rounds = servers.length === 1 ? ROUNDS_FOR_ONE : ROUNDS;
  for (let round = 0; round < rounds; round += 1) {
    const worthAsking = servers.filter((server) => !isHopeless(troubles.get(server) ?? []));
    if (round > 0 && worthAsking.length > 0) await pause(signal);
    for (const server of worthAsking) {
      if (signal.aborted) break;
      try {
        const timeoutMs = asking.queryTimeoutMs * (1 + round / 2);
        const reply = await askServer(server, asking, timeoutMs, signal);
        asking.servers.answered(server);
        return reply;
      } catch (error) {
        if (!(error instanceof DnsTrouble)) throw error;
        troubles.set(server, [...(troubles.get(server) ?? []), error]);
        const isDead = error.why === "timeout" || error.why === "unreachable";
        if (isDead && !signal.aborted) asking.servers.silent(server);
      }
    }
  }
  throw summary(troubles);
}

async function askServer(
  server: ServerAddress,
  asking: Asking,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<DnsReply> {
  const ask = async (edns: boolean): Promise<DnsReply> => {
    const flags = { ...asking.flags, edns };
    using overUdp = setDeadline(signal, timeoutMs);
    const reply = await askUdp(server, asking.question, flags, overUdp.signal);
    if (!reply.truncated) return reply;
    using overTcp = setDeadline(signal, timeoutMs);
    const whole = await askTcp(server, asking.question, flags, overTcp.signal);
    // Nothing is left to ask with, and what is missing may be what was asked for (RFC 2181 §9).
    if (whole.truncated) throw new DnsTrouble("malformed", "cut its answer off over TCP too");
    return whole;
  };
  let reply = await ask(true);
  // RFC 6891 §7: a server that does not know EDNS.
  if (reply.code === REPLY_CODES.FORMERR) reply = await ask(false);
  if (reply.code !== REPLY_CODES.NOERROR && reply.code !== REPLY_CODES.NXDOMAIN) {
    throw refusal(reply);
  }
  if (asking.authoritative && !reply.authoritative) {
    throw new DnsTrouble("refused", "answers, but is not authoritative");
  }
  if (asking.flags.recursion && isReferral(reply)) {
    throw new DnsTrouble("refused", "answered with a referral: it does not look names up for us");
  }
  return reply;
}

const CODE_NAMES: Readonly<Record<number, string>> = {
  1: "FORMERR",
  2: "SERVFAIL",
  4: "NOTIMP",
  5: "REFUSED",
  9: "NOTAUTH",
};

function refusal({ code, extendedErrors }: DnsReply): DnsTrouble {
  const why = code === REPLY_CODES.REFUSED || code === 9 ? "refused" : "servfail";
  const name = CODE_NAMES[code] ?? `reply code ${code}`;
  const reasons = extendedErrors.map(showExtendedError).join(", ");
  const message = reasons === "" ? `said ${name}` : `said ${name} (${reasons})`;
  return new DnsTrouble(why, message, { extendedErrors: extendedErrors.map((one) => one.code) });
}

/** RFC 8914 §4, those that tell an operator something. */
const EXTENDED_ERRORS: Readonly<Record<number, string>> = {
  1: "unsupported DNSKEY algorithm",
  2: "unsupported DS digest type",
  6: "DNSSEC bogus",
  7: "signature expired",
  8: "signature not yet valid",
  9: "DNSKEY missing",
  10: "RRSIGs missing",
  12: "NSEC missing",
  15: "blocked",
  16: "censored",
  17: "filtered",
  18: "prohibited",
  22: "no reachable authority",
  23: "network error",
};

function showExtendedError({ code, text }: ExtendedError): string {
  const name = EXTENDED_ERRORS[code] ?? `extended error ${code}`;
  const said = printable(text);
  return said === "" ? name : `${name}: ${said}`;
}

function isHopeless(troubles: readonly DnsTrouble[]): boolean {
  const servfails = troubles.filter(({ why }) => why === "servfail");
  return troubles.some(({ why }) => why === "refused") || servfails.length >= MAX_SERVFAILS;
}

function summary(troubles: ReadonlyMap<ServerAddress, readonly DnsTrouble[]>): DnsTrouble {
  const all = [...troubles.values()].flat();
  const why = TELLING.find((candidate) => all.some((trouble) => trouble.why === candidate));
  if (why === undefined) return new DnsTrouble("unreachable", "there is no server to ask");
  const texts = [...troubles].map(
    ([server, list]) => `${showServer(server)} ${list.at(-1)?.message ?? ""}`,
  );
  const codes = all.flatMap(({ extendedErrors }) => extendedErrors);
  return new DnsTrouble(why, texts.join("; "), { extendedErrors: [...new Set(codes)] });
}

async function pause(signal: AbortSignal): Promise<void> {
  // When the signal aborts nobody is asked any more, which the caller sees by itself.
  await delay(ROUND_PAUSE_MS, undefined, { signal }).catch(() => undefined);
}
