import type { DnsAnswer, RecordData } from "../../domain/dns.ts";
import { SECOND } from "../../domain/duration.ts";
import type { Net } from "../../domain/net.ts";
import { ask, type Asked, recordsOf } from "../../mail/dns-answers.ts";
import type { ZoneOwner } from "../../mail/sender-domains.ts";
import { findApex, type ZoneApex } from "../../mail/zone-apex.ts";
import { type Delegation, observeDelegation } from "./delegation.ts";
import {
  askMailRecords,
  differencesOf,
  hasSeveralPrimaries,
  type MailRecords,
} from "./versions.ts";

export interface Facts {
  readonly zone: ZoneApex;
  /** Empty where the zone is looked at under another domain of ours. */
  readonly servers: readonly NameServer[];
  /** Undefined: nobody could tell, or there was nobody to ask. */
  readonly delegation: Delegation | undefined;
  /** Where none of them answers us: whether a resolver gets an answer out of them. */
  readonly isResolverAnswered: boolean;
}

export interface NameServer {
  readonly name: string;
  readonly addresses: readonly Asked<string>[];
  readonly answers: readonly ServerAnswer[];
}

/** What the server at one address says is the zone's SOA. */
export interface ServerAnswer {
  readonly address: string;
  readonly family: "ipv4" | "ipv6";
  readonly soa: DnsAnswer<RecordData["SOA"]>;
  /** Empty where all servers get the zone from one place. */
  readonly mail: MailRecords;
}

/** The root zone has thirteen; more is no honest zone's. */
const MAX_SERVERS = 13;
const MAX_ADDRESSES_EACH = 2;
/** A change takes a moment to reach the secondaries: where they differ they are asked again. */
const SETTLING_MS = [10 * SECOND, 30 * SECOND];
/** A zone that is bogus has servers all the same, and the dnssec probe says what is wrong with it. */
const UNVALIDATED = { unvalidated: true };

export async function observe(target: ZoneOwner, net: Net, signal: AbortSignal): Promise<Facts> {
  const zone = await findApex(target.domain, (name) =>
    net.dns.query(name, "NS", signal, UNVALIDATED),
  );
  if (zone.kind !== "found" || target.others.includes(zone.apex)) {
    return { zone, servers: [], delegation: undefined, isResolverAnswered: false };
  }
  const names = zone.nameServers.slice(0, MAX_SERVERS);
  const resolved = await Promise.all(names.map((name) => resolve(name, net, signal)));
  const look = async () => {
    const asked = await askAll(zone.apex, resolved, net, signal);
    return hasSeveralPrimaries(asked) ? withMailRecords(target.domain, asked, net, signal) : asked;
  };
  let servers = await look();
  for (const pauseMs of SETTLING_MS) {
    if (differencesOf(servers).length === 0) break;
    await net.clock.sleep(pauseMs, signal);
    servers = await look();
  }
  const good = servers.flatMap(({ answers }) => answers).find(({ soa }) => soa.kind === "found");
  const delegation = good && (await observeDelegation(zone.apex, good.address, net, signal));
  const isResolverAnswered = good === undefined && (await getsThrough(zone.apex, net, signal));
  return { zone, servers, delegation, isResolverAnswered };
}

/** A name that nobody has asked for yet is in no cache: the resolver has to ask the zone's servers. */
async function getsThrough(apex: string, { dns, clock }: Net, signal: AbortSignal) {
  const unheard = `mailcanary-${clock.now().toString(36)}.${apex}`;
  const answer = await dns.query(unheard, "TXT", signal, { ...UNVALIDATED, cached: false });
  return answer.kind !== "failed";
}

type Resolved = Omit<NameServer, "answers">;

async function resolve(name: string, { dns }: Net, signal: AbortSignal): Promise<Resolved> {
  const types = ["A", "AAAA"] as const;
  const addresses = types.map((type) => ask(dns, name, type, signal, UNVALIDATED));
  return { name, addresses: await Promise.all(addresses) };
}

async function askAll(
  apex: string,
  servers: readonly Resolved[],
  { dns }: Net,
  signal: AbortSignal,
): Promise<readonly NameServer[]> {
  const askOne = async (address: string, type: string): Promise<ServerAnswer> => ({
    address,
    family: type === "A" ? "ipv4" : "ipv6",
    soa: await dns.query(apex, "SOA", signal, directly(address)),
    mail: [],
  });
  const asked = servers.map(async (server): Promise<NameServer> => {
    const addresses = server.addresses.flatMap((one) =>
      recordsOf(one)
        .slice(0, MAX_ADDRESSES_EACH)
        .map((address) => askOne(address, one.type)),
    );
    return { ...server, answers: await Promise.all(addresses) };
  });
  return Promise.all(asked);
}

async function withMailRecords(
  domain: string,
  servers: readonly NameServer[],
  { dns }: Net,
  signal: AbortSignal,
): Promise<readonly NameServer[]> {
  const withRecords = async (answer: ServerAnswer): Promise<ServerAnswer> => {
    if (answer.soa.kind !== "found") return answer;
    return { ...answer, mail: await askMailRecords(dns, domain, directly(answer.address), signal) };
  };
  const asked = servers.map(async (server) => ({
    ...server,
    answers: await Promise.all(server.answers.map(withRecords)),
  }));
  return Promise.all(asked);
}

function directly(server: string) {
  return { server, authoritative: true, cached: false };
}
