import type { Blocklists, OwnBlocklist } from "../../domain/config.ts";
import { HOUR } from "../../domain/duration.ts";
import type { Secret } from "../../domain/secret.ts";
import { type Blocklist, COMMON_REFUSALS } from "../../mail/blocklist.ts";
import { BLOCKLISTS } from "../../mail/blocklist-catalogue.ts";

/** A list that is asked, perhaps with a key in the name of its zone. */
export interface AskedList {
  readonly list: Blocklist;
  readonly everyMs: number;
  readonly key: Secret | undefined;
}

/** The lists that the config wants asked: each once, by one combined zone. */
export function askedLists(config: Blocklists): readonly AskedList[] {
  const { enabled, disabled, keys, zones, intervals } = config;
  const catalogued = BLOCKLISTS.filter(
    ({ name, usual }) => (usual || enabled.includes(name)) && !disabled.includes(name),
  ).map((list) => ({
    list,
    everyMs: intervals.find((own) => own.list === list.name)?.everyMs ?? list.everyMs ?? HOUR,
    key: list.keyed === undefined ? undefined : keys[list.keyed.account],
  }));
  return [
    ...catalogued.filter(({ list, key }) => list.keyed?.only !== true || key !== undefined),
    ...zones.map((zone) => ({ list: ownList(zone), everyMs: zone.everyMs, key: undefined })),
  ];
}

/** The name to ask a list for; it may hold the key, and is shown to nobody but DNS. */
export function nameIn({ list, key }: AskedList, name: string): string {
  if (key === undefined || list.keyed === undefined) return `${name}.${list.zone}`;
  return `${name}.${list.keyed.zone.replace("{key}", key.reveal())}`;
}

/** Text that came from DNS, without the key and without control characters. */
export function shown({ key }: AskedList, text: string, maxLength: number): string {
  const plain = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
  const clean = key === undefined ? plain : withoutKey(plain, key.reveal());
  return clean.length <= maxLength ? clean : `${clean.slice(0, maxLength)}...`;
}

function withoutKey(text: string, key: string): string {
  // Names come back in whatever capitals a resolver likes; keys are letters and digits.
  return text.replaceAll(new RegExp(key, "gi"), "[key]");
}

function ownList({ name, zone, lists, meaning, removal }: OwnBlocklist): Blocklist {
  return {
    name,
    zone,
    covers: lists,
    // Anything but 127.0.0.1, by which some lists say that they do not answer.
    codes: ["127.0.0.2-255", "127.0.1-255.*", "127.1-255.*.*"].map((match) => ({
      match,
      meaning,
      says: "listed",
    })),
    refusals: COMMON_REFUSALS,
    removal,
    usual: true,
    aliveIn: "",
  };
}
