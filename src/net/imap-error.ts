import type { ImapFlowError } from "imapflow";
import type { Credentials, Endpoint } from "../domain/endpoint.ts";
import { MailboxError, type MailboxErrorReason } from "../domain/net.ts";
import { loginAdvice } from "./imap-login-advice.ts";
import { AuthenticationFailure } from "./mail-packages.ts";
import { printable } from "./printable.ts";

/** Codes of imapflow and of Node; what is not listed is a matter of the protocol. */
const REASONS: Readonly<Record<string, MailboxErrorReason>> = {
  CONNECT_TIMEOUT: "timeout",
  GREETING_TIMEOUT: "timeout",
  UPGRADE_TIMEOUT: "timeout",
  ETIMEOUT: "timeout",
  ETIMEDOUT: "unreachable",
  ECONNREFUSED: "unreachable",
  ECONNRESET: "unreachable",
  EPIPE: "unreachable",
  EHOSTUNREACH: "unreachable",
  ENETUNREACH: "unreachable",
  ENETDOWN: "unreachable",
  EADDRNOTAVAIL: "unreachable",
  ENOTFOUND: "unreachable",
  EAI_AGAIN: "unreachable",
  NoConnection: "unreachable",
  EConnectionClosed: "unreachable",
  StateLogout: "unreachable",
  ClosedAfterConnectText: "unreachable",
  ClosedAfterConnectTLS: "unreachable",
  ETHROTTLE: "unreachable",
  LiteralTooLarge: "too-large",
  LineTooLarge: "too-large",
  ResponseTooLarge: "too-large",
  TooManyTokens: "too-large",
  TooManyResponses: "too-large",
  STARTTLS_INJECTION: "tls",
  EPROTO: "tls",
};
/** What to call a code that means nothing to an operator. */
const WORDS: Readonly<Record<string, string>> = {
  CONNECT_TIMEOUT: "no connection",
  GREETING_TIMEOUT: "no greeting",
  UPGRADE_TIMEOUT: "no TLS",
  NoConnection: "it closed the connection",
  EConnectionClosed: "it closed the connection",
  StateLogout: "it closed the connection",
  ClosedAfterConnectText: "it closed the connection",
  ClosedAfterConnectTLS: "it closed the connection",
  ETHROTTLE: "it slows us down",
};
/** OpenSSL's and Node's names for a certificate or a handshake that will not do. */
const TLS_CODE =
  /^(?:ERR_SSL_|ERR_TLS_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH)/;
/** RFC 5530 §3 and what Gmail, Microsoft and Dovecot say when one logs in too often at once. */
const TOO_MANY =
  /too many|maximum number of connections|concurrent|simultaneous|rate.?limit|throttl|overloaded|try (?:again|later)|authenticated but not connected/i;

/** Whom the errors are about, and what must never be in them. */
export interface Circumstances {
  readonly endpoint: Endpoint;
  readonly auth: Credentials;
  readonly secrets: readonly string[];
}

/** What went wrong, and what the operator can do about it. Never holds a secret. */
export function explain(error: unknown, about: Circumstances): MailboxError {
  if (error instanceof MailboxError) return error;
  const failure = asImapError(error);
  const { code } = failure;
  const server = `${about.endpoint.host}:${about.endpoint.port}`;
  const said = printable(spoken(failure) ?? failure.reason ?? "", about.secrets);
  if (isLoginRefusal(error, failure)) {
    if (isBusy(said, failure.serverResponseCode)) return busy(server, said);
    return new MailboxError("login", loginAdvice(about, said));
  }
  if (isTlsFailure(failure)) {
    return new MailboxError("tls", tlsAdvice(server, about.endpoint, code, failure.message));
  }
  const reason = REASONS[code ?? ""] ?? "protocol";
  if (reason === "unreachable" && said !== "" && isBusy(said, undefined)) return busy(server, said);
  return new MailboxError(
    reason,
    advice(reason, server, said, WORDS[code ?? ""] ?? code ?? failure.responseStatus),
  );
}

/** The server ended the session; `bye` is its parting word. */
export function explainClose(bye: string | undefined, about: Circumstances): MailboxError {
  const code = "ClosedAfterConnectText";
  return explain(Object.assign(new Error("closed"), { code, reason: bye }), about);
}

function asImapError(error: unknown): ImapFlowError {
  return error instanceof Error ? error : new Error(String(error));
}

/** The server's own words. */
function spoken({ responseText, response }: ImapFlowError): string | undefined {
  return responseText ?? (typeof response === "string" ? response : undefined);
}

function isLoginRefusal(error: unknown, failure: ImapFlowError): boolean {
  return (
    error instanceof AuthenticationFailure ||
    failure.authenticationFailed === true ||
    failure.message === "Unsupported authentication mechanism"
  );
}

/** A connection that is lost in the middle of the handshake tells nothing about TLS. */
function isTlsFailure({ tlsFailed, code = "" }: ImapFlowError): boolean {
  const reason = REASONS[code];
  return reason === "tls" || TLS_CODE.test(code) || (tlsFailed === true && reason === undefined);
}

function isBusy(said: string, code: string | undefined): boolean {
  return TOO_MANY.test(said) || code === "UNAVAILABLE" || code === "LIMIT" || code === "INUSE";
}

function busy(server: string, said: string): MailboxError {
  return new MailboxError(
    "unreachable",
    `${server} lets us in no more for now (${said}): it limits sessions or logins. Mailcanary ` +
      "tries again later; if it stays, look for other programs that use this mailbox.",
  );
}

function tlsAdvice(
  server: string,
  { tls }: Endpoint,
  code: string | undefined,
  message: string,
): string {
  if (code === undefined || code === "STARTTLS_INJECTION") {
    return `No TLS with ${server} (${message}). Mailcanary does not log in without: try tls: implicit with port 993.`;
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL_")) {
    const other = tls === "implicit" ? "starttls (port 143)" : "implicit (port 993)";
    return `No TLS with ${server} (${code}): check the port, or try tls: ${other}.`;
  }
  return (
    `${server} has a certificate that does not hold (${code}). If the server is your own, give ` +
    "its authority as ca, or the name in its certificate as servername."
  );
}

function advice(
  reason: MailboxErrorReason,
  server: string,
  said: string,
  detail: string | undefined,
): string {
  const because = said === "" ? (detail ?? "no reason given") : said;
  if (reason === "timeout") {
    return `${server} did not answer in time (${because}): check host, port and tls.`;
  }
  if (reason === "too-large") {
    return `${server} sent more than a mailbox should (${because}); the session was cut.`;
  }
  if (reason === "unreachable") {
    return `${server} cannot be reached, or not for long (${because}): check host, port and network.`;
  }
  return `${server} did not do what was asked (${because}).`;
}
