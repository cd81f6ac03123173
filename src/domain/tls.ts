import type { MailProtocol } from "./endpoint.ts";

/**
 * The TLS of servers as probes see it; implemented in `net/`. Answers are unions, nothing operational
 * is thrown. Asked again soon, the last answer is given again; no host sees many connections at once.
 */
export interface Tls {
  /** What this machine's own name service says of a host, IPv4 and IPv6; an address is its own. */
  addressesOf(host: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Connects as a modern mail server does and, should TLS fail, once more as an old one. */
  look(server: TlsServer, signal: AbortSignal): Promise<TlsLook>;
  /** What else the server agrees to: about eight connections, so not asked more often than every few hours. */
  survey(server: TlsServer, signal: AbortSignal): Promise<TlsSurvey>;
}

/** One address of one server. */
export interface TlsServer {
  readonly address: string;
  readonly port: number;
  readonly tls: "implicit" | "starttls";
  /** What is spoken before STARTTLS. */
  readonly protocol: MailProtocol;
  /** Sent as SNI (RFC 6066 §3); undefined where only an address is known. */
  readonly servername: string | undefined;
  /** PEM; trusted besides the system's authorities. */
  readonly ca: string | undefined;
}

export type TlsLook =
  | { readonly kind: "seen"; readonly session: TlsSession }
  /** The server does not offer STARTTLS, or declines it. */
  | { readonly kind: "no-starttls"; readonly clear: ClearText; readonly detail: string }
  /** It answers, but no TLS comes about, old versions tried as well. */
  | { readonly kind: "refused"; readonly detail: string }
  /** Nobody knows. */
  | { readonly kind: "failed"; readonly why: TlsFailure; readonly detail: string };

/**
 * `no-route`: this machine has no way to that network, IPv6 mostly. `rejected`: the server will not
 * talk to us at all (4xx or 5xx in place of its greeting).
 */
export type TlsFailure =
  "no-route" | "unreachable" | "timeout" | "closed" | "protocol" | "rejected";

export interface TlsSession {
  /** `TLSv1.3` spelling. */
  readonly version: string;
  readonly cipher: string;
  /** DER, the server's own certificate first, then each one's issuer, as far as the server sent it. */
  readonly chain: readonly Uint8Array[];
  /** OpenSSL's code for what is wrong with the chain, names apart; undefined: it is trusted. */
  readonly distrust: string | undefined;
  /** The response of OCSP that came with it (RFC 6066 §8), DER; undefined: there was none. */
  readonly staple: Uint8Array | undefined;
  /** What was said before TLS; undefined where TLS came first. */
  readonly clear: ClearText | undefined;
}

/** What a server said before STARTTLS (RFC 3207, RFC 9051 §6.2.1; STLS of RFC 2595 in POP3). */
export interface ClearText {
  /** Of EHLO, CAPABILITY or CAPA: keywords with their parameters, upper-cased. */
  readonly capabilities: readonly string[];
  /** It sees us at its own address, and some servers ask less of their own machine. */
  readonly isFromItself: boolean;
  /** Bytes came in the clear behind the answer to STARTTLS: somebody slips in answers. */
  readonly saidMore: boolean;
}

export const TLS_VERSIONS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;
export type TlsVersion = (typeof TLS_VERSIONS)[number];

export type Offer = "offered" | "refused" | "unknown";

export interface TlsSurvey {
  readonly versions: Readonly<Record<TlsVersion, Offer>>;
  /** Suites without encryption. */
  readonly nullSuites: Offer;
  /** Suites without a certificate. */
  readonly anonymousSuites: Offer;
  /** Size of the server's group for finite-field DHE; undefined: not offered, or not told. */
  readonly dhBits: number | undefined;
  /** A command that was sent in the clear behind STARTTLS is carried out inside TLS. */
  readonly injection: "open" | "closed" | "unknown";
}
