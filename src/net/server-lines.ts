import type { Socket } from "node:net";
import { TlsTrouble } from "./tls-trouble.ts";

/** A server may say this much in one session; real ones need 2 KiB. */
const MAX_SESSION_BYTES = 64 * 1024;

/** What a server says, line by line, for looking at servers rather than for using them. */
export interface ServerLines {
  /** The next line without its end. Rejects with TlsTrouble, or with the signal's reason. */
  next(): Promise<string>;
  /** Until it is disposed of, the server has so long for all that is waited for. */
  within(timeoutMs: number): Disposable;
  /** Sends lines at once, without waiting for an answer to each. */
  say(...lines: readonly string[]): void;
  /** Whether there is more than what was read. */
  readonly hasMore: boolean;
  /** Stops listening, so that TLS can take the connection over. */
  detach(): void;
}

export function startLines(socket: Socket, signal: AbortSignal): ServerLines {
  let unread = "";
  let totalBytes = 0;
  let end: Error | undefined;
  let stir = () => undefined as void;

  const finish = (error: Error) => {
    end ??= error;
    stir();
  };
  const onData = (chunk: Buffer) => {
    totalBytes += chunk.length;
    if (totalBytes > MAX_SESSION_BYTES) {
      socket.destroy();
      finish(new TlsTrouble("protocol", "the server talks without end"));
      return;
    }
    unread += chunk.toString("latin1");
    stir();
  };
  const onClose = () => finish(new TlsTrouble("closed", "the server closed the connection"));
  const onAbort = () => finish(signal.reason as Error);
  socket.on("data", onData).on("close", onClose).on("end", onClose);
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();

  return {
    async next() {
      for (let searched = 0; ;) {
        const stop = unread.indexOf("\n", searched);
        if (stop >= 0) {
          const line = unread.slice(0, stop).replace(/\r$/, "");
          unread = unread.slice(stop + 1);
          return line;
        }
        if (end !== undefined) throw end;
        searched = unread.length;
        await new Promise<void>((resolve) => (stir = resolve));
      }
    },
    within(timeoutMs) {
      const timer = setTimeout(
        () => finish(new TlsTrouble("timeout", "no whole answer in time")),
        timeoutMs,
      );
      return { [Symbol.dispose]: () => clearTimeout(timer) };
    },
    say(...lines) {
      if (!socket.destroyed) socket.write(lines.map((line) => `${line}\r\n`).join(""), "latin1");
    },
    get hasMore() {
      return unread !== "";
    },
    detach() {
      signal.removeEventListener("abort", onAbort);
      socket.removeListener("data", onData).removeListener("close", onClose);
      socket.removeListener("end", onClose);
    },
  };
}
