import { z } from "zod";
import type { Blocklists, OwnBlocklist } from "../domain/config.ts";
import { DAY, MINUTE } from "../domain/duration.ts";
import { Secret } from "../domain/secret.ts";
import { MEANINGS } from "../mail/blocklist.ts";
import { BLOCKLISTS } from "../mail/blocklist-catalogue.ts";
import { deadList } from "../mail/blocklist-dead.ts";
import { unfitZone } from "../mail/blocklist-parts.ts";
import { isWithin } from "../mail/organisation.ts";
import { readDomain, readHost } from "./address.ts";
import { nearest } from "./nearest.ts";
import { secretKeys, type Surroundings, theSecret } from "./secrets.ts";
import { duration, label, list, oneOf, section, textValue, wrongKind } from "./values.ts";

const MAX_ZONES = 50;
const MAX_SUBJECTS = 32;

const NAMES = BLOCKLISTS.map(({ name }) => name);

/** The `blocklists` section: which lists are asked besides the usual ones, and about what. */
export function blocklistsSection(around: Surroundings) {
  const names = (what: string) =>
    list("names of lists", listName(what), { min: 0, max: NAMES.length }).prefault([]);
  return section("which blocklists are asked (enabled, disabled, zones and others)", {
    spamhaus_dqs: keySection("Spamhaus", around)
      .optional()
      .describe("Your key for Spamhaus DQS, which answers where the public mirrors refuse."),
    abusix: keySection("Abusix", around)
      .optional()
      .describe("Your key for Abusix Mail Intelligence; without it its lists are not asked."),
    enabled: names("enabled").describe("Lists of the catalogue to ask besides the usual ones."),
    disabled: names("disabled").describe("Lists of the catalogue not to ask."),
    zones: list("lists of your own choice (name, zone, lists)", zoneSection(), {
      min: 0,
      max: MAX_ZONES,
    })
      .prefault([])
      .describe("Lists that the catalogue does not have."),
    intervals: list("lists with their intervals (list, every)", intervalSection(), {
      min: 0,
      max: NAMES.length,
    })
      .prefault([])
      .describe("How often lists of the catalogue are asked, where not as the catalogue says."),
    subjects: list("addresses and domains", subject(), { min: 0, max: MAX_SUBJECTS })
      .prefault([])
      .describe("IP addresses and domains to ask about besides what canaries show."),
  }).transform((lists, context): Blocklists => {
    for (const [index, { name }] of lists.zones.entries()) {
      const first = lists.zones.findIndex((zone) => zone.name === name);
      if (first === index) continue;
      const message = `is the name of zones[${first}] already, expected another`;
      context.addIssue({ code: "custom", message, path: ["zones", index, "name"] });
    }
    for (const [index, { list }] of lists.intervals.entries()) {
      const first = lists.intervals.findIndex((interval) => interval.list === list);
      if (first === index) continue;
      const message = `has its interval in intervals[${first}] already, expected another list`;
      context.addIssue({ code: "custom", message, path: ["intervals", index, "list"] });
    }
    return {
      keys: { spamhausDqs: lists.spamhaus_dqs, abusix: lists.abusix },
      enabled: lists.enabled,
      disabled: lists.disabled,
      zones: lists.zones,
      intervals: lists.intervals.map(({ list, every }) => ({ list, everyMs: every })),
      subjects: lists.subjects,
    };
  });
}

/** A key becomes a label of a domain name (RFC 1035 §2.3.1), where capitals mean nothing. */
function keySection(who: string, around: Surroundings) {
  return section("a key (key, key_file or key_credential)", {
    ...secretKeys("key", `The key of your account at ${who}.`, around),
  }).transform((given, context): Secret => {
    const secret = theSecret("key", given, context, "required");
    if (secret === undefined) return z.NEVER;
    const key = secret.reveal().toLowerCase();
    if (/^[a-z0-9]{8,63}$/.test(key)) return new Secret(key);
    const message = `the key is not one of ${who}, expected 8 to 63 letters and digits`;
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
}

function listName(what: string) {
  const expected = "the name of a list, such as spamhaus-zen; docs/blocklists.md has all of them";
  return z
    .string({ error: ({ input }) => `${wrongKind(input)}, expected ${expected}` })
    .transform((name, context) => {
      const wrong = wrongListName(name, what);
      if (wrong === undefined) return name;
      const meant = nearest(name, NAMES);
      const hint = meant === undefined ? expected : `"${meant}"`;
      context.addIssue({ code: "custom", message: completed(wrong, hint) });
      return z.NEVER;
    });
}

function wrongListName(name: string, what: string): string | undefined {
  const found = BLOCKLISTS.find((known) => known.name === name);
  if (found?.keyed?.only === true && what === "enabled") {
    return `needs a key, expected it under ${found.keyed.account}`;
  }
  if (found !== undefined) return undefined;
  const dead = deadList(name.toLowerCase());
  return dead === undefined ? "is not a list of the catalogue" : dead.fate;
}

function intervalSection() {
  return section("an interval (list, every)", {
    list: listName("intervals").describe("A list of the catalogue."),
    every: interval().describe("Its operator wants no more than it needs: an hour is plenty."),
  });
}

/** Entries live for hours at the least. */
function interval() {
  return duration(10 * MINUTE, 7 * DAY);
}

function zoneSection() {
  return section("a list (name, zone, lists)", {
    name: label("list").describe("Your word for it; appears in metrics."),
    zone: zone().describe("The domain that is asked below."),
    lists: list("ipv4, ipv6 or domain", oneOf("kind", ["ipv4", "ipv6", "domain"]), {
      min: 1,
      max: 3,
    }).describe("What it lists: ipv4, ipv6, domain. Nothing else is asked of it."),
    meaning: oneOf("meaning", MEANINGS)
      .prefault("listed")
      .describe(
        "What an entry means to you: listed is worth waking up for, minor and policy are not, informational and allow are only shown.",
      ),
    removal: textValue("a link", "https://...", readLink)
      .optional()
      .describe("Where to have an entry removed; shown with it."),
    every: interval().prefault("1h").describe("How often it is asked."),
  }).transform(({ name, zone, lists, meaning, removal, every }, context): OwnBlocklist => {
    if (NAMES.includes(name)) {
      const message = "is a list of the catalogue, expected another name";
      context.addIssue({ code: "custom", message, path: ["name"] });
    }
    return { name, zone, lists, meaning, removal, everyMs: every };
  });
}

function zone() {
  const expected = "the domain of a list that is alive";
  return z
    .string({ error: ({ input }) => `${wrongKind(input)}, expected ${expected}` })
    .transform((text, context) => {
      const zone = readDomain(text);
      const wrong = zone === undefined ? "the zone is not a domain" : wrongZone(zone);
      if (zone !== undefined && wrong === undefined) return zone;
      context.addIssue({ code: "custom", message: completed(wrong ?? "", expected) });
      return z.NEVER;
    });
}

/** A message that begins with "the" quotes nothing of the file: there may be a key in the zone. */
function wrongZone(zone: string): string | undefined {
  if (isWithin(zone, "dq.spamhaus.net")) {
    return "the zone has a key in it, expected the key under spamhaus_dqs";
  }
  if (isWithin(zone, "mail.abusix.zone")) {
    return "the zone has a key in it, expected the key under abusix";
  }
  const known = BLOCKLISTS.find((list) => list.zone === zone);
  if (known !== undefined) return `is in the catalogue, expected "${known.name}" under enabled`;
  return deadList(zone)?.fate ?? unfit(zone);
}

function unfit(zone: string): string | undefined {
  const found = unfitZone(zone);
  if (found === undefined) return undefined;
  const { name, usual } = found.instead;
  const how = usual ? ", which is asked anyway" : " under enabled";
  return `${found.what}, expected "${name}"${how}`;
}

/** Some complaints know better what is expected. */
function completed(wrong: string, expected: string): string {
  return wrong.includes(", expected ") ? wrong : `${wrong}, expected ${expected}`;
}

function subject() {
  return textValue("an address or domain", "an IP address or a domain", readHost);
}

function readLink(text: string): string | undefined {
  return URL.parse(text)?.protocol === "https:" ? text : undefined;
}
