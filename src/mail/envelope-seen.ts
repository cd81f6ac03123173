import type { Canary } from "../domain/canary.ts";
import { domainOf } from "./address.ts";
import { isHostName } from "./host-name.ts";

/**
 * The domain that the receiver checked SPF for (RFC 8601 §2.7.2), lower-cased; undefined: it wrote
 * none down. A relay may put an envelope of its own around our mail.
 */
export function envelopeDomainSeen({ arrival }: Pick<Canary, "arrival">): string | undefined {
  for (const { method, properties } of arrival?.authentication ?? []) {
    if (method !== "spf") continue;
    const sender = properties["smtp.mailfrom"]?.replace(/^<|>$/g, "") ?? "";
    const domain = domainOf(sender).replace(/\.$/, "");
    if (isHostName(domain)) return domain;
  }
  return undefined;
}

/**
 * The envelope's domain of a route as receivers show it: the configured one where any canary carries
 * it or none tells, else the newest canary's. One mailbox that others forward to shows the forwarder's
 * envelope, which says nothing of the rest.
 */
export function envelopeDomainOf(arrived: readonly Canary[], configured: string): string {
  const told = arrived
    .toSorted((one, other) => other.plannedAt - one.plannedAt)
    .flatMap((each) => envelopeDomainSeen(each) ?? []);
  return told.includes(configured) ? configured : (told[0] ?? configured);
}
