import { Resolver } from "node:dns/promises";
import { SECOND } from "../domain/duration.ts";

/** One question to one server, before it is asked again. */
const QUERY_TIMEOUT_MS = 3 * SECOND;
const TRIES = 2;
/** A lookup as a whole: several servers, questions repeated over TCP. */
const LOOKUP_TIMEOUT_MS = 10 * SECOND;

/**
 * Looks a name up; TXT answers come as the pieces of each record. Rejects with the codes of
 * node:dns: ENOTFOUND and ENODATA mean that there is nothing, all others that nobody could tell.
 */
export type Resolve = (name: string, type: "TXT") => Promise<string[][]>;

export interface ResolverLimits {
  readonly queryTimeoutMs: number;
  readonly lookupTimeoutMs: number;
}

/** Asks these servers, `address` or `address:port`; an empty list takes the system's own. */
export function createResolver(
  servers: readonly string[],
  limits: Partial<ResolverLimits> = {},
): Resolve {
  const { queryTimeoutMs = QUERY_TIMEOUT_MS, lookupTimeoutMs = LOOKUP_TIMEOUT_MS } = limits;
  const resolver = new Resolver({ timeout: queryTimeoutMs, tries: TRIES });
  if (servers.length > 0) resolver.setServers(servers);
  return (name, type) => withinTime(resolver.resolve(name, type), name, lookupTimeoutMs);
}

async function withinTime<T>(lookup: Promise<T>, name: string, timeoutMs: number): Promise<T> {
  const tooLate = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const error = new Error(`The lookup of ${name} took too long`);
    tooLate.reject(Object.assign(error, { code: "ETIMEOUT" }));
  }, timeoutMs);
  try {
    return await Promise.race([lookup, tooLate.promise]);
  } finally {
    clearTimeout(timer);
  }
}
