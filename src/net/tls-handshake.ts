import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { SECOND } from "../domain/duration.ts";
import type { Clock } from "../domain/net.ts";
import type { ClearText, TlsServer } from "../domain/tls.ts";
import type { HostPlaces } from "./host-places.ts";
import { contextFor, type TlsOffer } from "./tls-offers.ts";
import { openAddress, secure } from "./tls-socket.ts";
import { START_TLS } from "./tls-protocols.ts";
import type { PatienceMs } from "./tls-starttls.ts";

export interface HandshakeLimits extends PatienceMs {
  readonly connectMs: number;
  readonly handshakeMs: number;
}

export const HANDSHAKE_LIMITS: HandshakeLimits = {
  connectMs: 10 * SECOND,
  greetingMs: 40 * SECOND,
  replyMs: 20 * SECOND,
  handshakeMs: 15 * SECOND,
};

const FAREWELL_MS = SECOND;

export interface Means {
  readonly clock: Clock;
  readonly limits: HandshakeLimits;
  readonly places: HostPlaces;
}

export type Handshake =
  | { readonly kind: "no-starttls"; readonly clear: ClearText; readonly detail: string }
  | {
      readonly kind: "secure";
      readonly socket: TLSSocket;
      readonly staple: Uint8Array | undefined;
      readonly clear: ClearText | undefined;
    };

/**
 * One connection with this offer, up to the end of the handshake, and what `use` makes of it; then
 * it is closed. Rejects with TlsTrouble, or with the signal's reason.
 */
export async function withHandshake<T>(
  server: TlsServer,
  offer: TlsOffer,
  { clock, limits, places }: Means,
  signal: AbortSignal,
  use: (handshake: Handshake) => T | Promise<T>,
  smuggles = false,
): Promise<T> {
  const asks = START_TLS[server.protocol];
  const secureContext = contextFor(offer, server.ca);
  using _place = await places(server.address, signal);
  const plain = await openAddress(server.address, server.port, limits.connectMs, signal);
  try {
    let clear: ClearText | undefined;
    if (server.tls === "starttls") {
      const talk = { socket: plain, clock, patience: limits, signal };
      const answer = await asks.ask(talk, smuggles);
      clear = { ...answer.clear, isFromItself: plain.localAddress === plain.remoteAddress };
      if (!answer.granted) {
        await sayGoodbye(plain, asks.goodbye);
        return await use({ kind: "no-starttls", clear, detail: answer.detail });
      }
    }
    const { servername } = server;
    const options = {
      secureContext,
      requestOCSP: true,
      minDHSize: 1,
      // Names are judged elsewhere: here it is about the chain alone.
      checkServerIdentity: () => undefined,
      ...(servername === undefined ? {} : { servername }),
    };
    const { socket, staple } = await secure(plain, options, limits.handshakeMs, signal);
    const seen = await use({ kind: "secure", socket, staple, clear });
    // Behind implicit TLS the server speaks first, and would take a word of ours for a breach.
    if (server.tls === "starttls") await sayGoodbye(socket, asks.goodbye);
    return seen;
  } finally {
    plain.destroy();
  }
}

/** Servers log who leaves without a word, and some lock out who does so often. */
async function sayGoodbye(socket: Socket, word: string): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, FAREWELL_MS);
    socket.end(`${word}\r\n`, () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
