import { describe, expect, it } from "vitest";
import { spf } from "../../../src/probes/spf/probe.ts";
import { arrival, canary } from "../../fakes/canary.ts";
import { exit, runProbe } from "../../fakes/posture.ts";
import { both, HELO, kinds, look, V4, V6, verdictOf } from "./look.ts";
import { type LiteralZone, zoneDns } from "../../fakes/zone.ts";

describe("probes/spf, after a move", () => {
  const moved = [canary({ arrival: arrival({ exit: exit(V4) }) })];

  it("does not blame the record for an address that mail no longer leaves from", async () => {
    const others = { "mail.example.org": { A: [V4], TXT: ["v=spf1 a -all"] } };
    const verdict = await look("v=spf1 mx -all", others, { ...both, arrived: moved });
    expect(verdict).toMatchObject({ severity: "warn", findings: [{ kind: "spf-former-exit" }] });
  });

  it("takes every exit for current while canaries tell of none", async () => {
    const arrived = [canary({ arrival: arrival() })];
    expect(kinds(await look(`v=spf1 ip4:${V4} -all`, {}, { ...both, arrived }))).toEqual([
      "spf-exit-not-covered",
    ]);
  });
});

describe("probes/spf, whose exits", () => {
  it.each(["192.168.1.10", "127.0.0.1", "::1"])(
    "names no address of a private network: %s",
    async (ip) => {
      const local = {
        exits: [exit(ip)],
        arrived: [canary({ arrival: arrival({ exit: exit(ip) }) })],
      };
      expect(kinds(await look("v=spf1 mx -all", {}, local))).toEqual([]);
      const missing = verdictOf(await runProbe(spf, HELO, local));
      expect(missing.findings).toMatchObject([
        { detail: 'Publish example.org. IN TXT "v=spf1 mx ~all"' },
      ]);
    },
  );

  it("lets the canaries of a neighbour not make the public exit a former one", async () => {
    const arrived = [canary({ arrival: arrival({ exit: exit("10.0.0.5") }) })];
    const exits = [exit("10.0.0.5"), exit(V4)];
    const verdict = await look("v=spf1 ip4:198.51.100.1 -all", {}, { exits, arrived });
    expect(kinds(verdict)).toEqual(["spf-exit-not-covered"]);
  });

  const RELAY = "149.72.1.1";
  const relayed = exit(RELAY, "o1.ptr5.sendgrid.net");

  it("asks for a relay's include, and nothing about a relay's name", async () => {
    const verdict = await look("v=spf1 mx -all", {}, { exits: [relayed] });
    expect(verdict.findings).toMatchObject([
      {
        kind: "spf-exit-not-covered",
        detail: `${RELAY}, a machine of sendgrid.net: fail by -all of example.org. Publish example.org. IN TXT "v=spf1 mx -all" with the include: that sendgrid.net documents put before its end`,
      },
    ]);
  });

  it("closes no new record hard while a relay is to be put into it", async () => {
    const verdict = verdictOf(await runProbe(spf, HELO, { exits: [exit(V4), relayed] }));
    expect(verdict.findings).toMatchObject([
      {
        kind: "spf-missing",
        detail: `Publish example.org. IN TXT "v=spf1 ip4:${V4} ~all" with the include: that sendgrid.net documents put before its end`,
      },
    ]);
  });

  function under(mailfrom: string, seen: ReturnType<typeof exit>) {
    const properties = { "smtp.mailfrom": mailfrom };
    const result = { method: "spf", result: "pass", reason: undefined, properties };
    return canary({ arrival: arrival({ exit: seen, authentication: [result] }) });
  }

  it("leaves the record alone where receivers see another envelope", async () => {
    const ses = exit("54.240.8.29", "a8-29.smtp-out.amazonses.com");
    const around = { exits: [ses], arrived: [under("0100@eu-west-1.amazonses.com", ses)] };
    expect(kinds(await look("v=spf1 mx -all", {}, around))).toEqual([]);
    expect(verdictOf(await runProbe(spf, HELO, around)).findings).toEqual([]);
  });

  it("leaves an exit out that one mailbox shows under a forwarder's envelope", async () => {
    const forwarder = exit("198.51.100.9", "out.forwarder.test");
    const arrived = [under("SRS0=a@forwarder.test", forwarder), under("a@example.org", exit(V4))];
    const around = { exits: [forwarder, exit(V4)], arrived };
    expect(kinds(await look(`v=spf1 ip4:${V4} -all`, {}, around))).toEqual([]);
  });

  it("leaves the forwarder's machines of the last days out as well", async () => {
    const newest = exit("198.51.100.9", "mail-out.google.com");
    const older = { ...newest, ip: "198.51.100.10" };
    const arrived = [under("SRS0=a@forwarder.test", newest), under("a@example.org", exit(V4))];
    const exits = [newest, exit(V4), older];
    expect(kinds(await look(`v=spf1 ip4:${V4} -all`, {}, { exits, arrived }))).toEqual([]);
    const without = { exits, arrived: [under("a@example.org", exit(V4))] };
    expect(kinds(await look(`v=spf1 ip4:${V4} -all`, {}, without))).toEqual(["spf-former-exit"]);
  });

  it("looks at the exits in use before those of the last days, however many these are", async () => {
    const former = Array.from({ length: 20 }, (_, index) => exit(`192.0.2.${index + 100}`));
    const current = exit("198.51.100.7");
    const around = {
      exits: [...former, current],
      arrived: [canary({ arrival: arrival({ exit: current }) })],
    };
    expect(kinds(await look("v=spf1 ip4:192.0.2.0/24 -all", {}, around))).toContain(
      "spf-exit-not-covered",
    );
  });

  it("only warns of an address that is guessed, and says what the guess is", async () => {
    const guess = {
      ...exit("192.0.2.99"),
      helo: undefined,
      guessedFrom: "address of the MX host a.test",
    };
    const verdict = await look("v=spf1 ip4:192.0.2.25 -all", {}, { exits: [guess] });
    expect(verdict).toMatchObject({
      severity: "warn",
      findings: [
        {
          kind: "spf-guess-not-covered",
          detail: expect.stringContaining(
            "192.0.2.99 is the address of the MX host a.test",
          ) as string,
        },
      ],
    });
  });

  it.each<[string, string, LiteralZone | "timeout", string[]]>([
    ["our network has its own view", "10.0.0.1", HELO, []],
    ["our own resolver takes it for this machine", "127.0.1.1", HELO, []],
    ["nobody outside can be asked", "10.0.0.1", "timeout", ["spf-undecided"]],
    ["the zone has no such host", "10.0.0.1", {}, ["spf-exit-not-covered"]],
  ])("takes hosts for what others see: %s", async (_, address, outside, expected) => {
    const zone: LiteralZone = {
      "example.org": { TXT: ["v=spf1 a:mail.example.org -all"], NS: ["ns.example.net"] },
      "mail.example.org": { A: [address] },
      "ns.example.net": { A: ["192.0.2.53"] },
    };
    const exits = [exit(V4, "example.org"), exit(V6, "example.org")];
    const dns = zoneDns(zone, { "192.0.2.53": outside });
    const verdict = verdictOf(await runProbe(spf, {}, { exits, net: { dns } }));
    expect([...new Set(kinds(verdict))]).toEqual(expected);
    const questions = dns.asked.filter((each) => each === "mail.example.org A @192.0.2.53");
    expect(questions).toHaveLength(1);
  });

  it("lets exists of SPF be answered with loopback though nobody outside can be asked", async () => {
    const record = "v=spf1 exists:allow.example.org -all";
    const verdict = await look(record, { "allow.example.org": { A: ["127.0.0.2"] } });
    expect(kinds(verdict)).toEqual([]);
  });
});
