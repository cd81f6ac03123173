import { describe, expect, it } from "vitest";
import { exit } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";
import { kinds, look, V4, V6 } from "./look.ts";

describe("probes/spf, HELO names", () => {
  it("says what to publish for a name without record", async () => {
    const verdict = await look("v=spf1 mx -all", { "mail.example.org": { A: [V4], AAAA: [V6] } });
    expect(verdict.findings).toMatchObject([
      {
        kind: "spf-helo-missing",
        detail: 'Publish mail.example.org. IN TXT "v=spf1 a -all"',
      },
    ]);
  });

  it.each<[string, LiteralZone[string], string]>([
    [
      "a host of one family",
      { A: [V4] },
      `Publish mail.example.org. IN TXT "v=spf1 a ip6:${V6} ~all"`,
    ],
    ["no host", { MX: [] }, `Publish mail.example.org. IN TXT "v=spf1 ip4:${V4} ip6:${V6} ~all"`],
    [
      "an alias",
      { CNAME: ["host.test"] },
      'Give mail.example.org address records of its own in place of its CNAME, and publish mail.example.org. IN TXT "v=spf1 a -all"',
    ],
  ])("says what to publish for %s", async (_, records, detail) => {
    const others: LiteralZone = {
      "mail.example.org": records,
      "host.test": { A: [V4], AAAA: [V6] },
    };
    const verdict = await look(`v=spf1 ip4:${V4} ip6:${V6} -all`, others);
    expect(verdict.findings).toMatchObject([{ kind: "spf-helo-missing", detail }]);
  });

  it("keeps what the name allows besides", async () => {
    const others = { "mail.example.org": { A: [V4], TXT: ["v=spf1 include:relay.test ~all"] } };
    const verdict = await look(
      `v=spf1 ip4:${V4} -all`,
      { ...others, "relay.test": { TXT: ["v=spf1 -all"] } },
      { exits: [exit(V4)] },
    );
    expect(kinds(verdict)).toEqual(["spf-helo-not-covered"]);
    expect(verdict.findings[0]?.detail).toContain(
      `Publish mail.example.org. IN TXT "v=spf1 include:relay.test ip4:${V4} ~all"`,
    );
  });

  it("finds a name that disowns its address", async () => {
    const verdict = await look("v=spf1 mx -all", {
      "mail.example.org": { A: [V4], AAAA: [V6], TXT: [`v=spf1 ip4:${V4} -all`] },
    });
    expect(kinds(verdict)).toEqual(["spf-helo-not-covered"]);
    expect(verdict.findings[0]?.detail).toContain(`${V6} as mail.example.org: fail`);
  });

  it.each([
    ["[192.0.2.25]"],
    ["localhost"],
    ["srv.localdomain"],
    ["localhost.localdomain"],
    ["<script>.example.org"],
    ["vmi123456.contaboserver.net"],
    ["static-192-0-2-25.isp.example"],
  ])("asks nothing about %s, which can have no record", async (helo) => {
    const record = `v=spf1 ip4:${V4} -all`;
    expect(await look(record, {}, { exits: [exit(V4, helo)] })).toMatchObject({ findings: [] });
  });
});
