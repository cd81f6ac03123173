import type { DetailedPeerCertificate } from "node:tls";
import type { TlsLook, TlsServer, TlsSession } from "../domain/tls.ts";
import { type Handshake, type Means, withHandshake } from "./tls-handshake.ts";
import { MODERN, OLD, type TlsOffer } from "./tls-offers.ts";
import { TlsTrouble } from "./tls-trouble.ts";

/** Certificates kept of a chain; real ones have two to four. */
const MAX_CHAIN = 10;

/** Looks once with what is in use today and, should that be declined, once with all we have. */
export async function lookAt(
  server: TlsServer,
  means: Means,
  signal: AbortSignal,
): Promise<TlsLook> {
  const modern = await lookWith(MODERN, server, means, signal);
  const isDeclined =
    modern.kind === "refused" || (modern.kind === "failed" && modern.why === "closed");
  if (!isDeclined) return modern;
  const old = await lookWith(OLD, server, means, signal);
  return old.kind === "seen" || old.kind === "refused" ? old : modern;
}

async function lookWith(
  offer: TlsOffer,
  server: TlsServer,
  means: Means,
  signal: AbortSignal,
): Promise<TlsLook> {
  try {
    return await withHandshake(server, offer, means, signal, sight);
  } catch (error) {
    if (!(error instanceof TlsTrouble)) throw error;
    return answerTo(error);
  }
}

function answerTo({ why, message }: TlsTrouble): TlsLook {
  if (why === "refused") return { kind: "refused", detail: message };
  if (why === "garbled") {
    return { kind: "refused", detail: `what answers is no TLS that we understand (${message})` };
  }
  if (why === "incapable") {
    return { kind: "failed", why: "protocol", detail: `our own OpenSSL declined (${message})` };
  }
  return { kind: "failed", why, detail: message };
}

function sight(handshake: Handshake): TlsLook {
  if (handshake.kind === "no-starttls") return handshake;
  const { socket, stapled, clear } = handshake;
  const session: TlsSession = {
    version: socket.getProtocol() ?? "",
    cipher: socket.getCipher().name,
    chain: chainOf(socket.getPeerCertificate(true)),
    // An error is declared, and a code is what comes.
    distrust: socket.authorized ? undefined : String(socket.authorizationError),
    stapled,
    clear,
  };
  return { kind: "seen", session };
}

function chainOf(leaf: DetailedPeerCertificate): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  let next: DetailedPeerCertificate | undefined = leaf;
  while (next?.raw !== undefined && chain.length < MAX_CHAIN) {
    chain.push(next.raw);
    const issuer: DetailedPeerCertificate | undefined = next.issuerCertificate;
    // The last of a chain is its own issuer, or has none.
    next = issuer?.raw === undefined || issuer.raw.equals(next.raw) ? undefined : issuer;
  }
  return chain;
}
