import { setDeadline } from "../domain/deadline.ts";
import type { Dns, DnsAnswer, QueryOptions, RecordType } from "../domain/dns.ts";
import { SECOND } from "../domain/duration.ts";
import type { Clock } from "../domain/net.ts";
import { createClock } from "./clock.ts";
import { answerOf, delegationOf, MAX_ALIASES, type Trail } from "./dns-answer.ts";
import { askServers, type Asking } from "./dns-attempts.ts";
import { createDnsCache } from "./dns-cache.ts";
import { TYPE_CODES } from "./dns-data.ts";
import { DnsTrouble } from "./dns-exchange.ts";
import { questionOf } from "./dns-message.ts";
import { DnsFormatError, encodeName, readName } from "./dns-name.ts";
import { createServers, parseServer, type Servers } from "./dns-servers.ts";
import { createPlaces } from "./places.ts";
import { type Shared, shareUntilAbandoned } from "./shared-work.ts";

/** One question to one server, before the next is asked. */
const QUERY_TIMEOUT_MS = 2 * SECOND;
/** A lookup as a whole: several servers, questions repeated, over TCP, along CNAMEs. */
const LOOKUP_TIMEOUT_MS = 10 * SECOND;
const MAX_LOOKUPS_AT_ONCE = 256;

export interface DnsLimits {
  readonly queryTimeoutMs: number;
  readonly lookupTimeoutMs: number;
}

export interface DnsOptions {
  /** `address` or `address:port`; an empty list takes the system's own. */
  readonly servers: readonly string[];
  readonly clock?: Clock;
  readonly limits?: Partial<DnsLimits>;
}

type Failed = Extract<DnsAnswer<never>, { kind: "failed" }>;
type Outcome = { readonly answer: DnsAnswer<unknown>; readonly sizeBytes: number };

/** A stub resolver with a cache; equal questions at the same time are asked once. */
export function createDns({ servers, clock = createClock(), limits = {} }: DnsOptions): Dns {
  const resolvers = createServers(servers, clock);
  const cache = createDnsCache(clock);
  const underWay = new Map<string, Shared<DnsAnswer<unknown>>>();
  const places = createPlaces(MAX_LOOKUPS_AT_ONCE);
  const { queryTimeoutMs = QUERY_TIMEOUT_MS, lookupTimeoutMs = LOOKUP_TIMEOUT_MS } = limits;

  function askShared(lookup: Lookup, key: string): Shared<DnsAnswer<unknown>> {
    const shared = shareUntilAbandoned(
      async (signal) => {
        using _place = await places.enter(signal);
        using deadline = setDeadline(signal, lookupTimeoutMs);
        const { answer, sizeBytes } = await lookUp(lookup, queryTimeoutMs, deadline.signal);
        // Given up on by everybody: that is no failure of the server's.
        if (!signal.aborted) cache.set(key, answer, sizeBytes);
        return answer;
      },
      () => underWay.delete(key),
    );
    underWay.set(key, shared);
    return shared;
  }

  async function query(
    name: string,
    type: RecordType,
    signal: AbortSignal,
    options: QueryOptions = {},
  ): Promise<DnsAnswer<unknown>> {
    if (signal.aborted) return ABORTED;
    const encoded = encodeName(name);
    if (encoded === undefined) return IMPOSSIBLE;
    const asked = askedServers(options.server, resolvers, clock);
    if (asked === undefined) return failed("unreachable", `${options.server} is no address`);
    const lookup = { name: readName(encoded, 0).name, type, options, servers: asked };
    const key = keyOf(lookup);
    const known = (options.cached ?? true) ? cache.get(key) : undefined;
    if (known !== undefined) return known;
    const shared = underWay.get(key) ?? askShared(lookup, key);
    try {
      return await shared.join(signal);
    } catch (error) {
      if (signal.aborted) return ABORTED;
      throw error;
    }
  }

  // The records are of the type that was asked for.
  return { query: query as Dns["query"] };
}

interface Lookup {
  readonly name: string;
  readonly type: RecordType;
  readonly options: QueryOptions;
  readonly servers: Servers;
}

/** Asks, and asks on where the server stopped at a CNAME. */
async function lookUp(
  { name, type, options, servers }: Lookup,
  queryTimeoutMs: number,
  signal: AbortSignal,
): Promise<Outcome> {
  const {
    dnssec = false,
    unvalidated = false,
    authoritative = false,
    delegation = false,
  } = options;
  const flags = { recursion: !authoritative && !delegation, dnssec, unvalidated };
  let trail: Trail = { name, aliases: [], ttlSeconds: Infinity, authenticated: true };
  let sizeBytes = 0;
  try {
    for (let asked = 0; asked <= MAX_ALIASES; asked += 1) {
      const question = questionOf(trail.name, TYPE_CODES[type]);
      if (question === undefined) throw new DnsFormatError("a name that is none");
      const asking: Asking = { servers, question, flags, authoritative, queryTimeoutMs };
      const reply = await askServers(asking, signal);
      sizeBytes += reply.message.length;
      if (delegation) {
        const answer = delegationOf(reply, type, name);
        return { answer: answer ?? failed("refused", "it is no referral"), sizeBytes };
      }
      const answer = answerOf(reply, type, trail);
      if (answer.kind !== "onward") return { answer, sizeBytes };
      trail = answer.trail;
    }
    throw new DnsFormatError("CNAMEs without end");
  } catch (error) {
    if (error instanceof DnsTrouble) {
      const { why, message, extendedErrors } = error;
      const reasons = extendedErrors.length === 0 ? {} : { extendedErrors };
      return { answer: { ...failed(why, message), ...reasons }, sizeBytes };
    }
    if (!(error instanceof DnsFormatError)) throw error;
    return { answer: failed("malformed", `the answer has ${error.message}`), sizeBytes };
  }
}

function askedServers(
  server: string | undefined,
  resolvers: Servers,
  clock: Clock,
): Servers | undefined {
  if (server === undefined) return resolvers;
  return parseServer(server) === undefined ? undefined : createServers([server], clock);
}

function keyOf({ name, type, options }: Lookup): string {
  const { server = "", dnssec = false, unvalidated = false } = options;
  const { authoritative = false, delegation = false } = options;
  return [name, type, server, dnssec, unvalidated, authoritative, delegation].join(" ");
}

function failed(why: Failed["why"], detail: string): Failed {
  return { kind: "failed", why, detail };
}

const ABORTED = failed("aborted", "the question was given up");

/** RFC 1035 §2.3.4: where there can be no such name there is none, and nobody need be asked. */
const IMPOSSIBLE: DnsAnswer<never> = {
  kind: "absent",
  why: "nxdomain",
  ttlSeconds: 0,
  authenticated: false,
  aliases: [],
};
