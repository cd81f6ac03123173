import type { X509Certificate } from "node:crypto";
import type { TlsLook, TlsServer, TlsSession } from "../domain/tls.ts";
import { type Handshake, type Means, withHandshake } from "./tls-handshake.ts";
import { MODERN, OLD, type TlsOffer } from "./tls-offers.ts";
import { TlsTrouble } from "./tls-trouble.ts";

/** Certificates that are heeded; real servers send two to four. */
const MAX_CERTIFICATES = 20;

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
  const { socket, staple, clear } = handshake;
  const session: TlsSession = {
    version: socket.getProtocol() ?? "",
    cipher: socket.getCipher().name,
    chain: chainOf(sentBy(socket.getPeerX509Certificate())),
    // An error is declared, and a code is what comes.
    distrust: socket.authorized ? undefined : String(socket.authorizationError),
    staple,
    clear,
  };
  return { kind: "seen", session };
}

/**
 * What the server sent, as it sent it. `getPeerCertificate` would add what our own store has, which
 * an anchor of DANE must not come from (RFC 7671 §5.2.2).
 */
function sentBy(leaf: X509Certificate | undefined): readonly X509Certificate[] {
  const sent: X509Certificate[] = [];
  for (let each = leaf; each && sent.length < MAX_CERTIFICATES; each = each.issuerCertificate) {
    sent.push(each);
  }
  return sent;
}

/** Servers send them in any order, and others besides. */
function chainOf([leaf, ...others]: readonly X509Certificate[]): readonly Uint8Array[] {
  const chain: X509Certificate[] = [];
  const rest = new Set(others);
  for (let next = leaf; next !== undefined;) {
    const last = next;
    chain.push(last);
    rest.delete(last);
    // The last of a chain is its own issuer, or has none.
    next = last.checkIssued(last) ? undefined : [...rest].find((each) => last.checkIssued(each));
  }
  return chain.map(({ raw }) => raw);
}
