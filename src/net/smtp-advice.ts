import { type Endpoint, serverName } from "../domain/endpoint.ts";
import { printable } from "./printable.ts";

const CONNECT_ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there: check host and port, and that the server runs",
  ENOTFOUND: "the name does not exist: check host",
  EAI_AGAIN: "the name cannot be looked up now: check this machine's DNS",
  ETIMEDOUT: "no answer: check host and port, and firewalls in between",
  EHOSTUNREACH: "there is no way to it: check the network and firewalls",
  ENETUNREACH: "there is no way to its network: check this machine's network",
  ECONNRESET: "it hung up at once: check what it logs about us",
};

/** Why there is no connection, in words for the operator. */
export function connectAdvice(endpoint: Endpoint, code: string | undefined, said: string): string {
  const why = CONNECT_ADVICE[code ?? ""] ?? printable(said);
  return `${serverName(endpoint)} cannot be reached (${code ?? "no code"}): ${why}.`;
}

/** Why there is no TLS, in words for the operator; `code` is Node's or OpenSSL's. */
export function tlsAdvice(endpoint: Endpoint, code: string | undefined, said: string): string {
  const failed = `No TLS with ${serverName(endpoint)} (${code ?? "no code"})`;
  switch (code ?? "") {
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `${failed}: its certificate is made out to other names. ${printable(said)}. Set servername to the name in the certificate.`;
    case "CERT_HAS_EXPIRED":
      return `${failed}: its certificate has expired.`;
    case "CERT_NOT_YET_VALID":
      return `${failed}: its certificate is not valid yet; check this machine's clock.`;
    case "ETIMEDOUT":
      return `${failed}: the handshake did not end in time.`;
    case "ECONNRESET":
      return `${failed}: the server hung up during the handshake; check what it logs.`;
    default:
      return isHandshakeError(code)
        ? `${failed}: ${otherMode(endpoint)}`
        : `${failed}: its certificate is not trusted. If the server is your own, set ca to its authority.`;
  }
}

/** The server was asked for STARTTLS and would not. */
export function noStartTls(endpoint: Endpoint): string {
  return (
    `${serverName(endpoint)} does not offer STARTTLS, and nothing is sent without TLS: switch it on ` +
    "there, or use tls: implicit with its port for that (465)."
  );
}

function isHandshakeError(code: string | undefined): boolean {
  return code === undefined || code === "EPROTO" || code.startsWith("ERR_SSL_");
}

function otherMode({ tls }: Endpoint): string {
  return tls === "implicit"
    ? "what answers there does not speak TLS, or none that we speak (1.2 and newer); port 587 wants tls: starttls."
    : "the handshake failed; the server must speak TLS 1.2 or newer.";
}
