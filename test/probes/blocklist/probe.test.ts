import { describe, expect, it } from "vitest";
import type { LiteralZone } from "../../fakes/zone.ts";
import { exit, healthy, HOUSE, look, V4, V4_NAME, V6, V6_NAME } from "./look.ts";

const listed: LiteralZone = {
  [`${V4_NAME}.bl.test`]: { A: ["127.0.0.2"], TXT: ["seen in a trap on Sunday"] },
};
const both = { exits: [exit(V4), exit(V6)] };

describe("probes/blocklist", () => {
  it("is content when a list that works does not know us, and says that it asked", async () => {
    const { verdict, samples } = await look("house", healthy("bl.test"));
    expect(verdict).toMatchObject({ severity: "ok", findings: [] });
    expect(samples).toEqual({ "house ok": 1, [`house ${V4} ip listed`]: 0 });
    expect(verdict.observed).toEqual([
      { subject: V4, aspect: "blocklist house", value: "not listed" },
    ]);
  });

  it("says who lists what, with the code, the list's own words and the link", async () => {
    const { verdict, samples } = await look("house", { ...healthy("bl.test"), ...listed });
    expect(verdict.severity).toBe("fail");
    expect(verdict.findings).toEqual([
      {
        kind: "blocklist-listed",
        subject: V4,
        detail: `house lists ${V4} (exit of route main): 127.0.0.2 listed. The list says: seen in a trap on Sunday. Look up and remove: https://bl.test/removal`,
      },
    ]);
    expect(samples).toEqual({ "house ok": 1, [`house ${V4} ip listed`]: 1 });
    expect(verdict.observed).toEqual([
      { subject: V4, aspect: "blocklist house", value: "listed: 127.0.0.2 listed" },
    ]);
  });

  it.each([
    ["lists the world", { "1.0.0.127.bl.test": { A: ["127.0.0.2"] } }, "lists-everything"],
    ["refuses us", { [`2.0.0.127.bl.test`]: { A: ["127.255.255.254"] } }, "refuses-us"],
    [
      "refuses us in the middle",
      { [`${V4_NAME}.bl.test`]: { A: ["127.255.255.255"] } },
      "refuses-us",
    ],
    ["is rewritten", { "1.0.0.127.bl.test": { A: ["93.184.216.34"] } }, "rewritten"],
    [
      "is rewritten for us alone",
      { [`${V4_NAME}.bl.test`]: { A: ["93.184.216.34"] } },
      "rewritten",
    ],
    ["lists nothing any more", { "2.0.0.127.bl.test": {} }, "lists-nothing"],
    ["does not answer the test", { "2.0.0.127.bl.test": "timeout" }, "timeout"],
    ["breaks at the control", { "1.0.0.127.bl.test": "servfail" }, "servfail"],
    ["is refused by the resolver", { "2.0.0.127.bl.test": "refused" }, "refused"],
  ] satisfies [string, LiteralZone, string][])(
    "never believes an entry of a list that %s",
    async (_, mood, reason) => {
      const zone = { ...healthy("bl.test"), ...listed, ...mood };
      const { verdict, samples, kinds } = await look("house", zone);
      expect(verdict.severity).toBe("unknown");
      expect(kinds).toEqual(["blocklist-unusable"]);
      expect(verdict.findings[0]).toMatchObject({ subject: "house" });
      expect(verdict.findings[0]?.detail).toContain(`${reason}: `);
      expect(samples).toEqual({ [`house ${reason}`]: 0 });
      expect(verdict.observed).toEqual([]);
    },
  );

  it.each([
    ["8.8.8.8", "127.255.255.254", " names public ones: 8.8.8.8 (Google)"],
    ["1.1.1.1:53", "127.255.255.254", " names public ones: 1.1.1.1 (Cloudflare)"],
    ["[2620:FE::FE]:53", "127.255.255.254", " names public ones: 2620:fe::fe (Quad9)"],
    ["127.0.0.1", "127.255.255.254", ""],
    ["8.8.8.8", "10.0.0.1", ""],
  ])("says whether the resolver %s explains the answer %s", async (resolver, code, hint) => {
    const zone = { ...healthy("bl.test"), "2.0.0.127.bl.test": { A: [code] } };
    const { verdict } = await look("house", zone, { resolvers: [resolver] });
    const [, said = ""] = verdict.findings[0]?.detail.split("dns: resolvers:") ?? [];
    expect(said).toBe(hint);
  });

  it.each([
    [
      "dnswl answers whatever we ask with its code for too many queries",
      true,
      ["blocklist-unusable: refuses-us"],
    ],
    ["that code is the one of the test entry", false, []],
  ])("knows what it means that %s", async (_, isBlanket, expected) => {
    const zone = {
      "2.0.0.127.list.dnswl.org": { A: ["127.0.10.0"] },
      ...(isBlanket ? { "1.0.0.127.list.dnswl.org": { A: ["127.0.10.0"] } } : {}),
    };
    const { verdict } = await look("dnswl", zone, { blocklists: { enabled: ["dnswl"] } });
    const said = verdict.findings.map(({ kind, detail }) => `${kind}: ${detail.split(":")[0]}`);
    expect(said).toEqual(expected);
  });

  it("does not know about what was not answered, and keeps the rest", async () => {
    const other = "198.18.0.26";
    const zone = { ...healthy("bl.test"), ...listed, "26.0.18.198.bl.test": "timeout" } as const;
    const { verdict, samples, kinds } = await look("house", zone, {
      exits: [exit(V4), exit(other)],
    });
    expect(kinds).toEqual(["blocklist-listed", "blocklist-unanswered"]);
    expect(verdict.findings[1]).toMatchObject({
      subject: "house",
      detail: `no answer about ${other} (timeout: timeout by the test)`,
    });
    expect(samples).toEqual({ "house ok": 1, [`house ${V4} ip listed`]: 1 });
  });

  it("does not guess what an unheard-of code means", async () => {
    const zone = { ...healthy("bl.test"), [`${V4_NAME}.bl.test`]: { A: ["127.0.0.1"] } };
    const { verdict, samples, kinds } = await look("house", zone);
    expect(kinds).toEqual(["blocklist-code-unknown"]);
    expect(verdict.severity).toBe("unknown");
    expect(samples).toEqual({ "house ok": 1 });
  });

  it.each([
    ["listed", "fail", ["blocklist-listed"]],
    ["minor", "warn", ["blocklist-listed-minor"]],
    ["policy", "warn", ["blocklist-listed-policy"]],
    ["informational", "ok", []],
    ["allow", "ok", []],
  ] as const)("makes of a %s entry: %s", async (meaning, severity, expected) => {
    const zone = { ...healthy("bl.test"), ...listed };
    const zones = [{ ...HOUSE, meaning }];
    const { verdict, samples, kinds } = await look("house", zone, { blocklists: { zones } });
    expect([verdict.severity, kinds]).toEqual([severity, expected]);
    expect(samples[`house ${V4} ip ${meaning}`]).toBe(1);
  });

  it("finds one thing where a list gives several codes", async () => {
    const zone = {
      ...healthy("zen.spamhaus.org"),
      [`${V4_NAME}.zen.spamhaus.org`]: { A: ["127.0.0.10", "127.0.0.4"] },
    };
    const { verdict, samples, kinds } = await look("spamhaus-zen", zone);
    expect(kinds).toEqual(["blocklist-listed"]);
    expect(verdict.findings[0]?.detail).toMatch(/127\.0\.0\.10 PBL.*127\.0\.0\.4 XBL/);
    expect(samples).toMatchObject({
      [`spamhaus-zen ${V4} ip listed`]: 1,
      [`spamhaus-zen ${V4} ip policy`]: 0,
    });
  });

  it("tests each family by itself, and asks for IPv6 by nibbles", async () => {
    const zones = [{ ...HOUSE, lists: ["ipv4", "ipv6"] as const }];
    const zone = { ...healthy("bl.test"), [`${V6_NAME}.bl.test`]: { A: ["127.0.0.2"] } };
    const { verdict, samples } = await look("house", zone, { ...both, blocklists: { zones } });
    expect(verdict.findings).toMatchObject([{ kind: "blocklist-listed", subject: V6 }]);
    expect(samples).toEqual({
      "house ok": 1,
      [`house ${V4} ip listed`]: 0,
      [`house ${V6} ip listed`]: 1,
    });
  });

  it("concludes nothing about IPv6 from a list without IPv6 test entry, and makes no fuss", async () => {
    const zones = [{ ...HOUSE, lists: ["ipv4", "ipv6"] as const }];
    const zone: LiteralZone = {
      "2.0.0.127.bl.test": { A: ["127.0.0.2"] },
      [`${V6_NAME}.bl.test`]: { A: ["127.0.0.2"] },
    };
    const { verdict, samples } = await look("house", zone, { ...both, blocklists: { zones } });
    expect(verdict.findings).toEqual([]);
    expect(samples).toEqual({
      "house ok": 1,
      "house lists-nothing-ipv6": 0,
      [`house ${V4} ip listed`]: 0,
    });
  });

  it("does fuss about a list of IPv6 alone that lists nothing", async () => {
    const zones = [{ ...HOUSE, lists: ["ipv6"] as const }];
    const { kinds } = await look("house", {}, { ...both, blocklists: { zones } });
    expect(kinds).toEqual(["blocklist-unusable"]);
  });

  it("asks nothing at all of a list that covers nothing of ours", async () => {
    const { verdict, dns } = await look("house", {}, { exits: [] });
    expect(dns.asked).toEqual([]);
    expect(verdict).toMatchObject({ severity: "ok", findings: [], samples: [] });
  });

  it("asks four questions besides those about us, and TXT only about entries", async () => {
    const { dns } = await look("house", { ...healthy("bl.test"), ...listed });
    expect(dns.asked).toHaveLength(6);
    expect(dns.asked.filter((asked) => asked.endsWith(" TXT"))).toEqual([`${V4_NAME}.bl.test TXT`]);
    const { dns: quiet } = await look("house", healthy("bl.test"));
    expect(quiet.asked.filter((asked) => asked.endsWith(" TXT"))).toEqual([]);
  });

  it("passes over addresses that no list can know, and says so", async () => {
    const exits = ["10.0.0.5", "192.0.2.25", "127.0.0.1", V4].map((ip) => exit(ip));
    const { verdict, samples } = await look("house", healthy("bl.test"), { exits });
    expect(Object.keys(samples)).toEqual(["house ok", `house ${V4} ip listed`]);
    expect(verdict.observed?.filter(({ aspect }) => aspect === "blocklists")).toEqual([
      { subject: "10.0.0.5", aspect: "blocklists", value: "not asked: a private address" },
      {
        subject: "192.0.2.25",
        aspect: "blocklists",
        value: "not asked: an address for documentation",
      },
      { subject: "127.0.0.1", aspect: "blocklists", value: "not asked: a loopback address" },
    ]);
  });

  it("shows the reasons of all codes, whatever the order in which they come", async () => {
    const details = [
      ["sbl/SBL1", "query/ip/1"],
      ["query/ip/1", "sbl/SBL1"],
    ].map(async (TXT) => {
      const zone = {
        ...healthy("zen.spamhaus.org"),
        [`${V4_NAME}.zen.spamhaus.org`]: { A: ["127.0.0.2", "127.0.0.10"], TXT },
      };
      const { verdict } = await look("spamhaus-zen", zone);
      return verdict.findings[0]?.detail ?? "";
    });
    const [one, other] = await Promise.all(details);
    expect(one).toContain("The list says: query/ip/1; sbl/SBL1.");
    expect(other).toBe(one);
  });

  it("shows hostile words of a list in one line and short", async () => {
    const zone = {
      ...healthy("bl.test"),
      [`${V4_NAME}.bl.test`]: {
        A: ["127.0.0.2"],
        TXT: [`\u001b[31mred\r\n\u2028<script>${"x".repeat(65_000)}`],
      },
    };
    const { verdict } = await look("house", zone);
    const detail = verdict.findings[0]?.detail ?? "";
    expect(detail).toContain("The list says: ?[31mred???<script>xxx");
    expect(detail).not.toMatch(/[\p{Cc}\u2028]/u);
    expect(detail.length).toBeLessThan(600);
  });

  it("survives a thousand answers and a thousand exits", async () => {
    const exits = Array.from({ length: 1000 }, (_, n) => exit(`198.18.${n >> 8}.${n & 255}`));
    const zone = {
      ...healthy("bl.test"),
      [`1.0.18.198.bl.test`]: { A: Array<string>(1000).fill("127.0.0.2") },
    };
    const { verdict, dns } = await look("house", zone, { exits });
    expect(dns.asked.length).toBeLessThan(40);
    expect(verdict.findings).toHaveLength(1);
    expect(verdict.findings[0]?.detail.length).toBeLessThan(1500);
  });
});
