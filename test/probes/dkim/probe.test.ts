import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Canary, SignatureCheck } from "../../../src/domain/canary.ts";
import { DAY, HOUR } from "../../../src/domain/duration.ts";
import type { Verdict } from "../../../src/domain/result.ts";
import { dkim } from "../../../src/probes/dkim/probe.ts";
import { arrival, canary } from "../../fakes/canary.ts";
import { runProbe, type Surroundings } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";

const NOW = canary().plannedAt + HOUR;
const [GOOD, OTHER] = [record(rsa(2048)), record(rsa(2048))];
const ED25519 = generateKeyPairSync("ed25519")
  .publicKey.export({ type: "spki", format: "der" })
  .subarray(-32)
  .toString("base64");

function rsa(bits: number, type: "spki" | "pkcs1" = "spki"): string {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  return publicKey.export({ type, format: "der" }).toString("base64");
}

function record(key: string): string {
  return `v=DKIM1; k=rsa; p=${key}`;
}

function signed(
  signatures: readonly Partial<SignatureCheck>[],
  over: Partial<Canary> & { readonly minute?: number } = {},
): Canary {
  const { minute = 0, ...rest } = over;
  const plannedAt = canary().plannedAt + minute * 60_000;
  return canary({
    plannedAt,
    arrival: arrival({
      seenAt: plannedAt + 5000,
      secondOpinion: signatures.map((signature) => ({
        domain: "example.org",
        selector: "s1",
        result: "pass",
        detail: undefined,
        ...signature,
      })),
    }),
    ...rest,
  });
}

const BAD = { result: "fail", detail: "bad signature" } as const;

async function look(
  keys: Readonly<Record<string, string | readonly string[]>>,
  around: Surroundings = {},
): Promise<Verdict> {
  const zone = Object.fromEntries(
    Object.entries(keys).map(([selector, texts]) => [
      `${selector}._domainkey.example.org`,
      { TXT: [texts].flat() },
    ]),
  );
  return lookIn(zone, around);
}

async function lookIn(zone: LiteralZone, around: Surroundings = {}): Promise<Verdict> {
  const routes = [{ dkim: [{ domain: "example.org", selector: "s1" }] }];
  const verdicts = await runProbe(dkim, zone, { routes, now: NOW, ...around });
  const verdict = verdicts.get("dkim domain=example.org");
  if (verdict === undefined) throw new Error("no check of example.org");
  return verdict;
}

/** What is remembered of every key. */
function since(firstAt: number, changedAt?: number): Surroundings {
  return {
    recall: (subject, aspect) => ({ subject, aspect, value: "", firstAt, changedAt }),
  };
}

function kinds({ findings }: Verdict): string[] {
  return findings.map(({ kind }) => kind);
}

function series({ samples }: Verdict): Record<string, number> {
  return Object.fromEntries(
    samples.map(({ metric, labels, value }) => [
      [metric.name, labels["selector"]].filter((part) => part !== undefined).join(" "),
      value,
    ]),
  );
}

describe("probes/dkim, the key", () => {
  it.each([
    ["RSA of 2048 bits", GOOD, 2048],
    ["RSA without v= and k=, with blanks", `p = ${GOOD.slice(18, 60)} ${GOOD.slice(60)} ;`, 2048],
    ["a bare RSAPublicKey", record(rsa(2048, "pkcs1")), 2048],
    ["Ed25519", `v=DKIM1; k=ed25519; p=${ED25519}`, 256],
    ["for email, strictly, sha256", `${GOOD}; s=email; t=s; h=sha1:sha256; n=hello`, 2048],
  ])("is fine: %s", async (_, text, bits) => {
    const verdict = await look({ s1: text }, { arrived: [signed([{}])] });
    expect(verdict).toMatchObject({ severity: "ok", findings: [] });
    expect(series(verdict)).toEqual({
      deliverability_dns_record_ok: 1,
      "deliverability_dkim_key_bits s1": bits,
    });
  });

  it.each([
    [
      "missing",
      [],
      "dkim-key-missing",
      's1._domainkey.example.org. IN TXT "v=DKIM1; k=rsa; p=KEY"',
    ],
    ["there twice", [GOOD, OTHER], "dkim-several-keys", " and "],
    ["revoked", "v=DKIM1; p=", "dkim-key-revoked", '"v=DKIM1; p="'],
    ["weak", record(rsa(768)), "dkim-key-weak", "768 bits"],
    ["short", record(rsa(1024)), "dkim-key-short", "1024 bits"],
    ["testing", `${GOOD}; t=y:s`, "dkim-testing", " t=s"],
    ["cut off", GOOD.slice(0, 200), "dkim-key-broken", "holds no RSA key"],
    ["no base64", record("\\;not"), "dkim-key-broken", "not a list"],
    ["of another version", `v=DKIM2; p=${GOOD.slice(18)}`, "dkim-key-broken", "v is not DKIM1"],
    ["without p=", "v=DKIM1; k=rsa", "dkim-key-broken", "no p="],
    ["for no service of mail", `${GOOD}; s=tlsrpt`, "dkim-key-unusable", "s= does not name email"],
    ["for sha1 only", `${GOOD}; h=sha1`, "dkim-key-unusable", "h= does not allow sha256"],
    ["of an unknown type", `v=DKIM1; k=dsa; p=AAAA`, "dkim-key-unusable", "k=dsa"],
    ["Ed25519 in the wrapping of OpenSSL", `k=ed25519; p=${ED25519}AAAA`, "dkim-key-broken", "32"],
  ])("is %s, and that is the one finding", async (_, text, kind, detail) => {
    const verdict = await look({ s1: text });
    expect(kinds(verdict)).toEqual([kind]);
    expect(verdict.findings[0]?.detail).toContain(detail);
  });

  it.each([
    ["missing, of a type that nobody knows", [], "k=rsa; p=KEY", "openssl rsa -in"],
    ["revoked", ["v=DKIM1; k=ed25519; p="], "k=ed25519; p=KEY", "tail -c 32"],
    [
      "cut off",
      [`v=DKIM1; k=ed25519; p=${ED25519.slice(0, 20)}`],
      "k=ed25519; p=KEY",
      "tail -c 32",
    ],
    ["for no service of mail", [`${GOOD}; s=tlsrpt; h=sha1; t=s`], GOOD.slice(0, 40), "; t=s"],
  ])("has its record written out where it is %s", async (_, texts, ...parts) => {
    const [found] = (await look({ s1: texts })).findings;
    for (const part of parts) expect(found?.detail).toContain(part);
    expect(found?.detail.split("Publish")[1]).not.toContain("s=tlsrpt");
  });

  it("journals the record under its selector and looks again when it expires", async () => {
    expect(await look({ s1: GOOD })).toMatchObject({
      observed: [{ subject: "example.org", aspect: "dkim s1", value: GOOD }],
      recheckInMs: 300_000,
    });
  });

  it.each([["timeout"], ["servfail"], ["refused"], ["malformed"]] as const)(
    "is not known on %s",
    async (failure) => {
      const verdict = await lookIn({ "s1._domainkey.example.org": failure });
      expect(verdict).toMatchObject({ severity: "unknown", samples: [], observed: [] });
      expect(kinds(verdict)).toEqual(["dkim-undecided"]);
    },
  );

  it.each([
    ["64 KB of tags", "a=1;".repeat(16_000)],
    ["64 KB of key", record("A".repeat(64_000))],
    ["64 KB of blanks", `v=DKIM1;${" ".repeat(64_000)}p=`],
    ["control characters", "v=DKIM1; p=\u0000\u001b[2J"],
  ])("is judged in time and quoted in print: %s", async (_, text) => {
    const { findings } = await look({ s1: text });
    for (const { detail } of findings) expect(detail).toMatch(/^[\x20-\x7e]{0,16500}$/);
  });
});

describe("probes/dkim, what canaries show", () => {
  it("finds a published key that is not the one that signs", async () => {
    const verdict = await look({ s1: GOOD }, { arrived: [signed([BAD])] });
    expect(kinds(verdict)).toEqual(["dkim-key-mismatch"]);
    expect(series(verdict)).toMatchObject({ deliverability_dns_record_ok: 0 });
  });

  it.each([
    ["an Ed25519 key for an RSA signature", `v=DKIM1; k=ed25519; p=${ED25519}`, "k=rsa"],
    ["an RSA key for an Ed25519 signature", GOOD, "k=ed25519"],
  ])("finds %s", async (_, text, type) => {
    const check = { result: "permerror", detail: "inappropriate key algorithm" } as const;
    const verdict = await look({ s1: text }, { arrived: [signed([check])] });
    expect(kinds(verdict)).toEqual(["dkim-key-mismatch"]);
    expect(verdict.findings[0]?.detail).toContain(`v=DKIM1; ${type}; p=KEY`);
  });

  it("says how to print an Ed25519 key that was replaced", async () => {
    const text = `v=DKIM1; k=ed25519; p=${ED25519}`;
    const { findings } = await look({ s1: text }, { arrived: [signed([BAD])] });
    expect(findings[0]?.detail).toContain("k=ed25519; p=KEY");
    expect(findings[0]?.detail).toContain("tail -c 32");
  });

  it.each([
    [
      "the body was changed on the way",
      [signed([{ result: "fail", detail: "body hash did not verify" }])],
    ],
    ["nobody could verify it", [signed([{ result: "temperror", detail: "timeout" }])]],
    [
      "only one provider sees it fail",
      [signed([BAD], { minute: 9 }), signed([{}], { provider: "other" })],
    ],
    [
      "it passes again",
      [signed([{}], { minute: 9 }), signed([BAD]), signed([BAD], { provider: "other" })],
    ],
  ])("does not blame the key when %s", async (_, arrived) => {
    expect(kinds(await look({ s1: GOOD }, { arrived }))).toEqual([]);
  });

  it("blames the key as soon as two providers see it fail", async () => {
    const arrived = [
      signed([{}]),
      signed([BAD], { minute: 8 }),
      signed([BAD], { minute: 9, provider: "other" }),
    ];
    expect(kinds(await look({ s1: GOOD }, { arrived }))).toEqual(["dkim-key-mismatch"]);
  });

  it("waits for the next canary once the record has changed", async () => {
    const at = canary().plannedAt + 60_000;
    const arrived = [signed([BAD])];
    expect(kinds(await look({ s1: GOOD }, { arrived, ...since(at, at) }))).toEqual([]);
    // That we have not looked for long does not mean that there was another one before.
    expect(kinds(await look({ s1: GOOD }, { arrived, ...since(at) }))).toEqual([
      "dkim-key-mismatch",
    ]);
  });

  it("finds that nothing is signed", async () => {
    const verdict = await look({ s1: GOOD }, { arrived: [signed([])] });
    expect(kinds(verdict)).toEqual(["dkim-not-signed"]);
  });

  it("finds unsigned mail of a route that names no selector, but not a relay's signature", async () => {
    const routes = [{}];
    expect(kinds(await look({}, { routes, arrived: [signed([])] }))).toEqual(["dkim-not-signed"]);
    const relayed = signed([{ domain: "relay.test", selector: "r" }]);
    expect(await look({}, { routes, arrived: [relayed] })).toMatchObject({
      findings: [],
      samples: [],
    });
  });

  it("looks at a selector that was only seen, below the domain as well", async () => {
    const arrived = [signed([{ domain: "News.example.org", selector: "Auto" }])];
    const zone = { "auto._domainkey.news.example.org": { TXT: [record(rsa(1024))] } };
    const verdict = await lookIn(zone, { routes: [{}], arrived });
    expect(kinds(verdict)).toEqual(["dkim-key-short"]);
    expect(verdict.findings[0]?.subject).toBe("example.org");
  });

  it("looks at the key of the organisation that signs for a domain below it", async () => {
    const news = { from: { name: undefined, address: "a@news.example.org" } };
    const check = { result: "permerror", detail: "no key" } as const;
    const arrived = [signed([check, { domain: "org" }, { domain: "relay.test" }])];
    const routes = [news, { from: { name: undefined, address: "a@shop.example.org" } }];
    const gone = await runProbe(dkim, {}, { routes, arrived, now: NOW });
    expect([...gone.values()].map(({ findings }) => findings)).toMatchObject([
      [{ kind: "dkim-key-missing", subject: "news.example.org" }],
      [{ kind: "dkim-key-missing", subject: "shop.example.org" }],
    ]);
    const zone = { "s1._domainkey.example.org": { TXT: [GOOD] } };
    const there = await runProbe(dkim, zone, { routes, arrived: [signed([{}])], now: NOW });
    const bits = [...there.values()].flatMap(({ samples }) =>
      samples.filter(({ labels }) => labels["selector"] === "s1"),
    );
    expect(bits).toMatchObject([{ labels: { domain: "example.org" }, value: 2048 }]);
  });

  it("takes the organisation's signature for no rotation of the configured one", async () => {
    const from = { name: undefined, address: "a@news.example.org" };
    const routes = [{ from, dkim: [{ domain: "news.example.org", selector: "s1" }] }];
    const zone = { "s1._domainkey.news.example.org": { TXT: [GOOD] } };
    const verdicts = await runProbe(dkim, zone, { routes, arrived: [signed([{}])], now: NOW });
    expect([...verdicts.values()].map(kinds)).toEqual([["dkim-not-signed"]]);
  });

  it("takes no name from a signature that is none", async () => {
    const arrived = [signed([{ selector: "a b\u0000" }, { domain: "evil\n.example.org" }, {}])];
    const verdict = await look({ s1: GOOD }, { arrived });
    expect(verdict.observed).toHaveLength(1);
  });

  it("looks at a bounded number of selectors", async () => {
    const arrived = [signed(Array.from({ length: 500 }, (_, n) => ({ selector: `x${n}` })))];
    const verdict = await look({ s1: GOOD }, { arrived });
    expect(verdict.observed).toHaveLength(12);
  });
});

describe("probes/dkim, rotation", () => {
  const passing = { arrived: [signed([{ selector: "s2" }])] };

  it("is under way while the old key is still published", async () => {
    const verdict = await look({ s1: GOOD, s2: OTHER }, passing);
    expect(verdict).toMatchObject({ severity: "warn" });
    expect(kinds(verdict)).toEqual(["dkim-rotation"]);
    expect(verdict.findings[0]?.detail).toContain("s2._domainkey.example.org signs");
  });

  it.each([
    ["gone", { s2: OTHER }],
    ["revoked", { s1: "v=DKIM1; p=", s2: OTHER }],
  ])("is complete when the old key is %s", async (_, keys) => {
    const verdict = await look(keys, passing);
    expect(verdict).toMatchObject({ severity: "warn" });
    expect(kinds(verdict)).toEqual(["dkim-rotated"]);
  });

  const both = {
    routes: [{ dkim: ["s1", "s2"].map((selector) => ({ domain: "example.org", selector })) }],
  };

  it.each([
    ["another of its kind", GOOD, OTHER, []],
    ["an RSA key in the stead of an Ed25519 one", `v=DKIM1; k=ed25519; p=${ED25519}`, GOOD, []],
    [
      "an Ed25519 key in the stead of an RSA one",
      GOOD,
      `k=ed25519; p=${ED25519}`,
      ["dkim-not-signed"],
    ],
  ])("is none while a configured key waits for its turn: %s signs", async (_, s1, s2, expected) => {
    expect(kinds(await look({ s1, s2 }, { ...both, ...passing }))).toEqual(expected);
  });

  it("reminds of the key that signs, not of the one that waits", async () => {
    const { findings } = await look(
      { s1: GOOD, s2: OTHER },
      { ...both, ...passing, ...since(NOW - 400 * DAY) },
    );
    expect(findings).toMatchObject([{ kind: "dkim-key-old" }]);
    expect(findings[0]?.detail).toMatch(/^s2\._domainkey/);
    expect(findings[0]?.detail).not.toContain("s1._domainkey");
  });

  it("is none where a service has yet to publish the key that waits", async () => {
    const zone = {
      "s1._domainkey.example.org": { CNAME: ["s1.keys.test"] },
      "s2._domainkey.example.org": { TXT: [OTHER] },
    };
    expect(kinds(await lookIn(zone, { ...both, ...passing }))).toEqual([]);
    expect(kinds(await lookIn(zone, passing))).toEqual(["dkim-rotated"]);
    expect(kinds(await look({ s2: OTHER }, { ...both, ...passing }))).toEqual(["dkim-rotated"]);
  });

  it("is not judged before a canary shows which key of a service's pair signs", async () => {
    const waiting = { "s1._domainkey.example.org": { CNAME: ["s1.keys.test"] } };
    const zone = { ...waiting, "s2._domainkey.example.org": { TXT: [OTHER] } };
    expect(kinds(await lookIn(zone, both))).toEqual([]);
    expect(kinds(await lookIn(waiting, both))).toEqual(["dkim-key-missing"]);
    expect(kinds(await lookIn(zone))).toEqual(["dkim-key-missing"]);
    expect(kinds(await look({ s2: OTHER }, both))).toEqual(["dkim-key-missing"]);
  });

  it("has no record removed that a service keeps for the next time", async () => {
    const zone = {
      "s1._domainkey.example.org": { CNAME: ["s1.keys.test"] },
      "s1.keys.test": { TXT: [GOOD] },
      "s2._domainkey.example.org": { CNAME: ["s2.keys.test"] },
      "s2.keys.test": { TXT: [OTHER] },
    };
    const { findings } = await lookIn(zone, passing);
    expect(findings).toMatchObject([{ kind: "dkim-rotation" }]);
    expect(findings[0]?.detail).toContain("Leave the record as it is: it leads to s1.keys.test");
    const old = await lookIn(zone, { arrived: [signed([{}])], ...since(NOW - 400 * DAY) });
    expect(old.findings[0]?.detail).toContain("It is kept at s1.keys.test");
    const own = await look({ s1: GOOD, s2: OTHER }, passing);
    expect(own.findings[0]?.detail).toContain("Remove it when");
  });

  it("is breakage when the new key is not published", async () => {
    const missing = { result: "permerror", detail: "no key" } as const;
    const arrived = [signed([{ selector: "s2", ...missing }])];
    expect(kinds(await look({ s1: GOOD }, { arrived }))).toEqual(["dkim-key-missing"]);
  });

  it("does not miss the old key of a canary from before", async () => {
    const arrived = [signed([{ selector: "s2" }], { minute: 9 }), signed([{ selector: "s0" }])];
    const routes = [{ dkim: [{ domain: "example.org", selector: "s2" }] }];
    expect(kinds(await look({ s2: OTHER }, { arrived, routes }))).toEqual([]);
  });

  it("is none when two selectors sign", async () => {
    const routes = [
      { dkim: ["s1", "s2"].map((selector) => ({ domain: "example.org", selector })) },
    ];
    const arrived = [signed([{}, { selector: "s2" }])];
    expect(kinds(await look({ s1: GOOD, s2: OTHER }, { arrived, routes }))).toEqual([]);
  });

  it("is recalled when the operator wants", async () => {
    const rotate = (days: number) => ({
      ...since(NOW - 91 * DAY),
      dkim: { rotateAfterMs: days * DAY },
    });
    expect(kinds(await look({ s1: GOOD }, rotate(90)))).toEqual(["dkim-key-old"]);
    expect(kinds(await look({ s1: GOOD }, rotate(92)))).toEqual([]);
  });

  it("is recalled after a year", async () => {
    expect(kinds(await look({ s1: GOOD }, since(NOW - 364 * DAY)))).toEqual([]);
    const verdict = await look({ s1: GOOD }, since(NOW - 400 * DAY));
    expect(kinds(verdict)).toEqual(["dkim-key-old"]);
    expect(series(verdict)).toMatchObject({
      "deliverability_dkim_key_first_seen_timestamp_seconds s1": (NOW - 400 * DAY) / 1000,
    });
  });
});
