import { describe, expect, it } from "vitest";
import type { ExitIdentity } from "../../../src/domain/canary.ts";
import type { Verdict } from "../../../src/domain/result.ts";
import { reverseDns } from "../../../src/probes/reverse-dns/probe.ts";
import { arrival, canary } from "../../fakes/canary.ts";
import { exit, runProbe } from "../../fakes/posture.ts";
import { type LiteralZone, zoneDns } from "../../fakes/zone.ts";

const V4 = "192.0.2.25";
const V6 = "2001:db8::25";
const REVERSE4 = "25.2.0.192.in-addr.arpa";
const REVERSE6 = `5.2.${"0.".repeat(22)}8.b.d.0.1.0.0.2.ip6.arpa`;
const HOST: LiteralZone = { "mail.example.org": { A: [V4], AAAA: [V6] } };
const GOOD: LiteralZone = {
  [REVERSE4]: { PTR: ["mail.example.org"] },
  [REVERSE6]: { PTR: ["mail.example.org"] },
  ...HOST,
};

describe("probes/reverse-dns", () => {
  it("is content with names that lead there and back", async () => {
    const verdict = await look(GOOD);
    expect(verdict.findings).toEqual([]);
    expect(series(verdict)).toEqual([1]);
    expect(verdict.recheckInMs).toBe(300_000);
  });

  it.each<[string, LiteralZone]>([
    [
      "a second reverse name that leads nowhere",
      { [REVERSE4]: { PTR: ["old.example.org", "mail.example.org"] } },
    ],
    [
      "a reverse zone that is delegated by alias (RFC 2317)",
      {
        [REVERSE4]: { CNAME: ["25.0-31.2.0.192.in-addr.arpa"] },
        "25.0-31.2.0.192.in-addr.arpa": { PTR: ["mail.example.org"] },
      },
    ],
    [
      "another address of the host besides",
      { "mail.example.org": { A: ["192.0.2.99", V4], AAAA: [V6] } },
    ],
  ])("is content with %s", async (_, zone) => {
    expect((await look({ ...GOOD, ...zone })).findings).toEqual([]);
  });

  it.each<[string, string, string, LiteralZone, ExitIdentity[]?]>([
    ["no name", "ptr-missing", `publish ${REVERSE4}. IN PTR mail.example.org.`, { [REVERSE4]: {} }],
    ["no name for IPv6", "ptr-missing", REVERSE6, { [REVERSE6]: {} }],
    [
      "a name that leads nowhere",
      "ptr-unconfirmed",
      `publish gone.example.org. IN A ${V4}`,
      { [REVERSE4]: { PTR: ["gone.example.org"] } },
    ],
    [
      "a name that leads elsewhere",
      "ptr-unconfirmed",
      "leads to 192.0.2.66",
      { [REVERSE4]: { PTR: ["other.example.org"] }, "other.example.org": { A: ["192.0.2.66"] } },
    ],
    [
      "a name that leads to another IPv6 address",
      "ptr-unconfirmed",
      "IN AAAA 2001:db8::25",
      { [REVERSE6]: { PTR: ["other.example.org"] }, "other.example.org": { A: [V4] } },
    ],
    [
      "a provider's name",
      "ptr-generic",
      "it spells the address",
      {
        [REVERSE4]: { PTR: ["static-192-0-2-25.isp.example"] },
        "static-192-0-2-25.isp.example": { A: [V4] },
      },
    ],
    [
      "another HELO name",
      "ptr-helo-mismatch",
      "greets as srv.example.org and its reverse name is mail.example.org; in Postfix: postconf -e smtp_helo_name=mail.example.org; or publish 25.2.0.192.in-addr.arpa. IN PTR srv.example.org.",
      {},
      [exit(V4, "srv.example.org")],
    ],
    [
      "an address for a HELO name",
      "ptr-helo-mismatch",
      "greets as [192.0.2.25] and its reverse name is mail.example.org; in Postfix: postconf -e smtp_helo_name=mail.example.org",
      {},
      [exit(V4, "[192.0.2.25]")],
    ],
    [
      "a resolver in trouble",
      "ptr-undecided",
      `PTR of ${REVERSE4}: timeout`,
      { [REVERSE4]: "timeout" },
    ],
    [
      "a host that cannot be looked up",
      "ptr-undecided",
      "A of mail.example.org: servfail",
      { "mail.example.org": { A: "servfail", AAAA: [V6] } },
    ],
    [
      "private addresses alone",
      "ptr-exit-not-public",
      "10.0.0.5, ::1",
      {},
      [exit("10.0.0.5"), exit("::1")],
    ],
  ])("finds %s: %s", async (_, kind, detail, zone, exits) => {
    const { findings } = await look({ ...GOOD, ...zone }, exits);
    expect(findings).toMatchObject([
      { kind, subject: "example.org", detail: expect.stringContaining(detail) as string },
    ]);
  });

  it("finds nothing wrong with a name of one's own that a provider's might be like", async () => {
    const zone = { [REVERSE4]: { PTR: ["vps1.example.org"] }, "vps1.example.org": { A: [V4] } };
    expect((await look(zone, [exit(V4, "vps1.example.org")])).findings).toEqual([]);
  });

  it("asks for a reverse name of one's own where the zone is the provider's", async () => {
    const zone = { [REVERSE4]: { PTR: ["static-192-0-2-25.isp.test"] } };
    const { findings } = await look(zone, [exit(V4)]);
    expect(findings).toMatchObject([
      {
        kind: "ptr-unconfirmed",
        detail: `${V4}: static-192-0-2-25.isp.test leads to no address; publish ${REVERSE4}. IN PTR mail.example.org. and an address record for it`,
      },
    ]);
  });

  it("does not propose the name that spells the address once more", async () => {
    const name = "host-192-0-2-25.example.org";
    const zone = { [REVERSE4]: { PTR: [name] }, [name]: { A: [V4] } };
    const { findings } = await look(zone, [exit(V4, name)]);
    expect(findings).toMatchObject([{ kind: "ptr-generic" }]);
    expect(findings[0]?.detail).toContain("IN PTR mail.example.org.");
  });

  it.each(["srv.localdomain", "localhost.localdomain", "mx3.lan"])(
    "proposes no local name: %s",
    async (helo) => {
      const missing = await look({ [REVERSE4]: {} }, [exit(V4, helo)]);
      expect(missing.findings[0]?.detail).toContain("IN PTR mail.example.org.");
      const strange = await look(GOOD, [exit(V4, helo)]);
      expect(strange.findings).toMatchObject([{ kind: "ptr-helo-mismatch" }]);
      expect(strange.findings[0]?.detail).not.toContain("publish");
    },
  );

  it("leaves the names of a relay's machine to the relay", async () => {
    const helo = "mail-vi1eur05on2091.outbound.protection.outlook.com";
    const name = "mail-vi1eur05on2091b.outbound.protection.outlook.com";
    const zone = { [REVERSE4]: { PTR: [name] }, [name]: { A: [V4] } };
    expect((await look(zone, [exit(V4, helo)])).findings).toEqual([]);
    expect((await look({ [REVERSE4]: {} }, [exit(V4, helo)])).findings).toMatchObject([
      { kind: "ptr-missing", detail: `${V4} has none; ask outlook.com, whose machine it is` },
    ]);
  });

  it("only warns of an address that is guessed, and says what the guess is", async () => {
    const guess = { ...exit(V4), helo: undefined, guessedFrom: "address of the MX host a.test" };
    expect(await look({ [REVERSE4]: {} }, [guess])).toMatchObject({
      severity: "warn",
      findings: [
        {
          kind: "ptr-guess",
          detail: `${V4} has none; publish ${REVERSE4}. IN PTR mail.example.org.; ${V4} is the address of the MX host a.test`,
        },
      ],
    });
  });

  it.each(["$(reboot).example.org", "`id`.example.org", "a;id.example.org"])(
    "writes no name into a command that a shell would run: %s",
    async (name) => {
      const zone = { [REVERSE4]: { PTR: [name] }, [name]: { A: [V4] } };
      const { findings } = await look({ ...GOOD, ...zone }, [exit(V4)]);
      expect(findings).toMatchObject([{ kind: "ptr-helo-mismatch" }]);
      expect(findings[0]?.detail).toContain("publish");
      expect(findings[0]?.detail).not.toContain("postconf");
    },
  );

  it("passes over private addresses where there are public ones", async () => {
    expect((await look(GOOD, [exit("10.0.0.5"), exit(V4)])).findings).toEqual([]);
  });

  it.each<[string, LiteralZone[string], LiteralZone | "timeout", string[]]>([
    ["our network has its own view", { A: ["10.0.0.1"] }, HOST, []],
    ["our own resolver takes it for this machine", { A: ["127.0.1.1"] }, HOST, []],
    ["nobody outside can be asked", { A: ["10.0.0.1"] }, "timeout", ["ptr-undecided"]],
    [
      "the zone itself leads elsewhere",
      { A: ["10.0.0.1"] },
      { "mail.example.org": { A: ["192.0.2.66"], AAAA: [V6] } },
      ["ptr-unconfirmed"],
    ],
  ])("follows reverse names as others do: %s", async (_, inside, outside, kinds) => {
    const zone = {
      ...GOOD,
      "example.org": { NS: ["ns.example.net"] },
      "ns.example.net": { A: ["192.0.2.53"] },
      "mail.example.org": inside,
    };
    const around = {
      exits: [exit(V4), exit(V6)],
      net: { dns: zoneDns(zone, { "192.0.2.53": outside }) },
    };
    const [verdict] = (await runProbe(reverseDns, {}, around)).values();
    expect([...new Set(verdict?.findings.map(({ kind }) => kind))]).toEqual(kinds);
  });

  it("only warns of an address that mail has left, as the newest canaries show", async () => {
    const around = {
      exits: [exit(V4), exit("192.0.2.99")],
      arrived: [canary({ arrival: arrival({ exit: exit(V4) }) })],
    };
    const [verdict] = (await runProbe(reverseDns, GOOD, around)).values();
    expect(verdict).toMatchObject({
      severity: "warn",
      findings: [
        { kind: "ptr-former-exit", detail: expect.stringContaining("has none") as string },
      ],
    });
    expect((await look(GOOD, around.exits)).findings).toMatchObject([{ kind: "ptr-missing" }]);
  });

  it.each<[string, LiteralZone, number[]]>([
    ["fails", { [REVERSE4]: {} }, [0]],
    ["warns", { "mail.example.org": { A: [V4], AAAA: [V6] } }, [1]],
    ["is unknown", { [REVERSE4]: "refused" }, []],
    ["fails in part and is unknown in part", { [REVERSE4]: {}, [REVERSE6]: "timeout" }, [0]],
  ])("has its series where it %s", async (_, zone, expected) => {
    expect(series(await look({ ...GOOD, ...zone }))).toEqual(expected);
  });

  it("says nothing before a canary showed an exit, and looks again soon", async () => {
    expect(await look(GOOD, [])).toMatchObject({
      findings: [],
      samples: [],
      recheckInMs: 300_000,
    });
  });

  it("remembers the names and what they lead to", async () => {
    const { observed } = await look({ ...GOOD, [REVERSE6]: {} });
    expect(observed).toEqual([
      { subject: "example.org", aspect: `ptr ${V4}`, value: "mail.example.org" },
      { subject: "example.org", aspect: `ptr ${V6}`, value: "none" },
      { subject: "example.org", aspect: "A of mail.example.org", value: V4 },
    ]);
  });

  it("looks at routes of one domain together, and at each address once", async () => {
    const routes = [
      {},
      { name: "second" },
      { from: { name: undefined, address: "a@example.net" } },
    ];
    const verdicts = await runProbe(reverseDns, { [REVERSE4]: {} }, { routes, exits: [exit(V4)] });
    expect([...verdicts].map(([id, { findings }]) => [id, findings.length])).toEqual([
      ["reverse-dns domain=example.org", 1],
      ["reverse-dns domain=example.net", 1],
    ]);
  });
});

async function look(zone: LiteralZone, exits: readonly ExitIdentity[] = [exit(V4), exit(V6)]) {
  const verdicts = await runProbe(reverseDns, zone, { exits });
  const verdict = verdicts.get("reverse-dns domain=example.org");
  if (verdict === undefined) throw new Error("no check of example.org");
  return verdict;
}

function series({ samples }: Verdict): number[] {
  return samples.map(({ value }) => value);
}
