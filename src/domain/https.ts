/** Fetches small documents; implemented in `net/`. Certificates are always verified. */
export interface Https {
  /** One GET; redirects are reported and never followed. Throws nothing operational. */
  get(url: string, limits: HttpsLimits, signal: AbortSignal): Promise<HttpsAnswer>;
}

export interface HttpsLimits {
  readonly maxBytes: number;
  /** For everything: name, connection, TLS, and the last byte. */
  readonly timeoutMs: number;
}

export type HttpsAnswer =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** Lower-cased, without parameters; empty where there was none. */
      readonly contentType: string;
      /** Where a redirect points to; undefined where there was none. */
      readonly location: string | undefined;
      /** Octets as latin1 text. */
      readonly body: string;
    }
  | { readonly kind: "too-large" }
  /** The host has no address: certainly. */
  | { readonly kind: "no-host"; readonly detail: string }
  | { readonly kind: "certificate"; readonly detail: string }
  /** Nobody knows. */
  | { readonly kind: "failed"; readonly why: HttpsFailure; readonly detail: string };

type HttpsFailure = "dns" | "unreachable" | "timeout" | "closed" | "protocol";
