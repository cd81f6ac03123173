import { MINUTE, SECOND } from "../domain/duration.ts";

const MIB = 1024 * 1024;

/** What one IMAP session may take of our time and memory, whatever the server does. */
export interface ImapLimits {
  /** From the first packet to the end of the login. */
  readonly loginMs: number;
  /** One command, from sending it to its tagged answer. */
  readonly commandMs: number;
  /** The polite end of a session; then it is cut. */
  readonly logoutMs: number;
  /** How often a server without IDLE is asked for news. */
  readonly pollMs: number;
  /** RFC 2177 says below 29 minutes; some providers and many routers forget a session earlier. */
  readonly reIdleMs: number;
  /** The least time between two pieces of news, for servers that never stop telling some. */
  readonly newsPauseMs: number;
  /** What a call may receive besides the message bytes that it asks for. */
  readonly callBytes: number;
  /** What a session may receive in its whole life. */
  readonly sessionBytes: number;
}

export const IMAP_LIMITS: ImapLimits = {
  loginMs: 30 * SECOND,
  commandMs: MINUTE,
  logoutMs: 2 * SECOND,
  pollMs: 15 * SECOND,
  reIdleMs: 4 * MINUTE,
  newsPauseMs: 100,
  callBytes: MIB,
  sessionBytes: 512 * MIB,
};

/** The longest part of a message that one read may ask for. */
export const MAX_READ_BYTES = 16 * MIB;
/** The longest line; a LIST or FETCH row has a few hundred bytes, a SEARCH answer 7 a message. */
export const MAX_LINE_BYTES = MIB;
/** Parsed pieces of one response; each takes a hundred bytes of memory. */
export const MAX_RESPONSE_TOKENS = 20_000;
