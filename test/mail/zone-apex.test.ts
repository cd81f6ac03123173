import { expect, it } from "vitest";
import { findApex } from "../../src/mail/zone-apex.ts";
import { zoneDns } from "../fakes/zone.ts";

const dns = zoneDns({
  "example.org": { NS: ["ns1.example.org"] },
  "duckdns.org": { NS: ["ns1.duckdns.org"] },
  "co.uk": { NS: ["ns1.nic.uk"] },
  "broken.test": "timeout",
});

function find(name: string) {
  return findApex(name, (at) => dns.query(at, "NS", new AbortController().signal));
}

it("is found above the name", async () => {
  const found = { kind: "found", apex: "example.org", nameServers: ["ns1.example.org"] };
  expect(await find("example.org")).toEqual(found);
  expect(await find("a.b.example.org")).toEqual(found);
});

it.each(["x.duckdns.org", "mail.x.duckdns.org", "x.co.uk", "nothing.test"])(
  "is nobody's business above what was registered: %s",
  async (name) => {
    expect(await find(name)).toEqual({ kind: "none" });
  },
);

it("is not guessed at while the DNS fails", async () => {
  expect(await find("broken.test")).toMatchObject({ kind: "failed" });
});
