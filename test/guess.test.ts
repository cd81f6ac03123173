import { expect, it } from "vitest";
import { configOfDomain } from "../src/config/of-domain.ts";
import type { Tls, TlsServer } from "../src/domain/tls.ts";
import { guessEndpoints } from "../src/guess.ts";
import { session } from "./fakes/looks.ts";
import { type LiteralZone, zoneDns } from "./fakes/zone.ts";

const never = new AbortController().signal;

const zone: LiteralZone = {
  "example.org": {
    MX: [
      { preference: 10, exchange: "mx.example.org" },
      { preference: 20, exchange: "mx.provider.net" },
    ],
  },
};

/** Servers that speak TLS at these ports, fall silent at 143, and refuse to be connected to elsewhere. */
async function guessed(open: readonly number[], records: LiteralZone, address = "198.18.0.25") {
  const asked: TlsServer[] = [];
  const tls: Pick<Tls, "addressesOf" | "look"> = {
    addressesOf: () => Promise.resolve([address]),
    look(server) {
      asked.push(server);
      return Promise.resolve(
        open.includes(server.port)
          ? session([])
          : { kind: "failed", why: "unreachable", detail: "ECONNREFUSED" },
      );
    },
  };
  const net = { dns: zoneDns(records), tls: tls as Tls };
  const endpoints = await guessEndpoints(configOfDomain("example.org"), net, never);
  return { endpoints: endpoints.map(({ host, port, tls }) => `${host}:${port} ${tls}`), asked };
}

it("takes the ports for users that answer at the domain's own MX hosts", async () => {
  const { endpoints, asked } = await guessed([587, 993], zone);
  expect(endpoints).toEqual(["mx.example.org:587 starttls", "mx.example.org:993 implicit"]);
  expect(asked.map(({ servername, port }) => [servername, port])).toEqual([
    ["mx.example.org", 587],
    ["mx.example.org", 465],
    ["mx.example.org", 993],
    ["mx.example.org", 143],
  ]);
});

it("takes what SRV records say for the truth, and asks nobody else", async () => {
  const imaps = { "_imaps._tcp.example.org": { SRV: [srv(993, "imap.example.org")] } };
  expect(await guessed([587, 993], { ...zone, ...imaps })).toEqual({ endpoints: [], asked: [] });
});

it("knocks nowhere while it is not known what SRV records say", async () => {
  const silent: LiteralZone = { "_imaps._tcp.example.org": "servfail" };
  expect(await guessed([587, 993], { ...zone, ...silent })).toEqual({ endpoints: [], asked: [] });
});

it("does not take this machine for the domain's server", async () => {
  expect(await guessed([993], zone, "127.0.1.1")).toEqual({ endpoints: [], asked: [] });
});

function srv(port: number, target: string) {
  return { priority: 0, weight: 1, port, target };
}
