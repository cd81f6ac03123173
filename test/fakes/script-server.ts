import { createServer, type AddressInfo, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A server on loopback that does to each connection whatever the test says. */
export interface ScriptServer {
  readonly port: number;
  readonly connections: readonly Socket[];
  /** Resolves when every connection so far has been closed. */
  allClosed(): Promise<void>;
}

/** Starts it for the running test; it is gone when the test is. */
export async function scriptServer(script: (socket: Socket) => void): Promise<ScriptServer> {
  const connections: Socket[] = [];
  const server = createServer((socket) => {
    connections.push(socket);
    socket.on("error", () => undefined);
    script(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of connections) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    async allClosed() {
      await Promise.all(connections.map(closed));
    },
  };
}

function closed(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve();
  return new Promise((resolve) => socket.once("close", () => resolve()));
}

/** Calls back for each line that the client sends, without its line end. */
export function onLine(socket: Socket, callback: (line: string) => void): void {
  let rest = "";
  socket.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString("latin1")).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) callback(line);
  });
}

/** Writes the text as often and as fast as the client reads it. */
export function flood(socket: Socket, text: string): void {
  const chunk = text.repeat(1_000);
  const more = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on("drain", more);
  more();
}
