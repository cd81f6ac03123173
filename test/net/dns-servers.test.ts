import { getServers } from "node:dns";
import { expect, it } from "vitest";
import { createServers, parseServer, showServer } from "../../src/net/dns-servers.ts";
import { crankedClock } from "../fakes/clock.ts";

it.each([
  ["192.0.2.53", "192.0.2.53", 53, 4],
  ["192.0.2.53:5353", "192.0.2.53", 5353, 4],
  ["2001:db8::53", "2001:db8::53", 53, 6],
  ["[2001:db8::53]:5353", "2001:db8::53", 5353, 6],
])("%s is a server", (text, host, port, family) => {
  const server = { host, port, family: family === 6 ? 6 : 4 } as const;
  expect(parseServer(text)).toEqual(server);
  expect(showServer(server)).toBe(text);
});

it.each(["", "ns1.example.org", "192.0.2.53:0", "192.0.2.53:65536", "192.0.2:53", "[192.0.2.53"])(
  "%j is none",
  (text) => {
    expect(parseServer(text)).toBeUndefined();
  },
);

it("an empty list is the system's own", () => {
  const servers = createServers([], crankedClock()).inOrder();
  expect(servers.map(showServer)).toEqual(getServers().slice(0, 6));
});

it("a silent server comes last for half a minute, or until it answers", async () => {
  const clock = crankedClock();
  const servers = createServers(["192.0.2.1", "192.0.2.2"], clock);
  const order = () => servers.inOrder().map(({ host }) => host);
  const [first] = servers.inOrder();
  if (first === undefined) throw new Error("no server");
  servers.silent(first);
  expect(order()).toEqual(["192.0.2.2", "192.0.2.1"]);
  servers.answered(first);
  expect(order()).toEqual(["192.0.2.1", "192.0.2.2"]);
  servers.silent(first);
  await clock.advance(30_000);
  expect(order()).toEqual(["192.0.2.1", "192.0.2.2"]);
});
