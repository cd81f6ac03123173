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

/** Plain answers that are not called alerts: the server chose what we did not offer, or wants none of it. */
const REFUSALS = new Set([
  "ERR_SSL_UNSUPPORTED_PROTOCOL",
  "ERR_SSL_WRONG_SSL_VERSION",
  "ERR_SSL_TLSV1_UNSUPPORTED_EXTENSION",
  "ERR_SSL_TLSV1_UNRECOGNIZED_NAME",
]);

/** Where the code alone would not say it. */
const MEANINGS: Readonly<Record<string, string>> = {
  // RFC 6066 §3.
  ERR_SSL_TLSV1_UNRECOGNIZED_NAME: "it refuses the server name that we ask for (SNI)",
};

/** Translates an error of a socket during the handshake. */
export function handshakeTrouble(error: NodeJS.ErrnoException): TlsTrouble {
  const { code = "" } = error;
  const meaning = MEANINGS[code];
  const said = meaning === undefined ? code : `${meaning}, ${code}`;
  return new TlsTrouble(whyOf(code), said === "" ? "the handshake failed" : said, { cause: error });
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
