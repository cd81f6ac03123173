import { createServer, type Socket } from "node:net";
import { type ImapRules, serveSession } from "./session.ts";

/** An IMAP server (a part of RFC 3501 and RFC 9051) on the loopback interface. */
export interface ImapServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Cuts every connection and every new one, or lets them in again. */
  setDown(down: boolean): void;
}

const MAX_CONNECTIONS = 100;

export async function startImapServer(rules: ImapRules): Promise<ImapServer> {
  const sockets = new Set<Socket>();
  let down = false;
  const server = createServer({ noDelay: true }, (socket) => {
    if (down) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    void serveSession(socket, rules);
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
