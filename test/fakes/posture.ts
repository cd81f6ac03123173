import type { Canary, ExitIdentity } from "../../src/domain/canary.ts";
import type { Config } from "../../src/domain/config.ts";
import { DAY } from "../../src/domain/duration.ts";
import type { Net } from "../../src/domain/net.ts";
import type { Verdict } from "../../src/domain/result.ts";
import type { Route } from "../../src/domain/route.ts";
import type { Seen } from "../../src/domain/seen.ts";
import type { Probe } from "../../src/probes/probe.ts";
import { type LiteralZone, zoneDns } from "./zone.ts";

/** What probes of records look at: who sends, what canaries showed, and the time. */
export interface Surroundings {
  readonly routes?: readonly Partial<Route>[];
  readonly endpoints?: Config["endpoints"];
  readonly dkim?: Config["dkim"];
  readonly resolvers?: readonly string[];
  readonly exits?: readonly ExitIdentity[];
  readonly arrived?: readonly Canary[];
  readonly now?: number;
  readonly recall?: Seen["recall"];
  /** Other parts of the world that the probe looks at. */
  readonly net?: Partial<Net>;
}

/** A route of example.org that canaries take. */
export function route(over: Partial<Route> = {}): Route {
  return {
    name: "main",
    smtp: {
      host: "mail.example.org",
      port: 465,
      tls: "implicit",
      servername: undefined,
      ca: undefined,
      auth: undefined,
    },
    helo: undefined,
    from: { name: undefined, address: "canary@example.org" },
    envelopeFrom: "canary@example.org",
    bounceAddress: undefined,
    dkim: [],
    schedule: undefined,
    warmUp: undefined,
    ...over,
  };
}

export function exit(ip: string, helo: string | undefined = "mail.example.org"): ExitIdentity {
  return { ip, family: ip.includes(":") ? "ipv6" : "ipv4", helo, reverseName: undefined };
}

/** Runs all checks of a probe against a literal zone; what it says about each target, by its id. */
export async function runProbe(
  probe: Probe,
  zone: LiteralZone,
  {
    routes = [{}],
    endpoints = [],
    dkim = { rotateAfterMs: 365 * DAY },
    exits = [],
    arrived = [],
    now = 0,
    recall,
    net: more,
    resolvers = [],
  }: Surroundings = {},
): Promise<ReadonlyMap<string, Verdict>> {
  const config = {
    routes: routes.map(route),
    endpoints,
    dkim,
    dns: { resolvers },
  } as unknown as Config;
  const net = {
    dns: zoneDns(zone),
    clock: { now: () => now },
    seen: {
      exits: () => exits,
      arrived: () => arrived,
      ...(recall === undefined ? {} : { recall }),
    },
    ...more,
  } as unknown as Net;
  const verdicts = new Map<string, Verdict>();
  for (const check of probe.checks(config)) {
    verdicts.set(check.id, await check.run(net, new AbortController().signal));
  }
  return verdicts;
}
