import type { Socket } from "node:net";
import type { Clock } from "../domain/net.ts";
import { TlsTrouble } from "./tls-trouble.ts";

/** A server may say this much in one session; real ones need 2 KiB. */
const MAX_DIALOGUE_BYTES = 64 * 1024;

export interface DialogueReply {
  readonly code: number;
  /** Of each line what stands behind the code, octets as latin1 text. */
  readonly lines: readonly string[];
  readonly afterMs: number;
}

/** SMTP by the line (RFC 5321 §4.2), for looking at servers rather than for sending. */
export interface Dialogue {
  /** The next reply. Rejects with TlsTrouble, or with the signal's reason. */
  read(timeoutMs: number): Promise<DialogueReply>;
  /** Sends lines at once, without waiting for a reply to each. */
  say(...lines: readonly string[]): void;
  /** Whether there is more than the replies that were read. */
  readonly hasMore: boolean;
  /** Stops listening, so that TLS can take the connection over. */
  detach(): void;
}

export function startDialogue(socket: Socket, clock: Clock, signal: AbortSignal): Dialogue {
  let unread = "";
  let totalBytes = 0;
  let saidAt = clock.monotonic();
  let end: Error | undefined;
  let stir = () => undefined as void;

  const finish = (error: Error) => {
    end ??= error;
    stir();
  };
  const onData = (chunk: Buffer) => {
    totalBytes += chunk.length;
    if (totalBytes > MAX_DIALOGUE_BYTES) {
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
    async read(timeoutMs) {
      const timer = setTimeout(
        () => finish(new TlsTrouble("timeout", "the server fell silent")),
        timeoutMs,
      );
      try {
        for (;;) {
          const reply = takeReply();
          if (reply !== undefined) return reply;
          if (end !== undefined) throw end;
          await new Promise<void>((resolve) => (stir = resolve));
        }
      } finally {
        clearTimeout(timer);
      }
    },
    say(...lines) {
      saidAt = clock.monotonic();
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

  /** A whole reply from what is unread; undefined while there is none. */
  function takeReply(): DialogueReply | undefined {
    const lines: string[] = [];
    for (let start = 0; ;) {
      const stop = unread.indexOf("\n", start);
      if (stop < 0) return undefined;
      const line = unread.slice(start, stop).replace(/\r$/, "");
      const [, code, sign] = /^(\d{3})([ -]|$)/.exec(line) ?? [];
      if (code === undefined) throw new TlsTrouble("protocol", "the server does not speak SMTP");
      lines.push(line.slice(4));
      start = stop + 1;
      if (sign === "-") continue;
      unread = unread.slice(start);
      return { code: Number(code), lines, afterMs: clock.monotonic() - saidAt };
    }
  }
}
