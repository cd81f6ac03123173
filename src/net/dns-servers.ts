import { Resolver } from "node:dns";
import { isIP } from "node:net";
import { MINUTE, SECOND } from "../domain/duration.ts";
import type { Clock } from "../domain/net.ts";

/** Where a DNS server listens. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly family: 4 | 6;
}

/** The resolvers to ask, those that answer of late first. */
export interface Servers {
  inOrder(): readonly ServerAddress[];
  /** The server did not answer: others are asked before it for a while. */
  silent(server: ServerAddress): void;
  answered(server: ServerAddress): void;
}

const DNS_PORT = 53;
/** As many as a resolv.conf holds, and some more. */
const MAX_SERVERS = 6;
const AVOIDED_MS = 30 * SECOND;
/** How often the system's resolvers are read anew. */
const SYSTEM_EVERY_MS = MINUTE;

/** `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53` or `[2001:db8::53]:5353`; else undefined. */
export function parseServer(text: string): ServerAddress | undefined {
  const bare = isIP(text);
  if (bare !== 0) return { host: text, port: DNS_PORT, family: bare === 6 ? 6 : 4 };
  const [, bracketed, plain, digits] =
    /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? "";
  const family = isIP(host);
  const port = digits === undefined ? DNS_PORT : Number(digits);
  if (family === 0 || port < 1 || port > 65_535) return undefined;
  return { host, port, family: family === 6 ? 6 : 4 };
}

/** `address:port`, for people. */
export function showServer({ host, port, family }: ServerAddress): string {
  const name = family === 6 && port !== DNS_PORT ? `[${host}]` : host;
  return port === DNS_PORT ? name : `${name}:${port}`;
}

/** An empty list is the system's own, as in /etc/resolv.conf. */
export function createServers(configured: readonly string[], clock: Clock): Servers {
  const avoidedUntil = new Map<string, number>();
  let list = parseServers(configured);
  let readAt = -Infinity;

  function current(): readonly ServerAddress[] {
    const now = clock.monotonic();
    if (configured.length === 0 && now - readAt >= SYSTEM_EVERY_MS) {
      list = parseServers(new Resolver().getServers());
      readAt = now;
      avoidedUntil.clear();
    }
    return list;
  }

  return {
    inOrder() {
      const now = clock.monotonic();
      const isAvoided = (server: ServerAddress) =>
        (avoidedUntil.get(showServer(server)) ?? 0) > now;
      const servers = current();
      return [...servers.filter((one) => !isAvoided(one)), ...servers.filter(isAvoided)];
    },
    silent: (server) => void avoidedUntil.set(showServer(server), clock.monotonic() + AVOIDED_MS),
    answered: (server) => void avoidedUntil.delete(showServer(server)),
  };
}

function parseServers(texts: readonly string[]): readonly ServerAddress[] {
  return texts
    .map(parseServer)
    .filter((server) => server !== undefined)
    .slice(0, MAX_SERVERS);
}
