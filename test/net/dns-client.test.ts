import { createSocket } from "node:dgram";
import { describe, expect, it } from "vitest";
import type { QueryOptions, RecordType } from "../../src/domain/dns.ts";
import { createDns, type DnsLimits } from "../../src/net/dns-client.ts";
import { crankedClock } from "../fakes/clock.ts";
import { type Asked, type DnsScript, dnsScript, FLAGS, record } from "../fakes/dns-script.ts";

const never = new AbortController().signal;
const A = record("example.org", "A", "192.0.2.1");

/** Of RFC 4034 §5.4, with its tag. */
const RFC_4034_KEY = Buffer.from(
  "AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZDRD99WYwYqUSdjMmmAphXdvx" +
    "egXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw==",
  "base64",
);

describe("an answer", () => {
  it.each([
    ["A", "192.0.2.1", "192.0.2.1"],
    ["AAAA", "2001:DB8:0::1", "2001:db8::1"],
    [
      "MX",
      { preference: 10, exchange: "MX.Example.org" },
      { preference: 10, exchange: "mx.example.org" },
    ],
    ["MX", { preference: 0, exchange: "." }, { preference: 0, exchange: "." }],
    ["NS", "ns1.example.org", "ns1.example.org"],
    ["PTR", "mail.example.org", "mail.example.org"],
    ["TXT", ["v=spf1 ", "-all"], "v=spf1 -all"],
    ["TXT", [Buffer.from("a\0b\x07\r\n\xff", "latin1")], "a\0b\x07\r\n\xff"],
    [
      "CAA",
      { flags: 128, tag: "issue", value: "ca.test" },
      { critical: true, tag: "issue", value: "ca.test" },
    ],
    [
      "TLSA",
      { usage: 3, selector: 1, matchingType: 1, certificate: Buffer.from("ABCD", "hex") },
      { usage: 3, selector: 1, matchingType: 1, data: "abcd" },
    ],
    [
      "SRV",
      { priority: 0, weight: 1, port: 993, target: "IMAP.example.org" },
      { priority: 0, weight: 1, port: 993, target: "imap.example.org" },
    ],
    [
      "SRV",
      { priority: 65_535, weight: 0, port: 0, target: "." },
      { priority: 65_535, weight: 0, port: 0, target: "." },
    ],
    [
      "SOA",
      { mname: "ns1.example.org", rname: "host.example.org", serial: 7, minimum: 60 },
      { primary: "ns1.example.org", serial: 7, minimumSeconds: 60 },
    ],
    [
      "DS",
      { keyTag: 5, algorithm: 13, digestType: 2, digest: Buffer.alloc(32) },
      { keyTag: 5, algorithm: 13, digestType: 2 },
    ],
    [
      "DNSKEY",
      { flags: 256, algorithm: 5, key: RFC_4034_KEY },
      { flags: 256, algorithm: 5, keyTag: 60_485 },
    ],
    ["CNAME", "other.example.org", "other.example.org"],
  ] as const)("of type %s is read: %j", async (type, sent, records) => {
    const server = await dnsScript((asked) =>
      asked.reply({ answers: [record("example.org", type, sent)] }),
    );
    expect(await ask(server, "example.org", type)).toMatchObject({
      kind: "found",
      records: [records],
      ttlSeconds: 300,
      aliases: [],
    });
  });

  it("says NXDOMAIN for how long (RFC 2308)", async () => {
    const server = await dnsScript((asked) =>
      asked.reply({ rcode: 3, authorities: [soa(900, 60)] }),
    );
    expect(await ask(server)).toMatchObject({ kind: "absent", why: "nxdomain", ttlSeconds: 60 });
  });

  it("says that the name has other types", async () => {
    const server = await dnsScript((asked) => asked.reply({ authorities: [soa(30, 60)] }));
    expect(await ask(server)).toMatchObject({ kind: "absent", why: "nodata", ttlSeconds: 30 });
  });

  it("says that the resolver validated it, or not", async () => {
    const server = await dnsScript((asked) =>
      asked.reply({ answers: [A], flags: FLAGS.authenticated }),
    );
    expect(await ask(server)).toMatchObject({ authenticated: true });
    const other = await dnsScript((asked) => asked.reply({ answers: [A] }));
    expect(await ask(other)).toMatchObject({ authenticated: false });
  });

  it("has the signatures of those who ask for them", async () => {
    const rrsig = {
      typeCovered: "A",
      algorithm: 13,
      labels: 2,
      originalTTL: 300,
      inception: 1_700_000_000,
      expiration: 1_800_000_000,
      keyTag: 5,
      signersName: "example.org",
      signature: Buffer.alloc(64),
    };
    const server = await dnsScript((asked) =>
      asked.reply({ answers: [A, record("example.org", "RRSIG", rrsig)] }),
    );
    expect(await ask(server, "example.org", "A", { dnssec: true })).toMatchObject({
      signatures: [
        {
          typeCovered: "A",
          signer: "example.org",
          inceptionAt: 1_700_000_000_000,
          expiresAt: 1_800_000_000_000,
        },
      ],
    });
    const [opt] = server.asked[0]?.query.additionals ?? [];
    expect(opt).toMatchObject({ type: "OPT", flag_do: true, udpPayloadSize: 1232 });
  });

  it("is taken through CNAMEs, with the least TTL on the way", async () => {
    const server = await dnsScript((asked) =>
      asked.reply({
        answers: [
          record("www.example.org", "CNAME", "Web.Example.net", 20),
          record("web.example.net", "A", "192.0.2.7"),
        ],
      }),
    );
    expect(await ask(server, "www.example.org")).toMatchObject({
      records: ["192.0.2.7"],
      aliases: ["web.example.net"],
      ttlSeconds: 20,
    });
  });

  it("is asked for again where the server stops at a CNAME", async () => {
    const server = await dnsScript((asked) =>
      asked.reply({
        answers: [
          asked.name === "www.example.org"
            ? record("www.example.org", "CNAME", "web.example.net")
            : record("web.example.net", "A", "192.0.2.7"),
        ],
      }),
    );
    expect(await ask(server, "www.example.org")).toMatchObject({
      records: ["192.0.2.7"],
      aliases: ["web.example.net"],
    });
  });

  it("too long for UDP is fetched over TCP, up to 64 KB", async () => {
    const text = Array.from({ length: 255 }, () => "x".repeat(255));
    const server = await dnsScript((asked) =>
      asked.over === "udp"
        ? asked.reply({ flags: FLAGS.truncated })
        : asked.reply({ answers: [record("example.org", "TXT", text)] }),
    );
    expect(await ask(server, "example.org", "TXT")).toMatchObject({
      kind: "found",
      records: [text.join("")],
    });
    expect(server.asked.map(({ over }) => over)).toEqual(["udp", "tcp"]);
  });

  it("comes from the server that was named, with its own word only", async () => {
    const server = await dnsScript((asked) =>
      asked.reply({ answers: [A], flags: FLAGS.authoritative }),
    );
    const other = await dnsScript((asked) => asked.reply({ rcode: 2 }));
    const options = { server: server.address, authoritative: true };
    expect(await ask(other, "example.org", "A", options)).toMatchObject({ kind: "found" });
    expect(other.asked).toHaveLength(0);
    expect(server.asked[0]?.query.flag_rd).toBe(false);
  });
});

describe("a referral", () => {
  const NS = record("example.org", "NS", "NS1.example.org");
  const delegation = (address: string) => ({ server: address, delegation: true });

  it("has the name servers of the zone, and the addresses beside them", async () => {
    const server = await dnsScript((asked) =>
      asked.reply({
        authorities: [NS],
        additionals: [record("ns1.example.org", "A", "192.0.2.53"), A],
      }),
    );
    const options = delegation(server.address);
    expect(await ask(server, "example.org", "NS", options)).toMatchObject({
      kind: "found",
      records: ["ns1.example.org"],
      ttlSeconds: 300,
    });
    expect(await ask(server, "ns1.example.org", "A", options)).toMatchObject({
      kind: "found",
      records: ["192.0.2.53"],
    });
    expect(await ask(server, "ns1.example.org", "AAAA", options)).toMatchObject({
      kind: "absent",
      why: "nodata",
    });
    expect(server.asked[0]?.query.flag_rd).toBe(false);
  });

  it.each<[string, Parameters<Asked["reply"]>[0]]>([
    ["the zone's own answer", { answers: [NS], flags: FLAGS.authoritative }],
    ["a resolver's answer", { answers: [NS], authorities: [NS] }],
    ["the way to another zone", { authorities: [record(".", "NS", "a.root-servers.net")] }],
    ["that there is nothing", { rcode: 3 }],
  ])("is not %s", async (_, reply) => {
    const server = await dnsScript((asked) => asked.reply(reply));
    expect(await ask(server, "example.org", "NS", delegation(server.address))).toMatchObject({
      kind: "failed",
      why: "refused",
    });
  });
});

describe("trouble", () => {
  it.each([
    ["SERVFAIL", 2, "servfail", /said SERVFAIL/],
    ["REFUSED", 5, "refused", /said REFUSED/],
    ["NOTIMP", 4, "servfail", /said NOTIMP/],
    ["NOTAUTH", 9, "refused", /said NOTAUTH/],
  ])("%s is told apart", async (_, rcode, why, detail) => {
    const server = await dnsScript((asked) => asked.reply({ rcode }));
    expect(await ask(server)).toEqual({
      kind: "failed",
      why,
      detail: expect.stringMatching(detail) as string,
    });
  });

  it("comes with the server's reason (RFC 8914)", async () => {
    const option = Buffer.concat([Buffer.from([0, 7]), Buffer.from("Signature\x07 expired")]);
    const server = await dnsScript((asked) => {
      const opt = { type: "OPT", name: ".", options: [{ code: 15, data: option }] };
      asked.reply({ rcode: 2, additionals: [opt as never] });
    });
    expect(await ask(server)).toMatchObject({
      extendedErrors: [7],
      detail: expect.stringContaining("SERVFAIL (signature expired: Signature expired)") as string,
    });
  });

  it("that passes with the second question is none", async () => {
    let questions = 0;
    const server = await dnsScript((asked) => {
      questions += 1;
      if (questions > 1) asked.reply({ answers: [A] });
    });
    expect(await ask(server)).toMatchObject({ kind: "found" });
  });

  it.each(["silence", "SERVFAIL", "REFUSED", "garbage"])(
    "with one server (%s) has the next one asked",
    async (trouble) => {
      const bad = await dnsScript((asked) => {
        if (trouble === "SERVFAIL") asked.reply({ rcode: 2 });
        if (trouble === "REFUSED") asked.reply({ rcode: 5 });
        if (trouble === "garbage") asked.send(asked.bytes({ answers: [A] }).subarray(0, -3));
      });
      const good = await dnsScript((asked) => asked.reply({ answers: [A] }));
      const dns = client([bad.address, good.address]);
      expect(await dns.query("example.org", "A", never)).toMatchObject({ kind: "found" });
      expect(bad.asked.length).toBeGreaterThan(0);
    },
  );

  it("of a silent server is remembered for a while", async () => {
    const silent = await dnsScript(() => undefined);
    const good = await dnsScript((asked) =>
      asked.reply({ answers: [record(asked.name, "A", "192.0.2.1")] }),
    );
    const dns = client([silent.address, good.address]);
    await dns.query("a.example.org", "A", never);
    await dns.query("b.example.org", "A", never);
    expect(silent.asked.map(({ name }) => name)).toEqual(["a.example.org"]);
  });

  it("is a time-out when nobody answers, each having been asked twice at least", async () => {
    const servers = [await dnsScript(() => undefined), await dnsScript(() => undefined)];
    const dns = client(servers.map(({ address }) => address));
    expect(await dns.query("example.org", "A", never)).toMatchObject({ why: "timeout" });
    expect(servers.map(({ asked }) => asked.length)).toEqual([2, 2]);
  });

  it("ends with the overall deadline", async () => {
    const server = await dnsScript(() => undefined);
    const dns = createDns({ servers: [server.address], limits: { lookupTimeoutMs: 30 } });
    expect(await dns.query("example.org", "A", never)).toMatchObject({ why: "timeout" });
  });

  it("is `unreachable` where nobody listens", async () => {
    expect(await client([await closedPort()]).query("example.org", "A", never)).toMatchObject({
      why: "unreachable",
    });
    expect(await client([]).query("example.org", "A", never, { server: "ns1" })).toMatchObject({
      why: "unreachable",
    });
  });

  it("is `refused` where an answer is not the server's own", async () => {
    const server = await dnsScript((asked) => asked.reply({ answers: [A] }));
    expect(await ask(server, "example.org", "A", { authoritative: true })).toMatchObject({
      why: "refused",
    });
  });

  it("with EDNS is got round (RFC 6891 §7)", async () => {
    const server = await dnsScript((asked) => {
      if (asked.query.additionals?.length === 0) return asked.reply({ answers: [A] });
      const refusal = asked.bytes({ rcode: 1, questions: [] });
      asked.send(refusal);
    });
    expect(await ask(server)).toMatchObject({ kind: "found" });
  });

  it("with TCP is trouble", async () => {
    const server = await dnsScript((asked) => {
      if (asked.over === "udp") asked.reply({ flags: FLAGS.truncated });
      else asked.socket?.end(Buffer.from([0x40]));
    });
    expect(await ask(server)).toMatchObject({ kind: "failed", why: "malformed" });
  });

  it("with an answer that is cut off over TCP as well is no word on the name (RFC 2181 §9)", async () => {
    const server = await dnsScript((asked) => asked.reply({ flags: FLAGS.truncated }));
    expect(await ask(server)).toMatchObject({
      kind: "failed",
      why: "malformed",
      detail: expect.stringContaining("cut its answer off over TCP too") as string,
    });
  });

  it.each(["example.org", "org", "."])(
    "with a referral to the servers of %s has the next one asked",
    async (zone) => {
      const referral = await dnsScript((asked) =>
        asked.reply({ authorities: [record(zone, "NS", "ns.example.net")] }),
      );
      expect(await ask(referral)).toMatchObject({
        kind: "failed",
        why: "refused",
        detail: expect.stringContaining("a referral") as string,
      });
      const good = await dnsScript((asked) => asked.reply({ answers: [A] }));
      const dns = client([referral.address, good.address]);
      expect(await dns.query("example.org", "A", never)).toMatchObject({ kind: "found" });
    },
  );

  it.each<[string, Parameters<Asked["reply"]>[0]]>([
    ["nothing at all, as from small forwarders", {}],
    [
      "name servers beside an SOA (RFC 2308 §2.2)",
      { authorities: [record("example.org", "NS", "ns.example.net"), soa(60, 60)] },
    ],
    [
      "name servers in an answer of their own",
      {
        authorities: [record("example.org", "NS", "ns.example.net")],
        flags: FLAGS.authoritative,
      },
    ],
  ])("is none: %s", async (_, reply) => {
    const server = await dnsScript((asked) => asked.reply(reply));
    expect(await ask(server)).toMatchObject({ kind: "absent", why: "nodata" });
  });

  it("with silence over TCP says so", async () => {
    const server = await dnsScript((asked) => {
      if (asked.over === "udp") asked.reply({ flags: FLAGS.truncated });
    });
    expect(await ask(server)).toMatchObject({
      why: "timeout",
      detail: expect.stringContaining("over TCP") as string,
    });
  });

  it("is given up with the signal, for this caller alone", async () => {
    const held: Asked[] = [];
    const server = await dnsScript((asked) => void held.push(asked));
    const dns = createDns({ servers: [server.address] });
    const leave = new AbortController();
    const mine = dns.query("example.org", "A", leave.signal);
    const theirs = dns.query("example.org", "A", never);
    await expect.poll(() => held.length).toBe(1);
    leave.abort();
    expect(await mine).toMatchObject({ kind: "failed", why: "aborted" });
    held[0]?.reply({ answers: [A] });
    expect(await theirs).toMatchObject({ kind: "found" });
    expect(await dns.query("example.net", "A", leave.signal)).toMatchObject({ why: "aborted" });
  });
});

describe("a message that answers something else is ignored", () => {
  it.each<[string, (asked: Asked) => Buffer]>([
    [
      "with another id",
      (asked) => asked.bytes({ id: ((asked.query.id ?? 0) + 1) % 65_536, answers: [A] }),
    ],
    [
      "to another name",
      (asked) => asked.bytes({ questions: [{ name: "example.com", type: "A" }] }),
    ],
    [
      "to another type",
      (asked) => asked.bytes({ questions: [{ name: "example.org", type: "MX" }] }),
    ],
    ["to no question", (asked) => asked.bytes({ questions: [] })],
    ["that is a question", (asked) => asked.bytes({ type: "query" as never, flags: -0x8000 })],
    ["that is empty", () => Buffer.alloc(0)],
    ["that is noise", () => Buffer.alloc(300, 0xff)],
  ])("%s", async (_, stray) => {
    const server = await dnsScript((asked) => {
      const message = stray(asked);
      // The question bit is what dns-packet will not clear by itself.
      if (_ === "that is a question") message.writeUInt8(message.readUInt8(2) & 0x7f, 2);
      asked.send(message);
      asked.reply({ answers: [A] });
    });
    expect(await ask(server)).toMatchObject({ kind: "found", records: ["192.0.2.1"] });
  });

  it("from elsewhere", async () => {
    const server = await dnsScript((asked) => {
      asked.forge(asked.bytes({ answers: [record("example.org", "A", "192.0.2.66")] }));
      setTimeout(() => asked.reply({ answers: [A] }), 10);
    });
    expect(await ask(server)).toMatchObject({ records: ["192.0.2.1"] });
  });

  it("twice, or after another one", async () => {
    const late: Asked[] = [];
    const server = await dnsScript((asked) => {
      if (late.length === 0) return void late.push(asked);
      late[0]?.reply({ answers: [record("example.org", "A", "192.0.2.99")] });
      asked.reply({ answers: [A] });
      asked.reply({ answers: [A] });
    });
    expect(await ask(server)).toMatchObject({ kind: "found", records: ["192.0.2.1"] });
  });

  it("until there are too many of them", async () => {
    const server = await dnsScript((asked) => {
      for (let count = 0; count < 100; count += 1) asked.send(asked.bytes({ questions: [] }));
    });
    expect(await ask(server)).toMatchObject({ kind: "failed", why: "malformed" });
  });
});

describe("a hostile answer", () => {
  const loop = [record("a.test", "CNAME", "b.test"), record("b.test", "CNAME", "a.test")];
  it.each([
    ["in one message", () => loop],
    ["message by message", (asked: Asked) => loop.filter(({ name }) => name === asked.name)],
    ["without end", (asked: Asked) => [record(asked.name, "CNAME", `x.${asked.name}`)]],
  ])("of CNAMEs that loop %s is malformed", async (_, answers) => {
    const server = await dnsScript((asked) => asked.reply({ answers: answers(asked) }));
    expect(await ask(server, "a.test")).toEqual({
      kind: "failed",
      why: "malformed",
      detail: "the answer has CNAMEs without end",
    });
  });

  it("with records of strangers is none", async () => {
    const server = await dnsScript((asked) =>
      asked.reply({
        answers: [record("example.com", "A", "192.0.2.66")],
        authorities: [soa(1, 1)],
      }),
    );
    expect(await ask(server)).toMatchObject({ kind: "absent", why: "nodata" });
  });
});

describe("the cache", () => {
  it("answers until the TTL is over, with what is left of it", async () => {
    const server = await dnsScript((asked) => asked.reply({ answers: [A] }));
    const clock = crankedClock();
    const dns = createDns({ servers: [server.address], clock });
    await dns.query("example.org", "A", never);
    await clock.advance(100_000);
    expect(await dns.query("EXAMPLE.org.", "A", never)).toMatchObject({ ttlSeconds: 200 });
    expect(server.asked).toHaveLength(1);
    await clock.advance(200_000);
    expect(await dns.query("example.org", "A", never)).toMatchObject({ ttlSeconds: 300 });
    expect(server.asked).toHaveLength(2);
  });

  it.each([
    ["of another type", { type: "MX" }],
    ["with signatures", { options: { dnssec: true } }],
    ["unvalidated", { options: { unvalidated: true } }],
    ["that must be fresh", { options: { cached: false } }],
  ] as const)("leaves a question %s to the servers", async (_, question) => {
    const server = await dnsScript((asked) =>
      asked.reply({ answers: [A], authorities: [soa(9, 9)] }),
    );
    const dns = createDns({ servers: [server.address] });
    await dns.query("example.org", "A", never);
    const { type = "A", options = {} } = question as { type?: RecordType; options?: QueryOptions };
    await dns.query("example.org", type, never, options);
    expect(server.asked).toHaveLength(2);
  });

  it("keeps that there is nothing", async () => {
    const server = await dnsScript((asked) =>
      asked.reply({ rcode: 3, authorities: [soa(60, 60)] }),
    );
    const dns = createDns({ servers: [server.address] });
    for (let count = 0; count < 2; count += 1) await dns.query("none.test", "A", never);
    expect(server.asked).toHaveLength(1);
  });

  it("keeps a failure for a moment, and no longer (RFC 9520)", async () => {
    const server = await dnsScript((asked) => asked.reply({ rcode: 5 }));
    const clock = crankedClock();
    const dns = createDns({ servers: [server.address], clock });
    const first = await dns.query("bad.test", "A", never);
    await clock.advance(4_000);
    expect(await dns.query("bad.test", "A", never)).toEqual(first);
    expect(server.asked).toHaveLength(1);
    await clock.advance(1_000);
    await dns.query("bad.test", "A", never);
    expect(server.asked).toHaveLength(2);
  });

  it("does not take a question that was given up for a failure", async () => {
    const held: Asked[] = [];
    const server = await dnsScript((asked) => void held.push(asked));
    const dns = createDns({ servers: [server.address] });
    const leave = new AbortController();
    const mine = dns.query("example.org", "A", leave.signal);
    await expect.poll(() => held.length).toBe(1);
    leave.abort();
    await mine;
    const theirs = dns.query("example.org", "A", never);
    await expect.poll(() => held.length).toBe(2);
    held[1]?.reply({ answers: [A] });
    expect(await theirs).toMatchObject({ kind: "found" });
  });

  it("has equal questions at the same time asked once", async () => {
    const server = await dnsScript((asked) => asked.reply({ answers: [A] }));
    const dns = createDns({ servers: [server.address] });
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => dns.query("example.org", "A", never)),
    );
    expect(answers.map(({ kind }) => kind)).toEqual(Array(5).fill("found"));
    expect(server.asked).toHaveLength(1);
  });
});

it.each(["a".repeat(64), "a..b", "ü.example", `${"a.".repeat(128)}org`])(
  "there is certainly no name %j, and nobody is asked",
  async (name) => {
    const server = await dnsScript(() => undefined);
    expect(await ask(server, name)).toMatchObject({ kind: "absent", why: "nxdomain" });
    expect(server.asked).toHaveLength(0);
  },
);

it("asks each question from another port with another id", async () => {
  const server = await dnsScript((asked) => asked.reply({ answers: [A] }));
  const dns = createDns({ servers: [server.address] });
  for (let count = 0; count < 8; count += 1) {
    await dns.query("example.org", "A", never, { cached: false });
  }
  expect(new Set(server.asked.map(({ query }) => query.id)).size).toBeGreaterThan(6);
});

const HASTY: Partial<DnsLimits> = { queryTimeoutMs: 40, lookupTimeoutMs: 3_000 };

function client(servers: readonly string[]) {
  return createDns({ servers, limits: HASTY });
}

function ask(
  server: DnsScript,
  name = "example.org",
  type: RecordType = "A",
  options?: QueryOptions,
) {
  return client([server.address]).query(name, type, never, options);
}

function soa(ttl: number, minimum: number) {
  const data = { mname: "ns1.example.org", rname: "host.example.org", serial: 1, minimum };
  return record("example.org", "SOA", data, ttl);
}

async function closedPort(): Promise<string> {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return `127.0.0.1:${port}`;
}
