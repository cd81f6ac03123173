import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Config } from "../../src/domain/config.ts";
import type { Net } from "../../src/domain/net.ts";
import type { Route } from "../../src/domain/route.ts";
import { createClock } from "../../src/net/clock.ts";
import { createDns } from "../../src/net/dns-client.ts";
import { caa } from "../../src/probes/caa/probe.ts";
import { dnssec } from "../../src/probes/dnssec/probe.ts";
import { mx } from "../../src/probes/mx/probe.ts";
import { nameServers } from "../../src/probes/name-servers/probe.ts";
import type { Probe } from "../../src/probes/probe.ts";
import { literalTls } from "../fakes/looks.ts";
import { type BindPlan, startBind, trustAnchor, ZONE_DIR } from "./bind.ts";
import { startHost } from "./host.ts";
import { startNetwork } from "./network.ts";
import { signZone, zoneText } from "./signed-zones.ts";

/** Two name servers and a validating resolver; nobody has the fourth address. */
const ONE = "10.213.0.41";
const TWO = "10.213.0.42";
const RESOLVER = "10.213.0.43";
const NOBODY = "10.213.0.49";
/** Of the mail servers, which are in the DNS alone. */
const MAIL = "198.18.0.25";
const TOP = "canarylab";

const never = new AbortController().signal;
const lab = new AsyncDisposableStack();
const dns = createDns({ servers: [RESOLVER] });

beforeAll(async () => {
  const network = lab.use(await startNetwork());
  const plans = await planServers();
  for (const [address, plan] of Object.entries(plans)) {
    const name = `bind${address.split(".").at(-1) ?? ""}`;
    const host = lab.use(
      await startHost(network, { name, addresses: [address], resolver: RESOLVER }),
    );
    await startBind(host, plan);
  }
});

afterAll(() => lab.disposeAsync());

describe("BIND", () => {
  it("validates what is signed, and the signatures come along", async () => {
    const answer = await dns.query(`signed.${TOP}`, "MX", never, { dnssec: true });
    expect(answer).toMatchObject({
      kind: "found",
      authenticated: true,
      records: [{ preference: 10, exchange: `mail.signed.${TOP}` }],
      signatures: [{ typeCovered: "MX", signer: `signed.${TOP}` }],
    });
  });

  it("does not vouch for what is not signed", async () => {
    expect(await dns.query(`plain.${TOP}`, "MX", never)).toMatchObject({ authenticated: false });
  });

  it.each(["nobody", "mail"])("proves what is absent: %s", async (host) => {
    expect(await dns.query(`${host}.signed.${TOP}`, "TXT", never)).toMatchObject({
      kind: "absent",
      why: host === "nobody" ? "nxdomain" : "nodata",
      authenticated: true,
    });
  });

  it("hands out TLSA, CAA, DS and DNSKEY", async () => {
    const ask = (name: string, type: "TLSA" | "CAA" | "DS" | "DNSKEY") =>
      dns.query(name, type, never);
    expect(await ask(`_25._tcp.mail.signed.${TOP}`, "TLSA")).toMatchObject({
      records: [{ usage: 3, selector: 1, matchingType: 1, data: "ab".repeat(32) }],
    });
    expect(await ask(`signed.${TOP}`, "CAA")).toMatchObject({
      records: [{ critical: false, tag: "issue", value: "ca.example" }],
    });
    expect(await ask(`signed.${TOP}`, "DS")).toMatchObject({ records: [{ algorithm: 13 }] });
    expect(await ask(`signed.${TOP}`, "DNSKEY")).toMatchObject({ kind: "found" });
  });

  it("answers over TCP what is too long, and 60 KB of it", async () => {
    const answer = await dns.query(`big.signed.${TOP}`, "TXT", never);
    expect(answer).toMatchObject({ kind: "found", records: ["x".repeat(60_000)] });
  });

  it("follows aliases", async () => {
    expect(await dns.query(`alias.signed.${TOP}`, "A", never)).toMatchObject({
      records: [MAIL],
      aliases: [`mail.signed.${TOP}`],
    });
  });

  it("says why it finds a zone bogus", async () => {
    expect(await dns.query(`expired.${TOP}`, "MX", never)).toMatchObject({ why: "servfail" });
    expect(await dns.query(`expired.${TOP}`, "MX", never, { unvalidated: true })).toMatchObject({
      kind: "found",
    });
  });

  it("refuses what is not its own", async () => {
    const options = { server: TWO, authoritative: true };
    expect(await dns.query("example.org", "A", never, options)).toMatchObject({ why: "refused" });
  });
});

describe("the probes", () => {
  it.each<[string, string[]]>([
    ["signed", []],
    ["plain", []],
    ["expired", ["mx-undecided", "dnssec-expired", "caa-undecided"]],
    ["bogus", ["mx-undecided", "dnssec-broken", "caa-undecided"]],
    ["undelegated", ["dnssec-not-delegated"]],
    ["lame", ["name-server-lame"]],
    ["silent", ["name-server-silent"]],
    ["differ", ["name-servers-disagree"]],
    ["nomx", ["mx-missing"]],
  ])("say of %s: %j", async (zone, kinds) => {
    const found: string[] = [];
    for (const probe of [mx, nameServers, dnssec, caa]) found.push(...(await kindsOf(probe, zone)));
    expect(found).toEqual(kinds);
  });
});

/** What the probe finds about a route whose mail is from the zone; time passes at once. */
async function kindsOf(probe: Probe, zone: string): Promise<string[]> {
  const address = `canary@${zone}.${TOP}`;
  const route: Partial<Route> = {
    name: "main",
    smtp: { host: `mail.${zone}.${TOP}`, port: 465, tls: "implicit" } as Route["smtp"],
    from: { name: undefined, address },
    envelopeFrom: address,
    dkim: [],
  };
  const clock = { ...createClock(), sleep: () => Promise.resolve() };
  const net = { dns, clock, tls: literalTls({}) } as unknown as Net;
  const [check] = probe.checks({
    routes: [route],
    endpoints: [],
    dns: { resolvers: [RESOLVER] },
  } as unknown as Config);
  const verdict = await check?.run(net, never);
  return verdict?.findings.map(({ kind }) => kind) ?? ["no check"];
}

const ZONES = "signed plain expired bogus undelegated lame silent differ nomx".split(" ");
const SIGNED = ["signed", "expired", "bogus", "undelegated"];

/** Every zone on both servers, but for the faults. */
async function planServers(): Promise<Readonly<Record<string, BindPlan>>> {
  const one = new Map<string, string>();
  const two = new Map<string, string>();
  const parent = nameServersAre(TWO);
  for (const short of ZONES) {
    const zone = `${short}.${TOP}`;
    const second = short === "silent" ? NOBODY : TWO;
    const plain = zoneText(zone, contents(short, second));
    const times = short === "expired" ? { from: "now-30d", until: "now-1d" } : {};
    const signed = SIGNED.includes(short) ? await signZone(zone, plain, times) : undefined;
    const text = signed?.text ?? plain;
    one.set(zone, text);
    const older = zoneText(zone, contents(short, second), { serial: 0 });
    if (short !== "lame") two.set(zone, short === "differ" ? older : text);
    parent.push(`${short} IN NS ns1.${short}`, `${short} IN NS ns2.${short}`);
    parent.push(`ns1.${short} IN A ${ONE}`, `ns2.${short} IN A ${second}`);
    if (short === "signed" || short === "expired") parent.push(signed?.ds ?? "");
    // The digest of a key that nobody has.
    if (short === "bogus") parent.push(`${short} IN DS 4711 13 2 ${"ab".repeat(32)}`);
  }
  const top = await signZone(TOP, zoneText(TOP, parent));
  for (const server of [one, two]) server.set(TOP, top.text);
  return { [ONE]: authority(one), [TWO]: authority(two), [RESOLVER]: resolver(top.ds) };
}

function authority(zones: ReadonlyMap<string, string>): BindPlan {
  const clause = (zone: string) =>
    `zone "${zone}" { type primary; file "${ZONE_DIR}/${zone}"; notify no; };`;
  return {
    options: "recursion no;",
    clauses: [...zones.keys()].map(clause),
    files: Object.fromEntries(zones),
  };
}

/** It knows nothing of the root: our top level is where its trust begins. */
function resolver(ds: string): BindPlan {
  return {
    options: "recursion yes; dnssec-validation yes;",
    clauses: [
      `zone "${TOP}" { type static-stub; server-addresses { ${ONE}; }; };`,
      trustAnchor(TOP, ds),
    ],
    files: {},
  };
}

function contents(short: string, second: string): string[] {
  const mail = ["@ IN MX 10 mail", `mail IN A ${MAIL}`, "alias IN CNAME mail"];
  const text = Array.from({ length: 240 }, () => `"${"x".repeat(250)}"`).join(" ");
  const rich = [
    '@ IN CAA 0 issue "ca.example"',
    `_25._tcp.mail IN TLSA 3 1 1 ${"ab".repeat(32)}`,
    `big IN TXT ( ${text} )`,
  ];
  return [
    ...nameServersAre(second),
    ...(short === "nomx" ? [] : mail),
    ...(short === "signed" ? rich : []),
  ];
}

function nameServersAre(second: string): string[] {
  return ["@ IN NS ns1", "@ IN NS ns2", `ns1 IN A ${ONE}`, `ns2 IN A ${second}`];
}
