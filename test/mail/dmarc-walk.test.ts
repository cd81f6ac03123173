import { describe, expect, it } from "vitest";
import type { DnsAnswer } from "../../src/domain/dns.ts";
import { isAligned, nearness } from "../../src/mail/alignment.ts";
import { isDmarcRecord, parseDmarc, withTag } from "../../src/mail/dmarc-record.ts";
import { harmless, merged, wellFormed } from "../../src/mail/dmarc-remedy.ts";
import {
  organisationOfWalk,
  policyOfWalk,
  walkNames,
  type WalkStep,
} from "../../src/mail/dmarc-walk.ts";

type Zone = Readonly<Record<string, string | readonly string[]>>;

function walk(domain: string, zone: Zone, silent?: string): WalkStep[] {
  return walkNames(domain).map((name) => ({
    domain: name,
    answer: name === silent ? TIMEOUT : answer(zone[name]),
  }));
}

const TIMEOUT: DnsAnswer<string> = { kind: "failed", why: "timeout", detail: "no answer" };

function answer(texts: string | readonly string[] | undefined): DnsAnswer<string> {
  const rest = { ttlSeconds: 60, authenticated: false, aliases: [] };
  return texts === undefined
    ? { kind: "absent", why: "nxdomain", ...rest }
    : { kind: "found", records: [texts].flat(), signatures: [], ...rest };
}

const NONE = "v=DMARC1; p=none";

describe("the names of a tree walk (RFC 9989 §4.10)", () => {
  it("goes up to the top, label by label", () => {
    expect(walkNames("Mail.Example.org")).toEqual(["mail.example.org", "example.org", "org"]);
  });

  it("asks eight times, however long the name", () => {
    expect(walkNames("a.b.c.d.e.f.g.h.i.j.mail.example.com")).toEqual([
      "a.b.c.d.e.f.g.h.i.j.mail.example.com",
      "g.h.i.j.mail.example.com",
      "h.i.j.mail.example.com",
      "i.j.mail.example.com",
      "j.mail.example.com",
      "mail.example.com",
      "example.com",
      "com",
    ]);
    expect(walkNames(`${"x.".repeat(100)}example.com`)).toHaveLength(8);
  });
});

describe("the organisational domain (RFC 9989 §4.10.2)", () => {
  it.each<[string, string, Zone, string]>([
    [
      "the shortest name with a record",
      "a.mail.example.org",
      { "mail.example.org": NONE, "example.org": NONE },
      "example.org",
    ],
    [
      "one below a public suffix",
      "a.b.example.co.test",
      { "co.test": `${NONE}; psd=y`, "b.example.co.test": NONE },
      "example.co.test",
    ],
    [
      "where somebody says so",
      "a.dept.example.org",
      { "dept.example.org": `${NONE}; psd=n`, "example.org": NONE },
      "dept.example.org",
    ],
    ["itself where nobody has a record", "a.example.org", {}, "a.example.org"],
    ["itself where it is a public suffix", "co.test", { "co.test": `${NONE}; psd=y` }, "co.test"],
    [
      "not a name with two records",
      "a.example.org",
      { "example.org": [NONE, `${NONE}; t=y`], "a.example.org": NONE },
      "a.example.org",
    ],
    [
      "nor one whose record is none",
      "a.example.org",
      { "example.org": "v=DMARC2; p=none", "a.example.org": NONE },
      "a.example.org",
    ],
  ])("is %s", (_, domain, zone, organisation) => {
    expect(organisationOfWalk(walk(domain, zone))).toEqual({ kind: "found", domain: organisation });
  });

  it("is unknown while a name on the way does not answer", () => {
    expect(
      organisationOfWalk(walk("a.example.org", { "a.example.org": NONE }, "org")),
    ).toMatchObject({
      kind: "unknown",
    });
  });

  it("does not need the names above one that ends the walk", () => {
    const zone = { "example.org": `${NONE}; psd=n` };
    expect(organisationOfWalk(walk("example.org", zone, "org"))).toMatchObject({ kind: "found" });
  });
});

describe("the policy that applies (RFC 9989 §4.10.1)", () => {
  it.each<[string, Zone, string | undefined]>([
    [
      "its own",
      { "a.b.example.test": NONE, "example.test": "v=DMARC1; p=reject" },
      "a.b.example.test",
    ],
    [
      "the organisation's, not that of a name between",
      { "b.example.test": NONE, "example.test": NONE },
      "example.test",
    ],
    ["the public suffix's where there is no other", { test: `${NONE}; psd=y` }, "test"],
    ["none", {}, undefined],
  ])("is %s", (_, zone, at) => {
    const found = policyOfWalk(walk("a.b.example.test", zone));
    expect(found).toMatchObject(
      at === undefined ? { kind: "none" } : { kind: "found", domain: at },
    );
  });

  it("is its own whatever happens above", () => {
    const steps = walk("example.org", { "example.org": NONE }, "org");
    expect(policyOfWalk(steps)).toMatchObject({ kind: "found" });
  });

  it("is unknown while its own name does not answer", () => {
    const steps = walk("a.example.org", { "example.org": NONE }, "a.example.org");
    expect(policyOfWalk(steps)).toMatchObject({ kind: "unknown" });
  });
});

describe("alignment", () => {
  const organisation = { kind: "found", domain: "example.org" } as const;
  const from = { domain: "example.org", organisation };

  it.each([
    ["the same name", "Example.org", "example.org", true, true],
    ["a name of the same organisation", "mail.example.org", "example.org", true, false],
    ["another organisation", "example.net", "example.net", false, false],
  ])("of %s", (_, domain, owner, relaxed, strict) => {
    const near = nearness(from, { domain, organisation: { kind: "found", domain: owner } });
    expect([isAligned(near, "relaxed"), isAligned(near, "strict")]).toEqual([relaxed, strict]);
  });

  it("is unknown with the organisation, but never strict", () => {
    const unknown = { kind: "unknown", detail: "no answer" } as const;
    const near = nearness(from, { domain: "mail.example.org", organisation: unknown });
    expect([isAligned(near, "relaxed"), isAligned(near, "strict")]).toEqual([undefined, false]);
  });
});

describe("a DMARC record", () => {
  it.each([
    ["v=DMARC1", true],
    ["v = DMARC1 ; p=none", true],
    ["v=dmarc1; p=none", false],
    [" v=DMARC1; p=none", false],
    ["v=DMARC12; p=none", false],
    ["p=none; v=DMARC1", false],
  ])("%j: %s", (text, expected) => {
    expect(isDmarcRecord(text)).toBe(expected);
  });

  it("fills in what is not said", () => {
    expect(parseDmarc("v=DMARC1; p=Reject")).toEqual({
      policy: "reject",
      subdomains: "reject",
      nonexistent: "reject",
      isTesting: false,
      publicSuffix: "unsaid",
      dkimAlignment: "relaxed",
      spfAlignment: "relaxed",
      reportsTo: [],
      failureReportsTo: [],
      isVoid: false,
      faults: [],
      percentage: undefined,
    });
  });

  it("reads every tag", () => {
    const text =
      "v=DMARC1;p=none;sp=reject;np=quarantine;t=y;psd=n;adkim=s;aspf=s;fo=1:d;ruf=mailto:f@a.test;rua=mailto:r@a.test!10m, https://b.test/x, mailto:s@b.test;pct=50;x=y;";
    expect(parseDmarc(text)).toEqual({
      policy: "none",
      subdomains: "reject",
      nonexistent: "quarantine",
      isTesting: true,
      publicSuffix: "no",
      dkimAlignment: "strict",
      spfAlignment: "strict",
      reportsTo: ["r@a.test", "s@b.test"],
      failureReportsTo: ["f@a.test"],
      isVoid: false,
      faults: [],
      percentage: "50",
    });
  });

  it.each([
    ["v=DMARC1", "there is no p="],
    ["v=DMARC1; p=quarantin", "p=quarantin is not none or quarantine or reject"],
    ["v=DMARC1; p=none; sp=off", "sp=off is not none or quarantine or reject"],
    ["v=DMARC1; p=none; adkim=strict", "adkim=strict is not r or s"],
    ["v=DMARC1; p=none; rua=r@a.test", "rua: r@a.test is not mailto: and an address"],
    ["v=DMARC1; p=none; p=reject", "p= stands twice"],
    ["v=DMARC1; p=none, sp=none", "p=none, sp=none is not none or quarantine or reject"],
    ["v=DMARC1; p=none; quarantine", "quarantine is not tag=value"],
  ])("%s: %s", (text, fault) => {
    expect(parseDmarc(text).faults).toEqual([fault]);
  });

  it.each(["sp=reject", "p=reject; sp=maybe", "p=reject; np=maybe", "p=maybe; sp=reject"])(
    "is p=none at best where a policy is missing or wrong: %s (RFC 9989 §4.10.1)",
    (tags) => {
      const none = { policy: "none", subdomains: "none", nonexistent: "none", isVoid: true };
      expect(parseDmarc(`v=DMARC1; ${tags}`)).toMatchObject(none);
    },
  );

  it.each([
    [
      "p=reject; adkim=strict; rua=a@b.test,x y,mailto:c@d.test",
      "p=reject; rua=mailto:a@b.test,mailto:c@d.test",
    ],
    ["p=reject; p=none; quarantine;; rua=nobody; fo=1", "p=reject; fo=1"],
  ])("is written out without what receivers pass over: %s", (tags, expected) => {
    expect(wellFormed(`v=DMARC1; ${tags}`)).toBe(`v=DMARC1; ${expected}`);
  });

  it.each([
    [
      "v=dmarc1; p=reject; sp=block; adkim=s; rua=mailto:a@b.test",
      "p=none; adkim=s; rua=mailto:a@b.test",
    ],
    ["p=reject", "p=none; rua=mailto:postmaster@example.org"],
    ["v=DMARC1; rua=mailto:a@b.test", "p=none; rua=mailto:a@b.test"],
    ["v=DMARC1; p=block; rua=a b", "p=none; rua=mailto:postmaster@example.org"],
  ])("enforces nothing where nothing was in force: %s", (text, expected) => {
    expect(harmless(text, "example.org")).toBe(`v=DMARC1; ${expected}`);
  });

  it("of several is the mildest, with the mailboxes of all", () => {
    const texts = [
      "v=DMARC1; p=reject; rua=mailto:a@b.test",
      "v=DMARC1; p=none; fo=1; rua=mailto:c@d.test",
    ];
    expect(merged(texts, "example.org")).toBe(
      "v=DMARC1; p=none; fo=1; rua=mailto:a@b.test,mailto:c@d.test",
    );
  });

  it("is rewritten one tag at a time", () => {
    expect(withTag("v=DMARC1;p=none; rua=mailto:a@b.test;", "p", "reject")).toBe(
      "v=DMARC1; p=reject; rua=mailto:a@b.test",
    );
    expect(withTag("v=DMARC1; p=none; rua=mailto:a@b.test", "sp", "none")).toBe(
      "v=DMARC1; p=none; sp=none; rua=mailto:a@b.test",
    );
    expect(withTag("v=DMARC1; p=none; pct=50", "pct", undefined)).toBe("v=DMARC1; p=none");
  });

  it.each([
    ["tags", "v=DMARC1;" + "a=b;".repeat(16_000)],
    ["commas", `v=DMARC1; p=none; rua=${",".repeat(64_000)}`],
    ["one address", `v=DMARC1; p=none; rua=mailto:${"a".repeat(64_000)}`],
  ])("of 64 KB of %s is read in time", (_, text) => {
    expect(parseDmarc(text).reportsTo).toEqual([]);
    expect(wellFormed(text)).toMatch(/^v=DMARC1(?:; [ap]=[a-z]+)?$/);
    expect(merged([text, text], "example.org")).toMatch(/^v=DMARC1; p=none/);
  });
});
