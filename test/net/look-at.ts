import type { AddressInfo } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import { onTestFinished } from "vitest";
import type { Tls, TlsServer } from "../../src/domain/tls.ts";
import { createClock } from "../../src/net/clock.ts";
import { createHostPlaces } from "../../src/net/host-places.ts";
import type { HandshakeLimits } from "../../src/net/tls-handshake.ts";
import { createTls } from "../../src/net/tls.ts";
import { createAuthority } from "../fakes/certificates.ts";

export const never = new AbortController().signal;
export const authority = createAuthority();
export const identity = authority.issue(["mail.test", "127.0.0.1"]);

/** Limits that fit a test. */
const LIMITS: Partial<HandshakeLimits> = {
  connectMs: 3000,
  greetingMs: 3000,
  replyMs: 3000,
  handshakeMs: 3000,
};

export function tlsOf(limits: Partial<HandshakeLimits> = {}): Tls {
  return createTls({
    clock: createClock(),
    places: createHostPlaces(),
    limits: { ...LIMITS, ...limits },
  });
}

export function serverAt(port: number, over: Partial<TlsServer> = {}): TlsServer {
  return {
    address: "127.0.0.1",
    port,
    tls: "implicit",
    protocol: "smtp",
    servername: "mail.test",
    ca: authority.ca,
    ...over,
  };
}

/** A TLS server on loopback; gone when the test is. */
export async function tlsServer(options: TlsOptions, staple?: Buffer): Promise<number> {
  const server = createServer({ ...identity, ...options }, (socket) => {
    socket.on("error", () => undefined);
    socket.resume();
  });
  server.on("tlsClientError", () => undefined);
  server.on("OCSPRequest", (_certificate, _issuer, answer) => answer(null, staple ?? null));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}
