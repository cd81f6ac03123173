import { expect, it } from "vitest";
import { runChecks } from "../src/check.ts";
import { configOfDomain } from "../src/config/of-domain.ts";
import type { Net } from "../src/domain/net.ts";
import type { Result } from "../src/domain/result.ts";
import { buildHouse } from "./e2e/house.ts";
import { memoryLog } from "./fakes/log.ts";
import { type LiteralZone, zoneDns } from "./fakes/zone.ts";

const never = new AbortController().signal;

/** Nothing but DNS, and that a literal zone; whoever else is asked does not answer. */
function world(zone: LiteralZone): Partial<Net> {
  const silence = () =>
    Promise.resolve({ kind: "failed", why: "unreachable", detail: "not in this test" });
  const silent = { addressesOf: () => Promise.resolve([]), look: silence, survey: silence };
  return {
    dns: zoneDns(zone),
    tls: silent as unknown as Net["tls"],
    smtpFaces: silent as unknown as Net["smtpFaces"],
    https: { get: silence } as unknown as Net["https"],
  };
}

const MX = { preference: 10, exchange: "mx.example.org" };
const healthy: LiteralZone = {
  "example.org": { MX: [MX], TXT: ["v=spf1 mx -all"] },
  "mx.example.org": { A: ["198.18.0.25"], AAAA: ["2e00::25"] },
  "2.0.0.127.zen.spamhaus.org": { A: ["127.0.0.2"] },
};

it("takes the domain's own MX hosts for exits, and asks blocklists about them", async () => {
  const listed = { "25.0.18.198.zen.spamhaus.org": { A: ["127.0.0.2"] } };
  const { results, exits } = await runChecks(configOfDomain("example.org"), memoryLog(), never, {
    net: world({ ...healthy, ...listed }),
  });
  expect(exits).toEqual([
    { ip: "198.18.0.25", why: "address of the MX host mx.example.org" },
    { ip: "2e00::25", why: "address of the MX host mx.example.org" },
  ]);
  const zen = results.find(({ check }) => check === "blocklist list=spamhaus-zen");
  expect(zen).toMatchObject({
    severity: "fail",
    judged: true,
    findings: [{ kind: "blocklist-listed", subject: "198.18.0.25" }],
  });
});

it("only warns where an MX host that may just receive is neither in SPF nor well named", async () => {
  const { results } = await runChecks(configOfDomain("example.org"), memoryLog(), never, {
    net: world({
      "example.org": { MX: [MX], TXT: ["v=spf1 ip4:198.18.0.99 -all"] },
      "mx.example.org": { A: ["198.18.0.25", "192.168.1.10"] },
    }),
  });
  const of = (name: string) => results.find(({ check }) => check === `${name} domain=example.org`);
  expect(of("spf")).toMatchObject({
    severity: "warn",
    findings: [{ kind: "spf-guess-not-covered" }],
  });
  expect(of("reverse-dns")).toMatchObject({ severity: "warn", findings: [{ kind: "ptr-guess" }] });
});

it("takes no provider's MX host for an exit, and finds nothing to judge at lists of addresses", async () => {
  const zone = { "example.org": { MX: [{ preference: 10, exchange: "mx.provider.net" }] } };
  const { results, exits } = await runChecks(configOfDomain("example.org"), memoryLog(), never, {
    net: world({ ...zone, "mx.provider.net": { A: ["198.18.0.25"] } }),
  });
  expect(exits).toEqual([]);
  const zen = results.find(({ check }) => check === "blocklist list=spamhaus-zen");
  expect(zen).toMatchObject({ findings: [], judged: false });
});

it("takes the exits that are given, and no others", async () => {
  const { exits } = await runChecks(configOfDomain("example.org"), memoryLog(), never, {
    net: world(healthy),
    exits: ["198.18.0.99"],
  });
  expect(exits).toEqual([{ ip: "198.18.0.99", why: "as given" }]);
});

it("needs no login and no mailbox for a domain, and tells of each result once", async () => {
  const seen: [Result, number][] = [];
  const { results } = await runChecks(configOfDomain("example.org"), memoryLog(), never, {
    net: world(healthy),
    onResult: (result, checks) => seen.push([result, checks]),
  });
  expect(results.map(({ probe }) => probe)).not.toContain("mailbox");
  expect(seen).toHaveLength(results.length);
  expect(new Set(seen.map(([, checks]) => checks))).toEqual(new Set([results.length]));
  expect(results.flatMap(({ findings }) => findings.map(({ kind }) => kind))).not.toContain(
    "check-crashed",
  );
});

it("rejects when it is aborted", async () => {
  const over = AbortSignal.abort(new Error("enough"));
  const running = runChecks(configOfDomain("example.org"), memoryLog(), over, { net: world({}) });
  await expect(running).rejects.toThrow("enough");
});

it("finds a healthy world healthy, over its real DNS and IMAP", async () => {
  await using house = await buildHouse();
  const { results, exits } = await runChecks(house.config(), house.log, never);
  expect(exits.map(({ ip }) => ip)).toEqual(["192.0.2.25", "2001:db8::25"]);
  const wrong = results.flatMap(({ findings }) => findings);
  expect(wrong.filter(({ kind }) => !kind.startsWith("tls-"))).toEqual([]);
  expect(results.filter(({ probe }) => probe === "mailbox")).toHaveLength(3);
});
