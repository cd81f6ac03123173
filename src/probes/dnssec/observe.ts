import type { RecordData, RecordSignature } from "../../domain/dns.ts";
import type { Net } from "../../domain/net.ts";
import { ask, type Asked } from "../../mail/dns-answers.ts";
import type { ZoneOwner } from "../../mail/sender-domains.ts";
import { findApex } from "../../mail/zone-apex.ts";

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
      readonly soa: Asked<RecordData["SOA"]>;
      /** The same from a resolver that was told not to validate. */
      readonly unvalidated: Asked<RecordData["SOA"]>;
    };

export type ZoneFacts = Extract<Facts, { kind: "zone" }>;

export async function observe(
  { domain, others }: ZoneOwner,
  { dns, clock }: Net,
  signal: AbortSignal,
): Promise<Facts> {
  const zone = await findApex(domain, (name) =>
    dns.query(name, "NS", signal, { unvalidated: true }),
  );
  if (zone.kind === "failed") return zone;
  if (zone.kind === "none" || others.includes(zone.apex)) return { kind: "nothing" };
  const { apex } = zone;
  const unchecked = { dnssec: true, unvalidated: true };
  const [ds, dnskey, soa, unvalidated] = await Promise.all([
    ask(dns, apex, "DS", signal, unchecked),
    ask(dns, apex, "DNSKEY", signal, unchecked),
    ask(dns, apex, "SOA", signal, { dnssec: true }),
    ask(dns, apex, "SOA", signal, unchecked),
  ]);
  return { kind: "zone", apex, observedAt: clock.now(), ds, dnskey, soa, unvalidated };
}

/** Of each type of record the signature that holds longest. */
export function newestSignatures({ dnskey, unvalidated }: ZoneFacts): readonly RecordSignature[] {
  const all = [dnskey, unvalidated].flatMap(({ answer }) =>
    answer.kind === "found" ? answer.signatures : [],
  );
  const byType = Map.groupBy(all, ({ typeCovered }) => typeCovered);
  return [...byType.values()].map((list) =>
    list.reduce((newest, one) => (one.expiresAt > newest.expiresAt ? one : newest)),
  );
}
