import { describe, expect, it } from "vitest";
import type { ExitIdentity } from "../../src/domain/canary.ts";
import type { WatchedEndpoint } from "../../src/domain/endpoint.ts";
import { findOwnership } from "../../src/mail/relay.ts";
import { route } from "../fakes/posture.ts";
import { type LiteralZone, zoneDns } from "../fakes/zone.ts";

const V4 = "198.18.0.25";
const relayed = { helo: "out7.relay.net", reverseName: "out7.relay.net" };
const shared = { helo: "mail.server.net", reverseName: "mail.server.net" };
/** The submission server is elsewhere, and so is the MX host. */
const elsewhere: LiteralZone = {
  "mail.example.org": { A: ["198.18.0.99"] },
  "smtp.host.net": { A: ["198.18.0.98"] },
};
const mx = { "example.org": { MX: [{ preference: 10, exchange: "mail.server.net" }] } };

/** An exit as a receiver saw it. */
function exit(over: Partial<ExitIdentity>): ExitIdentity {
  const name = "mail.example.org";
  return { ip: V4, family: "ipv4", helo: name, reverseName: name, ...over };
}

interface Around {
  readonly smtp?: string;
  readonly from?: string;
  readonly endpoints?: readonly string[];
  readonly zone?: LiteralZone;
}

async function ownership(
  names: Partial<ExitIdentity>,
  { smtp = "mail.example.org", from = "a@example.org", endpoints = [], zone = elsewhere }: Around,
) {
  const ours = route();
  const way = {
    ...ours,
    smtp: { ...ours.smtp, host: smtp },
    from: { name: undefined, address: from },
    envelopeFrom: from,
  };
  const watched = endpoints.map((host) => ({ host }) as WatchedEndpoint);
  const dns = zoneDns(zone);
  const signal = new AbortController().signal;
  const seen = exit(names);
  const found = await findOwnership(way, [seen], { endpoints: watched }, dns, signal);
  return {
    dns,
    relay: found.relayOf({ ...seen }),
    relayOfName: (name: string) => found.relayOfName(name, seen),
  };
}

describe("mail/relay", () => {
  it.each([
    ["names of the sender's domain", {}, {}, undefined],
    [
      "names of the submission server's",
      { helo: "mx.host.net" },
      { smtp: "smtp.host.net" },
      undefined,
    ],
    ["a generic reverse name and our HELO", { reverseName: "1-2.dynamic.isp.net" }, {}, undefined],
    ["our reverse name and an odd HELO", { helo: "localhost" }, {}, undefined],
    [
      "a HELO of ours that looks generic and a strange reverse name",
      { helo: "vps1.example.org", reverseName: "mail.hoster.net" },
      {},
      undefined,
    ],
    ["no names", { helo: undefined, reverseName: undefined }, {}, undefined],
    ["names that are none", { helo: "[198.18.0.25]", reverseName: "-" }, {}, undefined],
    ["strange names at the server's address", relayed, { smtp: V4 }, undefined],
    ["another organisation's names", relayed, {}, "relay.net"],
    [
      "a strange reverse name alone",
      { helo: undefined, reverseName: "a.relay.net" },
      {},
      "relay.net",
    ],
    [
      "a provider's generic reverse name alone",
      { helo: undefined, reverseName: "static.25.0.18.198.clients.your-server.de" },
      {},
      undefined,
    ],
    [
      "the address of an MX host",
      relayed,
      { zone: { ...elsewhere, ...mx, "mail.server.net": { A: [V4] } } },
      undefined,
    ],
    ["the name of an MX host", shared, { zone: { ...elsewhere, ...mx } }, undefined],
    ["the name of an endpoint", shared, { endpoints: ["mail.server.net"] }, undefined],
    [
      "the address of an endpoint",
      shared,
      { endpoints: ["imap.example.org"], zone: { ...elsewhere, "imap.example.org": { A: [V4] } } },
      undefined,
    ],
    [
      "the address of the submission host",
      shared,
      { zone: { "mail.example.org": { A: [V4] } } },
      undefined,
    ],
    ["another name than the MX host's", relayed, { zone: { ...elsewhere, ...mx } }, "relay.net"],
    [
      "strange names while DNS does not say whose",
      relayed,
      { zone: { ...elsewhere, "example.org": "servfail" } },
      undefined,
    ],
    [
      "names of a known service while DNS does not say whose",
      { helo: "a8-29.smtp-out.amazonses.com" },
      { zone: { "mail.example.org": "servfail" } },
      "amazonses.com",
    ],
    [
      "names of a service that is handed mail directly",
      { helo: "o1.outbound-mail.sendgrid.net" },
      { smtp: "smtp.sendgrid.net" },
      "sendgrid.net",
    ],
    [
      "names of a service that is the sender itself",
      { helo: "mail.google.com", reverseName: "mail.google.com" },
      { from: "a@google.com" },
      undefined,
    ],
  ] satisfies [string, Partial<ExitIdentity>, Around, string | undefined][])(
    "knows whose an exit with %s is",
    async (_, names, around, relay) => {
      expect((await ownership(names, around)).relay).toBe(relay);
    },
  );

  it.each(["localhost", "127.0.0.1", "10.0.0.2", "mail", "mail.lan", "postfix.inside.example.org"])(
    "concludes no relay from strange names alone where mail is handed to %s",
    async (smtp) => {
      expect((await ownership(shared, { smtp })).relay).toBeUndefined();
      const ses = { helo: "a8-29.smtp-out.amazonses.com" };
      expect((await ownership(ses, { smtp })).relay).toBe("amazonses.com");
    },
  );

  it.each([
    ["the HELO name of our machine", "mail.server.net", shared, undefined],
    [
      "a provider's reverse name of our machine",
      "a.host.net",
      { reverseName: "a.host.net" },
      "host.net",
    ],
    [
      "a provider's reverse name that is the HELO name too",
      "static.25.0.18.198.clients.host.net",
      {
        helo: "static.25.0.18.198.clients.host.net",
        reverseName: "static.25.0.18.198.clients.host.net",
      },
      "host.net",
    ],
    ["the sender's own", "mail.example.org", {}, undefined],
  ] satisfies [string, string, Partial<ExitIdentity>, string | undefined][])(
    "knows whose %s is",
    async (_, name, names, relay) => {
      const { relayOfName } = await ownership(names, { smtp: "localhost" });
      expect(relayOfName(name)).toBe(relay);
    },
  );

  it("asks nobody about exits whose names are our own", async () => {
    const { dns } = await ownership({}, {});
    expect(dns.asked).toEqual([]);
  });
});
