import { expect, it } from "vitest";
import type { Dns } from "../../src/domain/dns.ts";
import { createResolver } from "../../src/net/dns.ts";
import { zoneDns } from "../fakes/zone.ts";

it("answers with the text of each record", async () => {
  const dns = zoneDns({ "example.org": { TXT: ["v=spf1 -all", "two"] } });
  expect(await createResolver(dns)("example.org", "TXT")).toEqual([["v=spf1 -all"], ["two"]]);
});

it.each([
  ["no such name", "nobody.example.org", "ENOTFOUND"],
  ["no such record", "example.org", "ENODATA"],
  ["silence", "silent.example.org", "ETIMEOUT"],
  ["a failing server", "broken.example.org", "ESERVFAIL"],
  ["a server that refuses", "refused.example.org", "EREFUSED"],
])("rejects as node:dns does when there is %s", async (_, name, code) => {
  const dns: Dns = zoneDns({
    "example.org": { A: ["192.0.2.1"] },
    "silent.example.org": "timeout",
    "broken.example.org": "servfail",
    "refused.example.org": "refused",
  });
  await expect(createResolver(dns)(name, "TXT")).rejects.toMatchObject({ code });
});
