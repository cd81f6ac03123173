import { describe, expect, it } from "vitest";
import { spf } from "../../../src/probes/spf/probe.ts";
import { arrival, canary } from "../../fakes/canary.ts";
import { exit, runProbe } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";
import { both, HELO, kinds, look, V4, V6, verdictOf } from "./look.ts";

describe("probes/spf, records that are proposed", () => {
  it.each<[string, readonly string[], string]>([
    [
      "a redirect",
      [`v=spf1 ip4:${V4} -all`, "v=spf1 redirect=_spf.test"],
      `v=spf1 ip4:${V4} include:_spf.test -all`,
    ],
    ["everybody", ["v=spf1 a", "v=spf1 mx +all"], "v=spf1 a mx ~all"],
    ["what is broken", ["v=spf1 ipv4:192.0.2.1 mx -all", "v=spf1 a -all"], "v=spf1 mx a -all"],
    [
      "two explanations",
      ["v=spf1 a exp=a.test -all", "v=spf1 mx exp=b.test -all"],
      "v=spf1 a mx -all exp=a.test",
    ],
  ])("merge records with %s into one that is sound", async (_, records, merged) => {
    const { findings } = await look(records);
    expect(findings[0]?.detail).toContain(`Publish one, example.org. IN TXT "${merged}"`);
  });

  it("take an open include out, and nothing else", async () => {
    const others = {
      "good.test": { TXT: ["v=spf1 ip4:203.0.113.1 -all"] },
      "evil.test": { TXT: ["v=spf1 +all"] },
    };
    const record = "v=spf1 include:good.test include:evil.test mx -all";
    const verdict = await look(record, others, {
      exits: [exit(V4), exit("192.0.2.99", "example.org")],
    });
    expect(kinds(verdict)).toEqual(["spf-allows-all"]);
    expect(verdict.findings[0]?.detail).toBe(
      '"include:evil.test". Publish example.org. IN TXT "v=spf1 include:good.test mx ip4:192.0.2.99 -all"',
    );
  });

  it("keep a soft end", async () => {
    const others = { "evil.test": { TXT: ["v=spf1 +all"] } };
    const verdict = await look("v=spf1 mx include:evil.test ~all", others);
    expect(verdict.findings[0]?.detail).toContain('"v=spf1 mx ~all"');
  });

  it.each(["ip4:0.0.0.0/1 ip4:128.0.0.0/1", "ip6:2000::/3", `a:mail.example.org/4`])(
    "are closed to networks wider than any owner's: %s",
    async (terms) => {
      const verdict = await look(`v=spf1 ${terms} mx -all`);
      expect(kinds(verdict)).toEqual(["spf-allows-all"]);
      expect(verdict.findings[0]?.detail).toContain('Publish example.org. IN TXT "v=spf1 mx -all"');
    },
  );

  it("name exits of the last days that the newest canaries did not take", async () => {
    const arrived = [canary({ arrival: arrival({ exit: exit(V4) }) })];
    const verdict = verdictOf(await runProbe(spf, HELO, { ...both, arrived }));
    expect(verdict.findings).toMatchObject([
      { detail: `Publish example.org. IN TXT "v=spf1 ip4:${V4} ip6:${V6} ~all"` },
    ]);
  });

  it.each(["redirect", "REDIRECT"])("drop a %s that lets everybody send", async (name) => {
    const open: LiteralZone = { "open.test": { TXT: ["v=spf1 +all"] } };
    const { findings } = await look(`v=spf1 ${name}=open.test`, open);
    expect(findings[0]?.detail).toContain(`"v=spf1 ip4:${V4} ip6:${V6} ~all"`);
  });

  it("allow an exit before the term that refuses it", async () => {
    const { findings } = await look(`v=spf1 mx:none.test -ip4:${V4} ip6:${V6} ~all`);
    expect(findings[0]?.detail).toContain(
      `"v=spf1 mx:none.test ip4:${V4} -ip4:${V4} ip6:${V6} ~all"`,
    );
  });

  it("are the same in all findings of one look", async () => {
    const verdict = await look(`v=spf1 ip4:${V4} ptr:a.test ?all`);
    const lines = verdict.findings.map(({ detail }) => detail.slice(detail.indexOf("Publish")));
    expect(kinds(verdict)).toEqual(["spf-no-all", "spf-ptr", "spf-exit-not-covered"]);
    expect(new Set(lines)).toEqual(
      new Set([`Publish example.org. IN TXT "v=spf1 ip4:${V4} ip6:${V6} ~all"`]),
    );
  });

  const ELEVEN = Array.from({ length: 11 }, (_, n) => `h${n}.test`);
  const HOSTS = Object.fromEntries(
    ELEVEN.map((name) => [name, { A: ["203.0.113.9"], AAAA: ["2001:db8:9::9"] }]),
  );
  const MANY = ELEVEN.map((name) => `a:${name}`).join(" ");

  it("are no emergency where every exit passes before the limit", async () => {
    const record = `v=spf1 ip4:${V4} ip6:${V6} ${MANY} -all`;
    const verdict = await look(record, HOSTS);
    expect(verdict).toMatchObject({ severity: "warn" });
    expect(kinds(verdict)).toEqual(["spf-over-limit-behind"]);
    expect(kinds(await look(record, HOSTS, { exits: [] }))).toEqual(["spf-too-many-lookups"]);
    const silent: LiteralZone = { ...HOSTS, "slow.test": "timeout" };
    const undecided = await look(`v=spf1 ip4:${V4} a:slow.test ip6:${V6} ${MANY} -all`, silent);
    expect(kinds(undecided)).toEqual(["spf-over-limit-behind", "spf-undecided"]);
  });

  it("write no address for a host of somebody else", async () => {
    const others = {
      ...HOSTS,
      "example.org": {
        TXT: [`v=spf1 ${MANY} mx -all`],
        MX: [{ preference: 1, exchange: "mx.google.test" }],
      },
      "mx.google.test": { A: ["203.0.113.7"] },
    };
    const verdict = await look([], others, { exits: [] });
    expect(kinds(verdict)).toEqual(["spf-too-many-lookups"]);
    expect(verdict.findings[0]?.detail).not.toContain("With addresses instead");
  });
});
