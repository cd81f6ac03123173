import { describe, expect, it } from "vitest";
import { exit, healthy, HOUSE, look, V4, V4_NAME, V6 } from "./look.ts";

const domains = [{ ...HOUSE, lists: ["domain"] as const }];
const relayed = { helo: "out7.relay.net", reverseName: "out7.relay.net" };

function subjectsOf({ samples }: { readonly samples: Readonly<Record<string, number>> }): string[] {
  return Object.keys(samples)
    .filter((key) => key.includes(" listed") || key.includes(" relay"))
    .map((key) => key.split(" ")[1] ?? "");
}

describe("probes/blocklist/subjects", () => {
  it("asks about every domain that mail carries, each once", async () => {
    const seen = await look("house", healthy("bl.test"), {
      exits: [exit(V4, { reverseName: "mx.example.net" }), exit(V6)],
      blocklists: { zones: domains, subjects: ["extra.org", V4] },
      routes: [
        {
          from: { name: undefined, address: "a@Example.org" },
          envelopeFrom: "b@bounce.example.org",
          bounceAddress: "c@bounces.example.org",
          dkim: [{ domain: "signer.org", selector: "s" }],
        },
      ],
    });
    expect(subjectsOf(seen)).toEqual([
      "extra.org",
      "example.org",
      "bounce.example.org",
      "bounces.example.org",
      "signer.org",
      "mail.example.org",
      "mx.example.net",
    ]);
  });

  it("asks SURBL about each name as it is", async () => {
    const zone = { "test.surbl.org.multi.surbl.org": { A: ["127.0.0.254"] } };
    const seen = await look("surbl", zone, {
      exits: [exit(V4, { helo: undefined, reverseName: "me.dyn.example.co.uk" })],
    });
    expect(subjectsOf(seen)).toEqual(
      expect.arrayContaining(["example.org", "me.dyn.example.co.uk"]) as string[],
    );
    expect(seen.dns.asked).not.toContain("example.co.uk.multi.surbl.org A");
  });

  it("asks lists of organisations about those", async () => {
    const zone = { "test.uribl.com.multi.uribl.com": { A: ["127.0.0.14"] } };
    const seen = await look("uribl", zone, {
      exits: [exit(V4, { reverseName: "mx1.dept.example.co.uk" })],
    });
    expect(subjectsOf(seen)).toEqual(
      expect.arrayContaining(["example.org", "example.co.uk"]) as string[],
    );
    expect(seen.dns.asked).toContain("example.co.uk.multi.uribl.com A");
    expect(seen.dns.asked.filter((asked) => asked.startsWith("mail."))).toEqual([]);
  });

  it("never asks a list of domains about an address, nor the other way round", async () => {
    const ofDomains = await look("house", healthy("bl.test"), {
      blocklists: { zones: domains, subjects: [V4, V6] },
      exits: [exit(V4, { helo: "[198.18.0.25]", reverseName: undefined })],
    });
    expect(subjectsOf(ofDomains)).toEqual(["example.org"]);
    const ofAddresses = await look("house", healthy("bl.test"), {
      blocklists: { subjects: ["example.net", V6, V4] },
    });
    expect(subjectsOf(ofAddresses)).toEqual([V4]);
  });

  it("passes over names that are none", async () => {
    const names = [
      "localhost",
      "mx.lan",
      "-",
      "a b.org",
      "x".repeat(300),
      "198.18.0.25",
      "mx.test",
    ];
    const exits = names.map((name, n) => exit(`198.18.0.${n}`, { helo: name, reverseName: name }));
    const seen = await look("house", healthy("bl.test"), { exits, blocklists: { zones: domains } });
    expect(subjectsOf(seen)).toEqual(["example.org"]);
  });

  it("finds one thing where a domain and names below it are listed", async () => {
    const zone = {
      ...healthy("bl.test"),
      "example.org.bl.test": { A: ["127.0.0.2"] },
      "mail.example.org.bl.test": { A: ["127.0.0.2"] },
    };
    const { verdict, samples } = await look("house", zone, { blocklists: { zones: domains } });
    expect(verdict.findings).toMatchObject([{ kind: "blocklist-listed", subject: "example.org" }]);
    expect(samples["house mail.example.org domain listed"]).toBe(1);
  });

  it.each([
    ["praised", "127.3.1.4", ["blocklist-listed-minor mail.example.org"]],
    ["of no reputation", "127.3.1.1", ["blocklist-listed-minor mail.example.org"]],
    ["listed too", "127.3.1.0", ["blocklist-listed-minor example.org"]],
  ])("tells of a name below a domain that is %s", async (_, code, expected) => {
    const zone = {
      ...healthy("lookup.dkimwl.org"),
      "example.org.lookup.dkimwl.org": { A: [code] },
      "mail.example.org.lookup.dkimwl.org": { A: ["127.3.1.0"] },
    };
    const { verdict } = await look("dkimwl", zone, { blocklists: { enabled: ["dkimwl"] } });
    expect(verdict.findings.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual(expected);
  });

  it("says of a relay's entry whose it is, and wakes nobody up", async () => {
    const zone = {
      ...healthy("bl.test"),
      [`${V4_NAME}.bl.test`]: { A: ["127.0.0.2"] },
      "mail.example.org": { A: ["198.18.0.99"] },
    };
    const { verdict, samples } = await look("house", zone, { exits: [exit(V4, relayed)] });
    expect(verdict.severity).toBe("warn");
    expect(verdict.findings).toMatchObject([{ kind: "blocklist-listed-relay", subject: V4 }]);
    expect(verdict.findings[0]?.detail).toContain("It belongs to relay.net.");
    expect(samples).toEqual({ "house ok": 1, [`house ${V4} ip relay`]: 1 });
  });

  it("takes a provider's generic name for the provider's, at an exit that is ours", async () => {
    const generic = exit(V4, { reverseName: "static.25.0.clients.host.net" });
    const zone = {
      ...healthy("bl.test"),
      "static.25.0.clients.host.net.bl.test": { A: ["127.0.0.2"] },
    };
    const seen = await look("house", zone, { exits: [generic], blocklists: { zones: domains } });
    expect(seen.kinds).toEqual(["blocklist-listed-relay"]);
    expect(seen.verdict.findings[0]?.detail).toContain("It belongs to host.net.");
    expect(seen.samples["house mail.example.org domain listed"]).toBe(0);
  });

  it("wakes up for a machine that carries many domains and is the MX host of this one", async () => {
    const name = "mail.server.net";
    const zone = {
      ...healthy("bl.test"),
      [`${V4_NAME}.bl.test`]: { A: ["127.0.0.2"] },
      [`${name}.bl.test`]: { A: ["127.0.0.2"] },
      "example.org": { MX: [{ preference: 10, exchange: name }] },
      [name]: { A: [V4] },
    };
    const { verdict } = await look("house", zone, {
      exits: [exit(V4, { helo: name, reverseName: name })],
      blocklists: { zones: [{ ...HOUSE, lists: ["ipv4", "domain"] as const }] },
    });
    expect(verdict.findings.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
      `blocklist-listed ${V4}`,
      `blocklist-listed ${name}`,
    ]);
  });

  it("takes an exit that is ours on one route for ours", async () => {
    const zone = { ...healthy("bl.test"), [`${V4_NAME}.bl.test`]: { A: ["127.0.0.2"] } };
    const here = { ...zone, "mail.example.org": { A: ["198.18.0.99"] } };
    const { kinds } = await look("house", here, { exits: [exit(V4, relayed), exit(V4)] });
    expect(kinds).toEqual(["blocklist-listed"]);
  });
});
