import type { TlsFailure } from "../domain/tls.ts";

/**
 * `refused`: the server declined what we offered. `garbled`: what answered was not TLS as it should
 * be. `incapable`: our own OpenSSL cannot offer it.
 */
type Why = TlsFailure | "refused" | "garbled" | "incapable";

/** Why a look at a server came to an end. */
export class TlsTrouble extends Error {
  override readonly name = "TlsTrouble";
  readonly why: Why;

  constructor(why: Why, message: string, options?: ErrorOptions) {
    super(message, options);
    this.why = why;
  }
}

/** Our own OpenSSL's words for what it does not do: they tell nothing about the server. */
const INCAPABLE = new Set([
  "ERR_SSL_NO_PROTOCOLS_AVAILABLE",
  "ERR_SSL_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED",
  "ERR_SSL_NO_CIPHERS_AVAILABLE",
  "ERR_SSL_NO_CIPHER_MATCH",
  "ERR_SSL_DH_KEY_TOO_SMALL",
  "ERR_SSL_EE_KEY_TOO_SMALL",
]);

/** Not alerts, and yet plain answers: the server chose what we did not offer. */
const REFUSALS = new Set(["ERR_SSL_UNSUPPORTED_PROTOCOL", "ERR_SSL_WRONG_SSL_VERSION"]);

/** Translates an error of a socket during the handshake. */
export function handshakeTrouble(error: NodeJS.ErrnoException): TlsTrouble {
  const { code = "" } = error;
  return new TlsTrouble(whyOf(code), code === "" ? "the handshake failed" : code, { cause: error });
}

function whyOf(code: string): Why {
  if (INCAPABLE.has(code)) return "incapable";
  if (REFUSALS.has(code) || (code.startsWith("ERR_SSL_") && code.includes("ALERT"))) {
    return "refused";
  }
  if (code === "ECONNRESET" || code === "EPIPE") return "closed";
  if (code === "ETIMEDOUT") return "timeout";
  return "garbled";
}
