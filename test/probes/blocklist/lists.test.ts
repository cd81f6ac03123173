import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { checksOf, healthy, HOUSE, KEY, KEYS, look, V4, V4_NAME } from "./look.ts";

const none = { spamhausDqs: undefined, abusix: undefined };

function asked(blocklists: Parameters<typeof checksOf>[0]["blocklists"]): string[] {
  const checks = checksOf({ blocklists: { zones: [], ...blocklists } });
  return checks.map(({ labels }) => labels["list"] ?? "");
}

describe("probes/blocklist/lists", () => {
  it("asks the usual lists, hourly, and none that needs a key or an account", () => {
    const names = asked({});
    expect(names).toEqual(expect.arrayContaining(["spamhaus-zen", "spamhaus-dbl", "surbl"]));
    for (const off of ["uceprotect-2", "dnswl", "barracuda", "abusix-combined", "efnet"]) {
      expect(names).not.toContain(off);
    }
    for (const { everyMs } of checksOf({})) expect(everyMs).toBe(3_600_000);
  });

  it("asks at the pace of the list, unless told another", () => {
    const checks = checksOf({
      blocklists: {
        enabled: ["dnswl", "uceprotect-2"],
        zones: [{ ...HOUSE, everyMs: 600_000 }],
        intervals: [{ list: "uceprotect-2", everyMs: 86_400_000 }],
      },
    });
    const pace = new Map(checks.map(({ labels, everyMs }) => [labels["list"], everyMs]));
    expect(pace.get("dnswl")).toBe(6 * 3_600_000);
    expect(pace.get("uceprotect-2")).toBe(86_400_000);
    expect(pace.get("house")).toBe(600_000);
    expect(pace.get("surbl")).toBe(3_600_000);
  });

  it("asks what is enabled and not what is disabled", () => {
    const names = asked({ enabled: ["dnswl"], disabled: ["surbl"] });
    expect([names.includes("dnswl"), names.includes("surbl")]).toEqual([true, false]);
  });

  it("asks Abusix when there is a key for it", () => {
    expect(asked({ keys: { ...none, abusix: KEYS.abusix } })).toContain("abusix-combined");
  });

  it("asks Spamhaus below the key, and shows the key nowhere", async () => {
    const zone = `${KEY}.zen.dq.spamhaus.net`;
    const { verdict, dns } = await look(
      "spamhaus-zen",
      {
        ...healthy(zone),
        [`${V4_NAME}.${zone}`]: {
          A: ["127.0.0.3"],
          TXT: [`see https://x.test/${KEY.toUpperCase()}`],
        },
      },
      { blocklists: { keys: KEYS } },
    );
    expect(dns.asked).toContain(`${V4_NAME}.${zone} A`);
    expect(dns.asked.every((name) => name.includes(KEY))).toBe(true);
    expect(verdict.findings).toMatchObject([{ kind: "blocklist-listed", subject: V4 }]);
    expect(verdict.findings[0]?.detail).toContain("see https://x.test/[key]");
    expect(inspect(verdict, { depth: Infinity })).not.toMatch(new RegExp(KEY, "i"));
  });

  it.each(["spamhaus-zen", "spamhaus-dbl", "abusix-combined", "abusix-domains"])(
    "shows no key when DNS fails for %s and repeats the name",
    async (list) => {
      const checks = checksOf({ blocklists: { keys: KEYS } });
      const check = checks.find(({ labels }) => labels["list"] === list);
      const verdict = await check?.run(
        {
          dns: {
            query: (name: string) =>
              Promise.resolve({ kind: "failed", why: "servfail", detail: `no ${name} today` }),
          },
          clock: { now: () => 0, monotonic: () => 0 },
          seen: { exits: () => [{ ip: V4, family: "ipv4", helo: "a.example.org" }] },
        } as never,
        new AbortController().signal,
      );
      expect(verdict?.findings).toMatchObject([{ kind: "blocklist-unusable", subject: list }]);
      expect(verdict?.findings[0]?.detail).toContain("[key].");
      expect(inspect([verdict, check], { depth: Infinity })).not.toContain(KEY);
    },
  );
});
