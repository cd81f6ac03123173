import { describe, expect, it } from "vitest";
import type { DnsAnswer } from "../../src/domain/dns.ts";
import { type Blocklist, COMMON_REFUSALS } from "../../src/mail/blocklist.ts";
import { matches, readAnswer } from "../../src/mail/blocklist-answer.ts";
import { BLOCKLISTS } from "../../src/mail/blocklist-catalogue.ts";

const minimal: Blocklist = {
  name: "test",
  zone: "bl.test",
  covers: ["ipv4"],
  codes: [{ match: "127.0.0.2", meaning: "listed", says: "bad" }],
  refusals: COMMON_REFUSALS,
  removal: undefined,
  usual: true,
  aliveIn: "2026-08",
};

function found(...records: string[]): DnsAnswer<string> {
  const rest = { ttlSeconds: 60, authenticated: false, aliases: [], signatures: [] };
  return { kind: "found", records, ...rest };
}

function listed(name: string): Blocklist {
  const list = BLOCKLISTS.find((list) => list.name === name);
  if (list === undefined) throw new Error(`no list ${name}`);
  return list;
}

describe("mail/blocklist-answer", () => {
  it.each([
    ["nxdomain", { kind: "clean", why: "nxdomain" }],
    ["nodata", { kind: "clean", why: "nodata" }],
  ] as const)("takes %s for no entry, and says which", (why, expected) => {
    const absent = {
      kind: "absent",
      why,
      ttlSeconds: 0,
      authenticated: false,
      aliases: [],
    } as const;
    expect(readAnswer(minimal, absent)).toEqual(expected);
  });

  it.each(["timeout", "servfail", "refused", "malformed", "unreachable"] as const)(
    "keeps %s apart from any answer",
    (why) => {
      const answer = readAnswer(minimal, { kind: "failed", why, detail: "so" });
      expect(answer).toEqual({ kind: "failed", why, detail: "so" });
    },
  );

  it.each(["93.184.216.34", "10.0.0.1", "0.0.0.0", "128.0.0.2", "nonsense"])(
    "takes %s for a resolver's invention, whatever stands beside it",
    (address) => {
      const answer = readAnswer(minimal, found("127.0.0.2", address));
      expect(answer).toEqual({ kind: "rewritten", address });
    },
  );

  it.each(["127.255.255.252", "127.255.255.254", "127.255.255.255", "127.255.255.7"])(
    "takes %s for a refusal, even beside an entry",
    (code) => {
      expect(readAnswer(minimal, found("127.0.0.2", code))).toMatchObject({
        kind: "refused-us",
        code,
      });
    },
  );

  it.each(["127.0.0.1", "127.0.0.3", "127.1.0.2"])("does not guess what %s means", (code) => {
    expect(readAnswer(minimal, found(code))).toEqual({ kind: "unknown-code", codes: [code] });
  });

  it("reads several codes at once, the worst of them first in rank", () => {
    expect(readAnswer(listed("spamhaus-zen"), found("127.0.0.10", "127.0.0.3"))).toEqual({
      kind: "entry",
      meaning: "listed",
      codes: [
        "127.0.0.10 PBL: the provider lets it send no mail",
        "127.0.0.3 CSS: sends low-reputation mail",
      ],
    });
  });

  it.each([
    ["spamhaus-zen", "127.0.0.2", "listed"],
    ["spamhaus-zen", "127.0.0.7", "listed"],
    ["spamhaus-zen", "127.0.0.11", "policy"],
    ["spamhaus-dbl", "127.0.1.106", "listed"],
    ["uceprotect-3", "127.0.0.2", "informational"],
    ["spamrats", "127.0.0.37", "policy"],
    ["hostkarma", "127.0.0.1", "allow"],
    ["hostkarma", "127.0.0.5", "allow"],
    ["validity", "127.0.0.1", "minor"],
    ["efnet", "127.0.0.1", "informational"],
    ["dnswl", "127.0.9.2", "allow"],
    ["dnswl", "127.0.20.0", "allow"],
    ["dnswl", "127.0.10.3", "informational"],
    ["dnswl-domains", "127.0.15.1", "allow"],
    ["surbl", "127.0.0.8", "listed"],
    ["surbl", "127.0.0.84", "listed"],
    ["surbl", "127.0.0.36", "minor"],
    ["uribl", "127.0.0.8", "informational"],
    ["uribl", "127.0.0.14", "listed"],
    ["abusix-combined", "127.0.0.2", "listed"],
    ["abusix-combined", "127.0.0.3", "minor"],
    ["abusix-combined", "127.0.0.12", "policy"],
    ["abusix-combined", "127.0.0.200", "listed"],
    ["abusix-domains", "127.0.1.1", "listed"],
    ["abusix-domains", "127.0.1.2", "minor"],
  ])("%s means by %s: %s", (name, code, meaning) => {
    expect(readAnswer(listed(name), found(code))).toMatchObject({ kind: "entry", meaning });
  });

  it.each([
    ["surbl", "127.0.0.1"],
    ["surbl", "127.0.0.5"],
    ["uribl", "127.0.0.1"],
    ["uribl", "127.0.0.3"],
    ["spamhaus-dbl", "127.0.1.255"],
    ["dnswl", "127.0.0.255"],
    ["validity", "127.255.255.255"],
  ])("%s refuses us by %s", (name, code) => {
    expect(readAnswer(listed(name), found(code)).kind).toBe("refused-us");
  });

  it.each([
    ["spamhaus-zen", "127.0.0.1"],
    ["spamcop", "127.0.0.1"],
    ["surbl", "127.0.1.8"],
    ["surbl", "127.0.0.2"],
  ])("%s says nothing that counts by %s", (name, code) => {
    expect(readAnswer(listed(name), found(code)).kind).toBe("unknown-code");
  });

  it("looks at no more than some of a thousand addresses", () => {
    const answer = readAnswer(minimal, found(...Array<string>(1000).fill("127.0.0.9")));
    expect(answer).toMatchObject({ kind: "unknown-code" });
    expect(answer.kind === "unknown-code" && answer.codes.length).toBeLessThan(100);
  });

  it.each([
    ["127.0.0.5", "127.0.0.4-7", true],
    ["127.0.0.8", "127.0.0.4-7", false],
    ["127.0.9.3", "127.0.*.3", true],
    ["127.0.9.4", "127.0.*.3", false],
    ["127.0.0.20", "127.0.0.2", false],
  ])("matches %s with %s: %s", (address, pattern, expected) => {
    expect(matches(address, pattern)).toBe(expected);
  });
});
