import type { Socket } from "node:net";
import type { Clock } from "../domain/net.ts";
import type { ClearText } from "../domain/tls.ts";

/** How long a server may take. Some greet after 5 to 30 seconds to tire spammers. */
export interface PatienceMs {
  readonly greetingMs: number;
  readonly replyMs: number;
}

/** What it takes to talk on a connection. */
export interface Talk {
  readonly socket: Socket;
  readonly clock: Clock;
  readonly patience: PatienceMs;
  readonly signal: AbortSignal;
}

export interface StartTlsAnswer {
  readonly granted: boolean;
  readonly clear: Omit<ClearText, "isFromItself">;
  readonly detail: string;
}

/** How TLS is asked for in a protocol. All reject with TlsTrouble, or with the signal's reason. */
export interface StartTls {
  /**
   * From the greeting to the answer; with `smuggles` a command goes out in one piece behind the
   * request, which a server must not carry out.
   */
  ask(talk: Talk, smuggles: boolean): Promise<StartTlsAnswer>;
  /** Inside TLS: whether the smuggled command was carried out all the same, by its own answer. */
  isCarriedOver(talk: Talk): Promise<boolean>;
  readonly goodbye: string;
}
