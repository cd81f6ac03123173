import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { TlsIdentity } from "../certificate.ts";
import { type ImapRules, serveSession } from "./session.ts";

/** An IMAP server (a part of RFC 3501 and RFC 9051) on the loopback interface. */
export interface ImapServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Cuts every connection and every new one, or lets them in again. */
  setDown(down: boolean): void;
}

const MAX_CONNECTIONS = 100;

/** With an identity it speaks TLS from the first byte (RFC 8314), without one it never does. */
export async function startImapServer(rules: ImapRules, tls?: TlsIdentity): Promise<ImapServer> {
  const sockets = new Set<Socket>();
  let down = false;
  const serve = (socket: Socket): void => void serveSession(socket, rules);
  // Answers of several short lines would wait for each other's acknowledgement.
  const noDelay = true;
  const server =
    tls === undefined
      ? createServer({ noDelay }, serve)
      : createTlsServer({ ...tls, noDelay }, serve);
  server.on("connection", (socket: Socket) => {
    if (down) socket.destroy();
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.maxConnections = MAX_CONNECTIONS;
  const host = "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not a TCP server");
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    host,
    port: address.port,
    setDown(value) {
      down = value;
      if (down) hangUp();
    },
    async [Symbol.asyncDispose]() {
      hangUp();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
