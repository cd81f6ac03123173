import { isIP } from "node:net";
import {
  checkServerIdentity,
  createSecureContext,
  getCACertificates,
  type ConnectionOptions,
  type SecureContext,
} from "node:tls";
import type { Endpoint } from "../domain/endpoint.ts";

/** RFC 8996: what is older than TLS 1.2 must not be used. */
const MIN_VERSION = "TLSv1.2";

/**
 * Node's TLS options for a server that we log in to: its certificate is always verified, against
 * the system's authorities and the endpoint's own.
 */
export function tlsOptions(endpoint: Endpoint): ConnectionOptions {
  return {
    rejectUnauthorized: true,
    minVersion: MIN_VERSION,
    ...(endpoint.ca === undefined ? {} : { secureContext: contextTrusting(endpoint.ca) }),
    ...expectedName(endpoint),
  };
}

/** An address never goes into SNI (RFC 6066 §3), but the certificate may be made out to one. */
function expectedName({ host, servername }: Endpoint): ConnectionOptions {
  const name = servername ?? host;
  if (isIP(name) === 0) return { servername: name };
  return { checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate) };
}

const contexts = new Map<string, SecureContext>();

/** Kept by PEM: reading the system's authorities anew takes tens of milliseconds and a megabyte. */
function contextTrusting(ca: string): SecureContext {
  const known = contexts.get(ca);
  if (known !== undefined) return known;
  const context = createSecureContext({
    ca: [...getCACertificates("default"), ca],
    minVersion: MIN_VERSION,
  });
  contexts.set(ca, context);
  return context;
}
