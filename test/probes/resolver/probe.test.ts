import { describe, expect, it } from "vitest";
import type { Config } from "../../../src/domain/config.ts";
import { EVERYTHING } from "../../../src/domain/finding.ts";
import type { Net } from "../../../src/domain/net.ts";
import { createClock } from "../../../src/net/clock.ts";
import { resolver } from "../../../src/probes/resolver/probe.ts";
import { type LiteralZone, zoneDns } from "../../fakes/zone.ts";

const ROOT: LiteralZone = { ".": { NS: ["a.root-servers.net"] } };

describe("probes/resolver", () => {
  it.each<[string, LiteralZone]>([
    ["that answers", ROOT],
    ["that has no name servers of the root", { ".": { A: ["192.0.2.1"] } }],
    ["that refuses the root alone", { ".": "refused" }],
    ["that fails with the root alone", { ".": "servfail" }],
    ["that refuses what cannot exist alone", { ...ROOT, "mailcanary.invalid": "refused" }],
  ])("is content with the system's resolver %s", async (_, zone) => {
    expect(await found([], zoneDns(zone))).toEqual([]);
  });

  it.each(["timeout", "unreachable"] as const)("finds that nobody answers: %s", async (why) => {
    expect(await found([], zoneDns({ ".": why }))).toMatchObject([
      { kind: "dns-unreachable", subject: "dns", about: [EVERYTHING] },
    ]);
  });

  it.each(["refused", "servfail"] as const)(
    "finds that whoever answers looks nothing up: %s",
    async (why) => {
      const refusing = { ".": why, "mailcanary.invalid": why };
      const findings = await found([], zoneDns(refusing));
      expect(findings).toMatchObject([
        { kind: "dns-unreachable", subject: "dns", about: [EVERYTHING] },
      ]);
      expect(findings[0]?.detail).toContain(`the system's resolver: ${why}`);
      const servers = { "192.0.2.53": refusing, "192.0.2.54": ROOT, "192.0.2.55": "timeout" };
      const dns = zoneDns({}, servers as Parameters<typeof zoneDns>[1]);
      expect(await found(["192.0.2.53", "192.0.2.54"], dns)).toMatchObject([
        { kind: "resolver-silent", subject: "192.0.2.53" },
      ]);
      expect(await found(["192.0.2.53", "192.0.2.55"], dns)).toMatchObject([
        { kind: "dns-unreachable" },
      ]);
    },
  );

  it.each<[string, LiteralZone, RegExp]>([
    ["the root does not exist", {}, /root of the DNS does not exist/],
    [
      "what cannot exist does",
      { ...ROOT, "mailcanary.invalid": { A: ["192.0.2.80"] } },
      /mailcanary\.invalid.*192\.0\.2\.80/,
    ],
  ])("does not believe a resolver that says that %s", async (_, zone, detail) => {
    const findings = await found([], zoneDns(zone));
    expect(findings).toMatchObject([{ kind: "resolver-invents", about: [EVERYTHING] }]);
    expect(findings[0]?.detail).toMatch(detail);
  });

  it("asks each resolver of the config file itself", async () => {
    const servers = { "192.0.2.53": ROOT, "192.0.2.54": "timeout" } as const;
    const names = Object.keys(servers);
    expect(await found(names, zoneDns({}, servers))).toMatchObject([
      { kind: "resolver-silent", subject: "192.0.2.54" },
    ]);
    const [one, ...others] = await found(["192.0.2.54", "192.0.2.55"], zoneDns(ROOT, servers));
    expect(others).toEqual([]);
    expect(one).toMatchObject({ kind: "dns-unreachable" });
    expect(one?.detail).toMatch(/192\.0\.2\.54: .*; 192\.0\.2\.55: /);
  });
});

async function found(resolvers: readonly string[], dns: Net["dns"]) {
  const [check] = resolver.checks({ dns: { resolvers } } as Config);
  const net = { dns, clock: createClock() } as unknown as Net;
  const verdict = await check?.run(net, new AbortController().signal);
  if (verdict === undefined) throw new Error("no check");
  return verdict.findings;
}
