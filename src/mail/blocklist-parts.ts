import { BLOCKLISTS } from "./blocklist-catalogue.ts";
import type { Blocklist } from "./blocklist.ts";
import { isWithin } from "./organisation.ts";

/** A zone that is no list of its own. */
export interface Unfit {
  /** After the zone's name: `is a part of zen.spamhaus.org`. */
  readonly what: string;
  /** What to ask instead. */
  readonly instead: Blocklist;
}

/** Zones whose entries the list of the catalogue has too, so that each would count twice. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  "spamhaus-zen": [
    "css.spamhaus.org",
    "pbl.spamhaus.org",
    "sbl.spamhaus.org",
    "sbl-xbl.spamhaus.org",
    "xbl.spamhaus.org",
  ],
  barracuda: ["bb.barracudacentral.org"],
  mailspike: ["z.mailspike.net"],
  spamrats: ["auth.spamrats.com", "dyna.spamrats.com", "noptr.spamrats.com", "spam.spamrats.com"],
  surbl: ["ab", "cr", "jp", "mw", "ob", "ph", "sc", "ws"].map((part) => `${part}.surbl.org`),
  uribl: ["black.uribl.com", "grey.uribl.com", "red.uribl.com"],
};

/** Zones that have an answer for the best senders as well: any other than a score's is no entry. */
const SCORES: Readonly<Record<string, readonly string[]>> = {
  mailspike: ["rep.mailspike.net"],
  validity: ["score.senderscore.com"],
};

/** Why a zone cannot be asked as a list of its own; lower case. */
export function unfitZone(zone: string): Unfit | undefined {
  const scored = owner(SCORES, zone);
  if (scored !== undefined) return { what: "is a score and no list", instead: scored };
  const whole = owner(PARTS, zone) ?? BLOCKLISTS.find((list) => isWithin(zone, list.zone));
  return whole && { what: `is a part of ${whole.zone}`, instead: whole };
}

function owner(zones: Readonly<Record<string, readonly string[]>>, zone: string) {
  return BLOCKLISTS.find(({ name }) => zones[name]?.some((part) => isWithin(zone, part)));
}
