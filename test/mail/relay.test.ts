import { describe, expect, it } from "vitest";
import type { ExitIdentity } from "../../src/domain/canary.ts";
import { relayOf } from "../../src/mail/relay.ts";
import { route } from "../fakes/posture.ts";

const V4 = "198.18.0.25";
const relayed = { helo: "out7.relay.net", reverseName: "out7.relay.net" };

/** An exit as a receiver saw it. */
function exit(over: Partial<ExitIdentity>): ExitIdentity {
  const name = "mail.example.org";
  return { ip: V4, family: "ipv4", helo: name, reverseName: name, ...over };
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
  ] as [string, Partial<ExitIdentity>, { smtp?: string }, string | undefined][])(
    "knows whose an exit with %s is",
    (_, names, { smtp = "mail.example.org" }, relay) => {
      const ours = route();
      const way = { ...ours, smtp: { ...ours.smtp, host: smtp } };
      expect(relayOf(exit(names), way)).toBe(relay);
    },
  );
});
