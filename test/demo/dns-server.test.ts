import { createSocket } from "node:dgram";
import { once } from "node:events";
import { Resolver } from "node:dns/promises";
import { connect } from "node:net";
import { expect, it } from "vitest";
import { readQuery } from "../../src/demo/dns-message.ts";
import { type DnsServer, startDnsServer } from "../../src/demo/dns-server.ts";
import { worldZone } from "../../src/demo/zone.ts";

function resolverOf({ address }: DnsServer): Resolver {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  resolver.setServers([address]);
  return resolver;
}

it("answers every kind of record of the world", async () => {
  await using server = await startDnsServer(() => worldZone("v=DKIM1; k=rsa; p=AAAA"));
  const resolver = resolverOf(server);
  expect(await resolver.resolveTxt("garden.example")).toEqual([["v=spf1 mx -all"]]);
  expect(await resolver.resolveTxt("CANARY._domainkey.garden.example")).toEqual([
    ["v=DKIM1; k=rsa; p=AAAA"],
  ]);
  expect(await resolver.resolveTxt("_dmarc.garden.example")).toEqual([
    ["v=DMARC1; p=quarantine; rua=mailto:postmaster@garden.example"],
  ]);
  expect(await resolver.resolveMx("bigmail.example")).toEqual([
    { type: "MX", priority: 10, exchange: "mx1.bigmail.example" },
  ]);
  expect(await resolver.resolve4("mail.garden.example")).toEqual(["192.0.2.25"]);
  expect(await resolver.resolve6("mail.garden.example")).toEqual(["2001:db8::25"]);
  expect(await resolver.reverse("192.0.2.25")).toEqual(["mail.garden.example"]);
  expect(await resolver.reverse("2001:db8::25")).toEqual(["mail.garden.example"]);
});

it("tells a name that does not exist from one without such a record", async () => {
  await using server = await startDnsServer(() => worldZone("v=DKIM1; p="));
  const resolver = resolverOf(server);
  await expect(resolver.resolveTxt("nobody.example")).rejects.toMatchObject({ code: "ENOTFOUND" });
  await expect(resolver.resolveMx("mail.garden.example")).rejects.toMatchObject({
    code: "ENODATA",
  });
  // An empty non-terminal exists (RFC 8020).
  await expect(resolver.resolveTxt("_domainkey.garden.example")).rejects.toMatchObject({
    code: "ENODATA",
  });
});

it("sends what a datagram cannot carry over TCP", async () => {
  const long = `v=DKIM1; p=${"A".repeat(2000)}`;
  await using server = await startDnsServer(() => worldZone(long));
  const [strings] = await resolverOf(server).resolveTxt("canary._domainkey.garden.example");
  expect(strings?.join("")).toBe(long);
});

it("survives what is not a query", async () => {
  await using server = await startDnsServer(() => worldZone(""));
  const port = Number(server.address.split(":")[1]);
  const udp = createSocket("udp4");
  udp.send(Buffer.from("garbage"), port, "127.0.0.1");
  const tcp = connect(port, "127.0.0.1");
  tcp.end(Buffer.from([0, 5, 1, 2, 3, 4, 5]));
  tcp.resume();
  await once(tcp, "close");
  udp.close();
  expect(await resolverOf(server).resolve4("mail.garden.example")).toHaveLength(1);
});

it("reads no query from a pointer, a response or a cut message", () => {
  const query = Buffer.from("00010100000100000000000001610000010001", "hex");
  expect(readQuery(query)).toMatchObject({ id: 1, name: "a", type: 1, recursionDesired: true });
  for (let length = 0; length < query.length; length++) {
    expect(readQuery(query.subarray(0, length))).toBeUndefined();
  }
  expect(readQuery(Buffer.from(query).fill(0x80, 2, 3))).toBeUndefined();
  expect(readQuery(Buffer.from(query).fill(0xc0, 12, 13))).toBeUndefined();
});
