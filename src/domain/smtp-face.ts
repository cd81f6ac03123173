import type { TlsFailure } from "./tls.ts";

/** What an SMTP server shows to strangers; implemented in `net/`. Nothing is ever sent. */
export interface SmtpFaces {
  /**
   * One session: greeting, EHLO, envelopes that must be refused, VRFY, QUIT; in the clear where TLS is
   * asked for, and once more behind STARTTLS where the server judges envelopes there only.
   */
  look(server: SmtpServer, signal: AbortSignal): Promise<SmtpFace>;
}

export interface SmtpServer {
  readonly address: string;
  readonly port: number;
  readonly tls: "implicit" | "starttls";
  /** Sent as SNI (RFC 6066 §3); undefined where only an address is known. */
  readonly servername: string | undefined;
  /** A domain that the server takes mail for; the sender of one of the envelopes. */
  readonly domain: string;
}

export type SmtpFace =
  | {
      readonly kind: "seen";
      /** Our own address towards the server. */
      readonly localAddress: string | undefined;
      /** Our address as the server sees it, where its answer to EHLO has it. */
      readonly seenAs: string | undefined;
      /** The name in the greeting, lower-cased (RFC 5321 §4.2); undefined where it is none. */
      readonly bannerName: string | undefined;
      /** The whole greeting, one line. */
      readonly banner: string;
      /** The name in the answer to EHLO, lower-cased; undefined where it is none. */
      readonly heloName: string | undefined;
      readonly greetingMs: number;
      /** The slowest of the other replies; one that never came counts for as long as was waited. */
      readonly slowestReplyMs: number;
      /** RFC 1870; undefined where not told, 0: no limit. */
      readonly sizeLimitBytes: number | undefined;
      /** Reply code to VRFY postmaster; undefined where there was none. */
      readonly vrfyCode: number | undefined;
      readonly relay: readonly RelayTry[];
    }
  | { readonly kind: "failed"; readonly why: TlsFailure; readonly detail: string };

/** What came of an envelope to a domain that is not the server's. */
export interface RelayTry {
  readonly sender: string;
  readonly recipient: string;
  /** `unknown`: neither taken nor refused for good. */
  readonly outcome: "accepted" | "refused" | "unknown";
  /** The reply, as one line. */
  readonly reply: string;
}
