import {
  createSecureContext,
  DEFAULT_CIPHERS,
  getCACertificates,
  type SecureContext,
} from "node:tls";
import type { TlsVersion } from "../domain/tls.ts";
import { handshakeTrouble } from "./tls-trouble.ts";

/** What we say that we can do; SECLEVEL=0, or our OpenSSL would decline before the server does. */
export interface TlsOffer {
  readonly min: TlsVersion;
  readonly max: TlsVersion;
  readonly ciphers: string;
}

const EVERYTHING = "ALL:@SECLEVEL=0";

/** As a modern mail server. */
export const MODERN: TlsOffer = {
  min: "TLSv1.2",
  max: "TLSv1.3",
  ciphers: `${DEFAULT_CIPHERS}:@SECLEVEL=0`,
};

/** As a mail server from before 2008, and no worse than the server in front of us. */
export const OLD: TlsOffer = { min: "TLSv1", max: "TLSv1.2", ciphers: EVERYTHING };

/** One version and nothing else. */
export function onlyVersion(version: TlsVersion): TlsOffer {
  return { min: version, max: version, ciphers: EVERYTHING };
}

/** One kind of suites, which only exist up to TLS 1.2. */
function onlySuites(suites: string): TlsOffer {
  return { min: "TLSv1", max: "TLSv1.2", ciphers: `${suites}:@SECLEVEL=0` };
}

/** Suites that Node's OpenSSL still has and a mail server should not; RC4, DES and 3DES it has not. */
export const NULL_SUITES = onlySuites("eNULL");
export const ANONYMOUS_SUITES = onlySuites("aNULL:!eNULL");
export const DHE_SUITES = onlySuites("kDHE:!aNULL");

const MAX_CONTEXTS = 64;
const contexts = new Map<string, SecureContext>();

/** Kept: reading the system's authorities anew takes tens of milliseconds. Throws TlsTrouble. */
export function contextFor(offer: TlsOffer, ca: string | undefined): SecureContext {
  const key = JSON.stringify([offer, ca]);
  const known = contexts.get(key);
  if (known !== undefined) return known;
  if (contexts.size >= MAX_CONTEXTS) contexts.clear();
  const context = createContext(offer, ca);
  contexts.set(key, context);
  return context;
}

function createContext({ min, max, ciphers }: TlsOffer, ca: string | undefined): SecureContext {
  try {
    return createSecureContext({
      minVersion: min,
      maxVersion: max,
      ciphers,
      ...(ca === undefined ? {} : { ca: [...getCACertificates("default"), ca] }),
    });
  } catch (error) {
    throw handshakeTrouble(error as NodeJS.ErrnoException);
  }
}
