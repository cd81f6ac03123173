import type { ExitIdentity } from "../../../src/domain/canary.ts";
import type { Blocklists, Config } from "../../../src/domain/config.ts";
import { HOUR } from "../../../src/domain/duration.ts";
import type { Net } from "../../../src/domain/net.ts";
import type { Verdict } from "../../../src/domain/result.ts";
import type { Route } from "../../../src/domain/route.ts";
import { Secret } from "../../../src/domain/secret.ts";
import { blocklist } from "../../../src/probes/blocklist/probe.ts";
import { route } from "../../fakes/posture.ts";
import { type LiteralZone, type ZoneDns, zoneDns } from "../../fakes/zone.ts";

/** Addresses that lists can know, of ranges that nobody has. */
export const V4 = "198.18.0.25";
export const V6 = "2e00::25";
export const V4_NAME = "25.0.18.198";
export const V6_NAME = `5.2.${"0.".repeat(26)}0.0.e.2`;
export const KEY = "k3yk3yk3yk3y";

const MAPPED = `0.0.0.0.0.f.7.f.f.f.f.${"0.".repeat(19)}0`;

export interface Around {
  readonly exits?: readonly ExitIdentity[];
  readonly blocklists?: Partial<Blocklists>;
  readonly routes?: readonly Partial<Route>[];
  readonly resolvers?: readonly string[];
}

export interface Look {
  readonly verdict: Verdict;
  readonly dns: ZoneDns;
  /** `list=x subject=y` with all labels in their order, to the value. */
  readonly samples: Readonly<Record<string, number>>;
  readonly kinds: readonly string[];
}

/** The test entries of a list that works. */
export function healthy(zone: string): LiteralZone {
  return {
    [`2.0.0.127.${zone}`]: { A: ["127.0.0.2"] },
    [`2.${MAPPED}.${zone}`]: { A: ["127.0.0.2"] },
    [`test.${zone}`]: { A: ["127.0.0.2"] },
  };
}

/** An exit as a receiver saw it. */
export function exit(ip: string, over: Partial<ExitIdentity> = {}): ExitIdentity {
  const family = ip.includes(":") ? "ipv6" : "ipv4";
  return { ip, family, helo: "mail.example.org", reverseName: "mail.example.org", ...over };
}

/** A list of one's own, so that a test says itself what the list is like. */
export const HOUSE = {
  name: "house",
  zone: "bl.test",
  lists: ["ipv4"],
  meaning: "listed",
  removal: "https://bl.test/removal",
  everyMs: HOUR,
} as const;

/** Has one list look at the exits and domains of a route of example.org. */
export async function look(
  list: string,
  zone: LiteralZone,
  { exits = [exit(V4)], blocklists = {}, routes = [{}], resolvers = [] }: Around = {},
): Promise<Look> {
  const dns = zoneDns(zone);
  const check = checksOf({ blocklists, routes, resolvers }).find(
    ({ id }) => id === `blocklist list=${list}`,
  );
  if (check === undefined) throw new Error(`${list} is not asked`);
  const net = {
    dns,
    clock: { now: () => 0, monotonic: () => 0 },
    seen: { exits: () => exits },
  } as unknown as Net;
  const verdict = await check.run(net, new AbortController().signal);
  return {
    verdict,
    dns,
    samples: Object.fromEntries(
      verdict.samples.map(({ labels, value }) => [Object.values(labels).join(" "), value]),
    ),
    kinds: verdict.findings.map(({ kind }) => kind),
  };
}

/** The checks of a config with these parts. */
export function checksOf({ blocklists = {}, routes = [{}], resolvers = [] }: Around) {
  const config = {
    routes: routes.map(route),
    endpoints: [],
    dns: { resolvers },
    blocklists: {
      keys: { spamhausDqs: undefined, abusix: undefined },
      enabled: [],
      disabled: [],
      zones: [HOUSE],
      intervals: [],
      subjects: [],
      ...blocklists,
    },
  };
  return blocklist.checks(config as unknown as Config);
}

export const KEYS = { spamhausDqs: new Secret(KEY), abusix: new Secret(KEY) };
