import type { RecordData } from "../../domain/dns.ts";
import { SECOND } from "../../domain/duration.ts";
import type { Net } from "../../domain/net.ts";
import { ask, type Asked } from "../../mail/dns-answers.ts";
import type { ZoneOwner } from "../../mail/sender-domains.ts";
import { findApex } from "../../mail/zone-apex.ts";
import { expiredSignatures, mismatchOf } from "./signatures.ts";

export interface Target extends ZoneOwner {
  /** Those of the config file; none named: the system's own, which are asked as one. */
  readonly resolvers: readonly string[];
}

export type Facts =
  /** No zone, or one that is looked at under another domain of ours. */
  | { readonly kind: "nothing" }
  | { readonly kind: "failed"; readonly detail: string }
  | {
      readonly kind: "zone";
      readonly apex: string;
      readonly observedAt: number;
      /** What the parent says that the zone is signed with. */
      readonly ds: Asked<RecordData["DS"]>;
      readonly dnskey: Asked<RecordData["DNSKEY"]>;
      /** From a resolver that was told not to validate. */
      readonly unvalidated: Asked<RecordData["SOA"]>;
      /** The same of what mail needs first; empty where the parent promises no signatures. */
      readonly mail: readonly Asked<unknown>[];
      /** What each resolver makes of the zone; empty where the parent promises no signatures. */
      readonly validations: readonly Validation[];
    };

export type ZoneFacts = Extract<Facts, { kind: "zone" }>;

/** The zone's SOA from one resolver, which may validate. */
export interface Validation {
  readonly soa: Asked<RecordData["SOA"]>;
  /** Where that failed for good: the same unvalidated, and validated what its parent says. */
  readonly besides?: {
    readonly unvalidated: Asked<RecordData["SOA"]>;
    readonly ds: Asked<RecordData["DS"]>;
  };
}

/**
 * One SERVFAIL may be a lost packet, or what is left of one: Unbound holds a zone for bogus for a
 * minute (val-bogus-ttl) when it could not fetch its keys.
 */
const SETTLING_MS = [10 * SECOND, 60 * SECOND];
const UNCHECKED = { dnssec: true, unvalidated: true };

export async function observe(
  { domain, others, resolvers }: Target,
  net: Net,
  signal: AbortSignal,
): Promise<Facts> {
  const { dns, clock } = net;
  const zone = await findApex(domain, (name) =>
    dns.query(name, "NS", signal, { unvalidated: true }),
  );
  if (zone.kind === "failed") return zone;
  if (zone.kind === "none" || others.includes(zone.apex)) return { kind: "nothing" };
  const { apex } = zone;
  const [ds, dnskey, unvalidated] = await Promise.all([
    ask(dns, apex, "DS", signal, UNCHECKED),
    ask(dns, apex, "DNSKEY", signal, UNCHECKED),
    ask(dns, apex, "SOA", signal, UNCHECKED),
  ]);
  const records = { kind: "zone", apex, observedAt: clock.now(), ds, dnskey, unvalidated } as const;
  if (ds.answer.kind !== "found") return { ...records, mail: [], validations: [] };
  const mail = await Promise.all([
    ask(dns, apex, "MX", signal, UNCHECKED),
    ask(dns, apex, "TXT", signal, UNCHECKED),
  ]);
  const known = { ...records, mail };
  const isPlain = mismatchOf(known) !== undefined || expiredSignatures(known).length > 0;
  const pausesMs = isPlain ? [] : SETTLING_MS;
  const servers = resolvers.length === 0 ? [undefined] : resolvers;
  const validations = servers.map((server) => validationAt(server, apex, pausesMs, net, signal));
  return { ...known, validations: await Promise.all(validations) };
}

/** Each resolver by itself: where one answers that does not validate, nobody hears of another's SERVFAIL. */
async function validationAt(
  server: string | undefined,
  apex: string,
  pausesMs: readonly number[],
  { dns, clock }: Net,
  signal: AbortSignal,
): Promise<Validation> {
  const there = server === undefined ? {} : { server };
  let soa = await ask(dns, apex, "SOA", signal, { ...there, dnssec: true });
  for (const pauseMs of pausesMs) {
    if (!isServfail(soa)) return { soa };
    await clock.sleep(pauseMs, signal);
    soa = await ask(dns, apex, "SOA", signal, { ...there, dnssec: true, cached: false });
  }
  if (!isServfail(soa)) return { soa };
  const [unvalidated, ds] = await Promise.all([
    ask(dns, apex, "SOA", signal, { ...there, ...UNCHECKED, cached: false }),
    ask(dns, apex, "DS", signal, { ...there, dnssec: true, cached: false }),
  ]);
  return { soa, besides: { unvalidated, ds } };
}

/** What a resolver says of records that it finds bogus, and of what it cannot fetch. */
export function isServfail({ answer }: Asked<unknown>): boolean {
  return answer.kind === "failed" && answer.why === "servfail";
}

/** Whether some resolver has validated the zone. */
export function isValidated({ validations }: ZoneFacts): boolean {
  return validations.some(({ soa }) => soa.answer.kind === "found" && soa.answer.authenticated);
}
