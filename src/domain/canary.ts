/** Where in the mailbox a canary was found. `tab` is the inbox behind a provider's category. */
export type Placement = "inbox" | "tab" | "spam" | "other";

/** How a canary ended. Each ends exactly once. */
export const OUTCOMES = [
  "inbox",
  "tab",
  "spam",
  "other",
  "missing",
  "refused",
  "bounced",
  "unknown",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/**
 * The step of its life a canary is in.
 * `planned`: on disk, no byte sent. `attempting`: talking to our server; after a crash this means
 * it may have gone. `submitted`: our server took it. `uncertain`: it may have gone. `ended`: decided.
 */
type Phase = "planned" | "attempting" | "submitted" | "uncertain" | "ended";

/** One message on one route to one seed. Times are wall clock, milliseconds since the epoch. */
export interface Canary {
  /** Opaque and public: shown on the page and as exemplar, tells nothing about the message. */
  readonly id: string;
  readonly route: string;
  readonly provider: string;
  readonly seed: string;
  readonly template: string;
  /** Without angle brackets (RFC 5322 §3.6.4). */
  readonly messageId: string;
  /** Known to us and the message alone; a message without it is not our canary. */
  readonly token: string;
  readonly phase: Phase;
  readonly plannedAt: number;
  /** How often we began to hand it over. */
  readonly attempts: number;
  /** When our server accepted it; for an uncertain canary, when the attempt went dark. */
  readonly submittedAt: number | undefined;
  /** The newest answer of our server. */
  readonly reply: SmtpReply | undefined;
  /** Passed the late deadline without having been seen. */
  readonly late: boolean;
  readonly outcome: Outcome | undefined;
  readonly endedAt: number | undefined;
  /** What the mailbox showed; after *missing* or *unknown* also of one that came very late. */
  readonly arrival: Arrival | undefined;
}

/** An SMTP reply (RFC 5321 §4.2) with the enhanced status code of RFC 3463. */
export interface SmtpReply {
  readonly code: number;
  /** `5.7.1`, where the server gave one. */
  readonly enhanced: string | undefined;
  /** The text behind the codes, lines joined by a blank; cut at 500 characters. */
  readonly text: string;
  /** The server's own name for the message, where the reply tells it. */
  readonly queueId: string | undefined;
}

/** What the receiver's mailbox told about a canary. */
export interface Arrival {
  readonly placement: Placement;
  /** Decoded folder path, as a mail client shows it. */
  readonly folder: string;
  /** The provider's category, for placement `tab`. */
  readonly tab: string | undefined;
  /** IMAP INTERNALDATE: when the receiver stored it, by the receiver's clock, whole seconds. */
  readonly storedAt: number;
  readonly seenAt: number;
  readonly hops: readonly Hop[];
  /** The trusted Authentication-Results header bodies, unfolded, as the receiver wrote them. */
  readonly authenticationResults: readonly string[];
  readonly authentication: readonly MethodResult[];
  /** DKIM as the message lies in the mailbox, by our own verification; undefined: not tried. */
  readonly secondOpinion: readonly SignatureCheck[] | undefined;
  readonly spamVerdicts: readonly SpamVerdict[];
  /** TLS of the last hop into the receiver, where it wrote it down. */
  readonly tls: TransportSecurity | undefined;
  /** The identity that left, as the receiver saw it. */
  readonly exit: ExitIdentity | undefined;
}

/** One Received field (RFC 5321 §4.4), newest first in lists. */
export interface Hop {
  /** Name given in HELO/EHLO by the sender of this hop. */
  readonly helo: string | undefined;
  /** Reverse name that the receiver of this hop looked up. */
  readonly reverseName: string | undefined;
  readonly ip: string | undefined;
  readonly by: string | undefined;
  /** `ESMTPS`, `LMTP` ... (RFC 3848). */
  readonly protocol: string | undefined;
  readonly tls: TransportSecurity | undefined;
  /** Undefined where the date could not be read. */
  readonly at: number | undefined;
}

export interface TransportSecurity {
  /** `TLSv1.3` spelling; undefined where only the cipher or the fact of TLS is told. */
  readonly version: string | undefined;
  readonly cipher: string | undefined;
}

/** Who delivered to the receiver: what blocklists, PTR and SPF are asked about. */
export interface ExitIdentity {
  readonly ip: string;
  readonly family: "ipv4" | "ipv6";
  readonly helo: string | undefined;
  readonly reverseName: string | undefined;
  /** Nobody saw it leave: what makes us think that mail does, e.g. `address of the MX host mx.test`. */
  readonly guessedFrom?: string;
}

/** One `method=result` of an Authentication-Results field (RFC 8601 §2.2), lower-cased. */
export interface MethodResult {
  readonly method: string;
  readonly result: string;
  readonly reason: string | undefined;
  /** `ptype.property` to value, e.g. `header.d` to `example.org`. */
  readonly properties: Readonly<Record<string, string>>;
}

/** Our own verification of one DKIM-Signature (RFC 6376 §3.9 and §6). */
export interface SignatureCheck {
  readonly domain: string;
  readonly selector: string;
  readonly result: "pass" | "fail" | "temperror" | "permerror";
  /** Why, in words: `body hash did not verify`, `no key`. */
  readonly detail: string | undefined;
}

/** A score that a receiver's filter wrote into the message. */
export interface SpamVerdict {
  /** `rspamd`, `spamassassin`, `microsoft`, ... from a closed list. */
  readonly filter: string;
  readonly score: number | undefined;
  readonly threshold: number | undefined;
  /** What the filter decided, where it says so. */
  readonly spam: boolean | undefined;
}
