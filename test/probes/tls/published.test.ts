import { expect, it } from "vitest";
import type { RecordData } from "../../../src/domain/dns.ts";
import { tls } from "../../../src/probes/tls/probe.ts";
import { createAuthority } from "../../fakes/certificates.ts";
import { type Appearance, clearText, literalTls, session } from "../../fakes/looks.ts";
import { route, runProbe, type Surroundings } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";

const V4 = "10.0.0.25";
const NAME = "mail.example.org";
const authority = createAuthority();
const { cert } = authority.issue([NAME]);
const look = session([cert, authority.ca], { clear: clearText(["LOGINDISABLED", "STARTTLS"]) });
const FINE: Appearance = { look };
const HOST: LiteralZone = { [NAME]: { A: [V4] } };

it.each([
  ["_submissions", 465, "submission", "implicit"],
  ["_submission", 587, "submission", "starttls"],
  ["_imaps", 993, "imap", "implicit"],
  ["_imap", 143, "imap", "starttls"],
  ["_pop3s", 995, "pop3", "implicit"],
  ["_pop3", 110, "pop3", "starttls"],
  ["_imaps", 1993, "imap", "implicit"],
])("looks at what %s._tcp names at port %i: %s, %s", async (service, port, protocol, mode) => {
  const { verdict, looked } = await looksAt({ [`${service}._tcp.example.org`]: srv(port) });
  expect(verdict).toMatchObject({ severity: "ok", findings: [] });
  expect(looked).toEqual([
    { address: V4, port, protocol, tls: mode, servername: NAME, ca: undefined },
  ]);
  expect(verdict?.samples.map(({ labels }) => labels)).toContainEqual({
    host: NAME,
    port: String(port),
  });
});

it("tells of a fault under the name of the server, which others of the domain do not explain", async () => {
  const missing = { kind: "no-starttls", clear: clearText([]), detail: "not there" } as const;
  const zone = { "_imap._tcp.example.org": srv(143) };
  const { verdict } = await looksAt(zone, {}, { look: missing });
  expect(verdict?.findings).toMatchObject([
    { kind: "tls-starttls-missing", subject: "mail.example.org:143" },
  ]);
  expect(verdict?.findings[0]?.detail).toMatch(/^mail\.example\.org port 143, .*Dovecot/);
});

it.each<[string, LiteralZone]>([
  ["no record", {}],
  ["a service that is decidedly not offered", { "_imap._tcp.example.org": srv(0, ".") }],
  ["a provider's host", { "_imaps._tcp.example.org": srv(993, "imap.provider.example") }],
  ["a host that only ends so", { "_imaps._tcp.example.org": srv(993, "mail.badexample.org") }],
  [
    "an address of examples",
    {
      "_imaps._tcp.example.org": srv(993, "doc.example.org"),
      "doc.example.org": { A: ["192.0.2.1"] },
    },
  ],
  ["a port where MX hosts are looked at", { "_submission._tcp.example.org": srv(25) }],
  ["another domain", { "_imaps._tcp.example.net": srv(993) }],
  ["a service that is not mail", { "_sip._tcp.example.org": srv(5060) }],
])("connects nowhere for %s", async (_, zone) => {
  const { verdict, looked } = await looksAt(zone);
  expect(verdict).toMatchObject({ severity: "ok", findings: [], samples: [] });
  expect(looked).toEqual([]);
});

it("looks at a host elsewhere that the config file names", async () => {
  const host = "box.hoster.example";
  const zone = { "_imaps._tcp.example.org": srv(993, host), [host]: { A: [V4] } };
  const routes = [{ smtp: { ...route().smtp, host } }];
  expect((await looksAt(zone, { routes })).looked).toMatchObject([{ port: 993 }]);
});

it("looks once at a server that several records name, and not at all at one of the config file", async () => {
  const zone: LiteralZone = {
    "_imaps._tcp.example.org": { SRV: [record(993), record(993, "MAIL.example.org.")] },
    "_submissions._tcp.example.org": srv(465),
    "_submission._tcp.example.org": srv(587),
  };
  const common = { host: NAME, servername: undefined, ca: undefined };
  const smtp = { ...route().smtp, host: NAME, port: 465 };
  const endpoints = [
    { ...common, port: 587, protocol: "submission" as const, tls: "starttls" as const },
  ];
  const { looked } = await looksAt(zone, { routes: [{ smtp }], endpoints });
  expect(looked).toMatchObject([{ port: 993 }]);
});

it.each<[string, LiteralZone, RegExp]>([
  [
    "a host that does not exist",
    { "_imaps._tcp.example.org": srv(993, "gone.example.org") },
    /_imaps\._tcp\.example\.org names gone\.example\.org port 993, a host without any address/,
  ],
  [
    "a host with no address",
    { "_imaps._tcp.example.org": srv(993, "txt.example.org"), "txt.example.org": { TXT: ["x"] } },
    /without any address/,
  ],
  [
    "no host at all",
    { "_imaps._tcp.example.org": srv(993, String.raw`a\032b.example.org`) },
    /cannot be/,
  ],
  ["port 0", { "_imaps._tcp.example.org": srv(0) }, /cannot be/],
])("says that a record leads astray: %s", async (_, zone, detail) => {
  const { verdict, looked } = await looksAt(zone);
  expect(verdict?.findings).toMatchObject([{ kind: "tls-srv-astray", subject: "example.org" }]);
  expect(verdict?.findings[0]?.detail).toMatch(detail);
  expect(looked).toEqual([]);
});

it("says where a record belongs that names a port with implicit TLS", async () => {
  const { verdict, looked } = await looksAt({ "_submission._tcp.example.org": srv(465) });
  expect(looked).toMatchObject([{ port: 465, tls: "implicit" }]);
  expect(verdict?.findings).toMatchObject([{ kind: "tls-srv-astray" }]);
  expect(verdict?.findings[0]?.detail).toContain(
    "_submissions._tcp.example.org. IN SRV 0 1 465 mail.example.org.",
  );
});

it("says so as well where a right record names the same server", async () => {
  const zone = { "_imap._tcp.example.org": srv(993), "_imaps._tcp.example.org": srv(993) };
  const { verdict, looked } = await looksAt(zone);
  expect(looked).toHaveLength(1);
  expect(verdict?.findings).toMatchObject([{ kind: "tls-srv-astray" }]);
  expect(verdict?.findings[0]?.detail).toMatch(/^_imap\._tcp/);
});

it.each<[string, string, LiteralZone, Appearance]>([
  [
    "DNS that does not answer",
    "example.org",
    { "_imap._tcp.example.org": { SRV: "timeout" } },
    FINE,
  ],
  [
    "a host whose addresses nobody knows",
    "example.org",
    { "_imap._tcp.example.org": srv(143), [NAME]: "servfail" },
    FINE,
  ],
  [
    "a port that does not answer",
    "mail.example.org:143",
    { "_imap._tcp.example.org": srv(143) },
    { look: { kind: "failed", why: "unreachable", detail: "ECONNREFUSED" } },
  ],
  [
    "a port that may or may not be the wrong one",
    "mail.example.org:465",
    { "_submission._tcp.example.org": srv(465) },
    { look: { kind: "failed", why: "timeout", detail: "no answer in time" } },
  ],
])("calls it undecided, and nothing worse: %s", async (_, subject, zone, appearance) => {
  const { verdict } = await looksAt(zone, {}, appearance);
  expect(verdict?.findings).toMatchObject([{ kind: "tls-undecided", subject }]);
});

it("says once that the DNS is silent, whatever was asked", async () => {
  const names = ["_imap", "_imaps", "_submission", "_submissions", "_pop3", "_pop3s"];
  const zone = Object.fromEntries(
    names.map((name) => [`${name}._tcp.example.org`, "timeout" as const]),
  );
  expect((await looksAt(zone)).verdict?.findings).toHaveLength(1);
});

it("takes no more than some records of a service", async () => {
  const many = Array.from({ length: 50 }, (_, n) => record(2000 + n));
  const { looked } = await looksAt({ "_imaps._tcp.example.org": { SRV: many } });
  expect(looked).toHaveLength(5);
});

function record(port: number, target = NAME): RecordData["SRV"] {
  return { priority: 0, weight: 1, port, target };
}

function srv(port: number, target = NAME) {
  return { SRV: [record(port, target)] };
}

async function looksAt(zone: LiteralZone, around: Surroundings = {}, appearance = FINE) {
  const net = literalTls({ [V4]: appearance });
  const routes = [{ smtp: { ...route().smtp, host: "relay.example", tls: "none" as const } }];
  const verdicts = await runProbe(
    tls,
    { ...HOST, ...zone },
    {
      routes,
      now: Date.now(),
      net: { tls: net },
      ...around,
    },
  );
  return { verdict: verdicts.get("tls server=srv"), looked: net.looked };
}
