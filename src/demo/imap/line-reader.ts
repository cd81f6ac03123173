import type { Socket } from "node:net";

/** Lines and counted octets off a socket, as latin1 text. Undefined: the peer is gone. */
export interface LineReader {
  readLine(): Promise<string | undefined>;
  readOctets(count: number): Promise<string | undefined>;
}

const MAX_BUFFER_BYTES = 256 * 1024;

/** A peer that sends more than the buffer takes without being read is cut off. */
export function readLines(socket: Socket): LineReader {
  let buffer = "";
  let gone = false;
  let wake: (() => void) | undefined;
  socket.on("data", (chunk: Buffer) => {
    buffer += chunk.toString("latin1");
    if (buffer.length > MAX_BUFFER_BYTES) socket.destroy();
    wake?.();
  });
  socket.once("close", () => {
    gone = true;
    wake?.();
  });

  async function take(lengthOf: () => number | undefined): Promise<string | undefined> {
    for (;;) {
      const length = lengthOf();
      if (length !== undefined) {
        const text = buffer.slice(0, length);
        buffer = buffer.slice(length);
        return text;
      }
      if (gone) return undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  return {
    async readLine() {
      const line = await take(() => {
        const end = buffer.indexOf("\r\n");
        return end < 0 ? undefined : end + 2;
      });
      return line?.slice(0, -2);
    },
    readOctets: (count) => take(() => (buffer.length < count ? undefined : count)),
  };
}
