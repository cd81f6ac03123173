import { describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import { matches } from "../../src/mail/blocklist-answer.ts";
import { BLOCKLISTS } from "../../src/mail/blocklist-catalogue.ts";
import { deadList } from "../../src/mail/blocklist-dead.ts";
import { unfitZone } from "../../src/mail/blocklist-parts.ts";

const names = BLOCKLISTS.map(({ name }) => name);
const usual = BLOCKLISTS.filter(({ usual }) => usual);

describe("mail/blocklist-catalogue", () => {
  it("has each name and each zone once", () => {
    expect(new Set(names).size).toBe(names.length);
    const zones = BLOCKLISTS.map(({ zone }) => zone);
    expect(new Set(zones).size).toBe(zones.length);
  });

  it.each(BLOCKLISTS)("describes $name completely", (list) => {
    expect(list.name).toMatch(/^[a-z0-9][a-z0-9-]{1,39}$/);
    expect(list.zone).toMatch(/^[a-z0-9.-]+\.[a-z]+$/);
    expect(list.aliveIn).toMatch(/^202\d-\d\d$/);
    expect(list.covers).not.toEqual([]);
    expect(list.codes.length + (list.bits?.length ?? 0)).toBeGreaterThan(0);
    for (const { match } of [...list.codes, ...list.refusals]) {
      expect(match).toMatch(/^127(?:\.(?:\d+(?:-\d+)?|\*)){3}$/);
    }
    expect(URL.parse(list.removal ?? "https://x.test")?.protocol).toBe("https:");
  });

  it.each(BLOCKLISTS)("has $name neither dead nor a refusal among its entries", (list) => {
    expect(deadList(list.zone)).toBeUndefined();
    for (const code of ["127.255.255.252", "127.255.255.254", "127.255.255.255"]) {
      expect(list.codes.some(({ match }) => matches(code, match))).toBe(false);
      expect(list.refusals.some(({ match }) => matches(code, match))).toBe(true);
    }
  });

  it("asks by itself only what needs no registration, and nothing that is merely informational", () => {
    for (const { name, registration, keyed, codes, bits = [] } of usual) {
      expect([name, registration === undefined || keyed?.only === true]).toEqual([name, true]);
      const meanings = [...codes, ...bits].map(({ meaning }) => meaning);
      expect([name, meanings.some((it) => it === "listed" || it === "minor")]).toEqual([
        name,
        true,
      ]);
    }
  });

  it("asks zen and multi once and none of their parts", () => {
    const zones = usual.map(({ zone }) => zone);
    expect(zones.filter((zone) => zone.endsWith("spamhaus.org"))).toEqual([
      "zen.spamhaus.org",
      "dbl.spamhaus.org",
    ]);
    expect(zones.filter((zone) => /surbl|uribl\.com/.test(zone))).toEqual([
      "multi.surbl.org",
      "multi.uribl.com",
    ]);
  });

  it.each([
    ["dnsbl.sorbs.net", /June 2024/],
    ["spam.dnsbl.sorbs.net", /June 2024/],
    ["ix.dnsbl.manitu.net", /January 2025/],
    ["cbl.abuseat.org", /twice/],
    ["bl.spamcannibal.org", /2018/],
    ["dnsbl.ahbl.org", /2015/],
    ["list.dsbl.org", /2008/],
    ["uribl.rspamd.com", /hashed/],
    ["bl.tiopan.com", /before 2021, date unknown/],
    ["dnsbl.burnt-tech.com", /year unknown/],
    ["spamrbl.imp.ch", /July 2025/],
  ])("knows that %s must not be asked", (zone, fate) => {
    expect(deadList(zone)?.fate).toMatch(fate);
  });

  it.each([
    ["xbl.spamhaus.org", "is a part of zen.spamhaus.org", "spamhaus-zen"],
    ["sbl.spamhaus.org", "is a part of zen.spamhaus.org", "spamhaus-zen"],
    ["black.uribl.com", "is a part of multi.uribl.com", "uribl"],
    ["ph.surbl.org", "is a part of multi.surbl.org", "surbl"],
    ["dyna.spamrats.com", "is a part of all.spamrats.com", "spamrats"],
    ["bb.barracudacentral.org", "is a part of b.barracudacentral.org", "barracuda"],
    ["x.bl.mailspike.net", "is a part of bl.mailspike.net", "mailspike"],
    ["rep.mailspike.net", "is a score and no list", "mailspike"],
    ["score.senderscore.com", "is a score and no list", "validity"],
  ])("knows that %s is no list of its own", (zone, what, instead) => {
    expect(unfitZone(zone)).toMatchObject({ what, instead: { name: instead } });
  });

  it("knows of nothing against other zones of the same operators", () => {
    for (const zone of ["netbl.spameatingmonkey.net", "white.uribl.com", "bl.example.org"]) {
      expect(unfitZone(zone)).toBeUndefined();
    }
  });

  it.each(["zen.spamhaus.org", "notsorbs.net", "multi.surbl.org", "bl.example.org"])(
    "has nothing against %s",
    (zone) => {
      expect(deadList(zone)).toBeUndefined();
    },
  );

  it("is in docs/blocklists.md, each list with its zone and whether it is usual", () => {
    const table = readFileSync("docs/blocklists.md", "utf8").replaceAll(/ +/g, " ");
    for (const { name, zone, usual, keyed } of BLOCKLISTS) {
      const asked = keyed?.only === true ? "with a key" : usual ? "yes" : "no";
      expect(table).toContain(`| \`${name}\` | \`${zone}\` | ${asked} |`);
    }
  });
});
