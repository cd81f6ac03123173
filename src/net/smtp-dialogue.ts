import type { Socket } from "node:net";
import type { Clock } from "../domain/net.ts";
import { startLines } from "./server-lines.ts";
import { TlsTrouble } from "./tls-trouble.ts";

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
  const server = startLines(socket, signal);
  let saidAt = clock.monotonic();
  return {
    async read(timeoutMs) {
      using _ = server.within(timeoutMs);
      const lines: string[] = [];
      for (;;) {
        const line = await server.next();
        const [, code, sign] = /^(\d{3})([ -]|$)/.exec(line) ?? [];
        if (code === undefined) throw new TlsTrouble("protocol", "the server does not speak SMTP");
        lines.push(line.slice(4));
        if (sign === "-") continue;
        return { code: Number(code), lines, afterMs: clock.monotonic() - saidAt };
      }
    },
    say(...lines) {
      saidAt = clock.monotonic();
      server.say(...lines);
    },
    get hasMore() {
      return server.hasMore;
    },
    detach: () => server.detach(),
  };
}
