import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** How a connection is cut: after so many bytes of the server's, at once or in the next turn. */
export interface Cut {
  readonly afterBytes: number;
  /** Lets the bytes through before the reset. */
  readonly delivers: boolean;
}

/** Stands before a server on loopback and resets each connection (RST, as a dying host does). */
export async function resettingProxy(
  serverPort: number,
  cut: () => Cut,
): Promise<AsyncDisposable & { readonly port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const { afterBytes, delivers } = cut();
    const behind = connect(serverPort, "127.0.0.1");
    let seenBytes = 0;
    const hangUp = () => {
      behind.destroy();
      client.resetAndDestroy();
    };
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        behind.destroy();
      });
    }
    client.on("data", (chunk: Buffer) => behind.write(chunk));
    behind.on("data", (chunk: Buffer) => {
      seenBytes += chunk.length;
      const isOver = seenBytes >= afterBytes;
      if (isOver && !delivers) hangUp();
      else if (isOver) client.write(chunk, () => setImmediate(hangUp));
      else client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
