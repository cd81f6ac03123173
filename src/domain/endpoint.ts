import type { Secret } from "./secret.ts";

/**
 * `implicit`: TLS from the first byte (ports 465, 993; RFC 8314).
 * `starttls`: required, never skipped when the server does not offer it.
 * `none`: plain text, only ever because the operator wrote it.
 */
export type TlsMode = "implicit" | "starttls" | "none";

/** What servers speak: mail between servers, from users to their own, and what mail is read with. */
export type MailProtocol = "smtp" | "submission" | "imap" | "pop3";

/** A server of the operator's that is looked at, besides those that mail is seen to go through. */
export interface WatchedEndpoint {
  readonly host: string;
  readonly port: number;
  readonly protocol: MailProtocol;
  readonly tls: Exclude<TlsMode, "none">;
  /** The name the certificate must carry, where it differs from `host`. */
  readonly servername: string | undefined;
  /** PEM; trusted besides the system's authorities. */
  readonly ca: string | undefined;
}

/** A server of the operator's or of a provider that we log in to. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsMode;
  /** The name the certificate must carry, where it differs from `host`. */
  readonly servername: string | undefined;
  /** PEM; trusted besides the system's authorities, for servers with a private one. */
  readonly ca: string | undefined;
  readonly auth: Credentials | undefined;
}

export type Credentials = PasswordCredentials | OAuth2Credentials;

export interface PasswordCredentials {
  readonly kind: "password";
  readonly user: string;
  readonly password: Secret;
  /** SASL mechanism; undefined takes the server's best of PLAIN and LOGIN. */
  readonly method: "plain" | "login" | undefined;
}

/** A refresh token that is exchanged for short-lived access tokens (RFC 6749 §6), sent as XOAUTH2. */
export interface OAuth2Credentials {
  readonly kind: "oauth2";
  readonly user: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: Secret | undefined;
  readonly refreshToken: Secret;
  readonly scope: string | undefined;
}

/** `host:port`, an IPv6 address in brackets (RFC 3986 §3.2.2): how servers are named everywhere. */
export function serverName({ host, port }: Pick<Endpoint, "host" | "port">): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
