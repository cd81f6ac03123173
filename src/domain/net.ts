import type { SignatureCheck, SmtpReply } from "./canary.ts";
import type { Dns } from "./dns.ts";
import type { Credentials } from "./endpoint.ts";
import type { Https } from "./https.ts";
import type { Route } from "./route.ts";
import type { Seed } from "./seed.ts";
import type { Seen } from "./seen.ts";
import type { SmtpFaces } from "./smtp-face.ts";
import type { Tls } from "./tls.ts";

/**
 * The outside world as probes see it: implemented in `net/`, and the only way out.
 * Operating errors are part of the answers; what is thrown besides is a bug.
 */
export interface Net {
  readonly clock: Clock;
  readonly submission: Submission;
  readonly mailboxes: Mailboxes;
  readonly signatures: Signatures;
  readonly dns: Dns;
  readonly tls: Tls;
  readonly https: Https;
  readonly smtpFaces: SmtpFaces;
  readonly seen: Seen;
}

export interface Clock {
  /** Wall clock, milliseconds since the epoch; may jump. For stamps. */
  now(): number;
  /** Milliseconds from an arbitrary start; never jumps. For time-outs and durations. */
  monotonic(): number;
  /** Resolves after `ms`, rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Hands one message to the route's submission server (RFC 6409). Never retries by itself. */
export interface Submission {
  submit(route: Route, mail: OutgoingMail, signal: AbortSignal): Promise<SubmissionAnswer>;
}

export interface OutgoingMail {
  readonly envelopeFrom: string;
  /** Exactly one: a canary never shares its envelope. */
  readonly recipient: string;
  /** Complete RFC 5322 message, CRLF line ends. */
  readonly message: string;
}

export type SubmissionAnswer = { readonly durationMs: number } & (
  | { readonly kind: "accepted"; readonly reply: SmtpReply }
  /** 5xx: the server will not have it. */
  | { readonly kind: "refused"; readonly reply: SmtpReply; readonly stage: SubmissionStage }
  /** 4xx, or no session at all: it has certainly not gone, and may be tried again. */
  | {
      readonly kind: "deferred";
      readonly reply: SmtpReply | undefined;
      readonly reason: string;
      readonly stage: SubmissionStage;
    }
  /** The connection died or fell silent after DATA began: it may have gone. Never send again. */
  | { readonly kind: "uncertain"; readonly reason: string }
);

export type SubmissionStage = "connect" | "tls" | "login" | "sender" | "recipient" | "data";

/** Opens seed mailboxes over IMAP (RFC 9051, RFC 3501). */
export interface Mailboxes {
  /** Connects and logs in; the signal ends the session, whatever it is doing. Throws MailboxError. */
  open(seed: Seed, signal: AbortSignal): Promise<MailboxSession>;
  /** When the newest access token of these credentials ends; undefined: none yet or not OAuth2. */
  tokenExpiresAt(auth: Credentials): number | undefined;
}

/** One connection. Read-only: folders are opened with EXAMINE, bodies fetched with PEEK. */
export interface MailboxSession extends AsyncDisposable {
  /** Upper-cased, as the server announced them after login. */
  readonly capabilities: ReadonlySet<string>;
  /** TCP, TLS and login together. */
  readonly loginDurationMs: number;
  /** Every folder that can be selected. */
  folders(): Promise<readonly Folder[]>;
  /** Opens a folder with EXAMINE; the calls below speak of it. */
  examine(path: string): Promise<FolderState>;
  /**
   * A look at messages of the open folder: those with a UID above `afterUid` and, where `since` is
   * given, stored on that day or later. Newest first, at most `limit`.
   */
  glance(query: GlanceQuery): Promise<readonly Glimpse[]>;
  /** The message's first `maxBytes`, or undefined when it is gone. */
  read(uid: number, maxBytes: number): Promise<StoredMessage | undefined>;
  /**
   * Which of Gmail's categories holds the message (X-GM-RAW, needs X-GM-EXT-1);
   * undefined: primary, or the server has no categories.
   */
  category(uid: number): Promise<string | undefined>;
  /**
   * Waits for news in the open folder: IDLE (RFC 2177) where offered. Resolves at the latest after
   * `maxWaitMs`, and at once when `wake` aborts; the session stays usable either way.
   */
  news(maxWaitMs: number, wake: AbortSignal): Promise<void>;
  /** Asks the server for news at once (NOOP). */
  poke(): Promise<void>;
  /** RFC 9208 STORAGE quota of INBOX; undefined where the server tells none. */
  quota(): Promise<Quota | undefined>;
  /**
   * Deletes messages of a folder by UID, unless the folder was rebuilt since `state`.
   * The one call that writes; used for retention alone.
   */
  remove(path: string, state: FolderState, uids: readonly number[]): Promise<void>;
}

export interface Folder {
  /** Decoded from modified UTF-7. */
  readonly path: string;
  readonly delimiter: string | undefined;
  /** RFC 6154 attribute with its backslash, e.g. `\Junk`; undefined where the server gives none. */
  readonly specialUse: string | undefined;
}

export interface FolderState {
  /** Changes when the folder was rebuilt: UIDs seen before mean nothing then (RFC 9051 §2.3.1.1). */
  readonly uidValidity: string;
  readonly uidNext: number;
  readonly exists: number;
}

export interface GlanceQuery {
  readonly afterUid: number;
  readonly since: number | undefined;
  readonly limit: number;
}

export interface Glimpse {
  readonly uid: number;
  readonly storedAt: number;
  readonly sizeBytes: number;
  /** Without angle brackets; undefined where the message has none. */
  readonly messageId: string | undefined;
  /** The canary token header's value, where there is one. */
  readonly token: string | undefined;
}

export interface StoredMessage {
  /** Raw octets as latin1 text: one character an octet, so that nothing is lost or guessed. */
  readonly raw: string;
  /** False when the message is longer than what was read. */
  readonly complete: boolean;
}

export interface Quota {
  readonly usedBytes: number;
  readonly limitBytes: number;
}

/** A mailbox could not be used. `reason` is a closed list, `message` tells the operator what to do. */
export class MailboxError extends Error {
  override readonly name = "MailboxError";
  readonly reason: MailboxErrorReason;

  constructor(reason: MailboxErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export type MailboxErrorReason =
  "unreachable" | "tls" | "login" | "timeout" | "protocol" | "too-large" | "no-folder" | "aborted";

/** Verifies signatures on a message as it lies in the mailbox. */
export interface Signatures {
  /** Every DKIM signature of the message; never throws, a broken message has an empty list. */
  verifyDkim(raw: string, signal: AbortSignal): Promise<readonly SignatureCheck[]>;
}
