import { createSocket } from "node:dgram";
import { expect, it, onTestFinished } from "vitest";
import { startDnsServer } from "../../src/demo/dns-server.ts";
import { createResolver } from "../../src/net/dns.ts";

const zone = [
  { name: "short.example.org", type: "TXT", data: "v=DKIM1; p=AAAA" },
  { name: "long.example.org", type: "TXT", data: "x".repeat(2_000) },
  { name: "address.example.org", type: "A", data: "192.0.2.1" },
] as const;

it("asks the servers that it is told to", async () => {
  expect(await lookUp("short.example.org")).toEqual([["v=DKIM1; p=AAAA"]]);
});

it("takes an answer too long for UDP", async () => {
  const [record = []] = await lookUp("long.example.org");
  expect(record.join("")).toBe("x".repeat(2_000));
});

it.each([
  ["no such name", "nobody.example.org", "ENOTFOUND"],
  ["no such record", "address.example.org", "ENODATA"],
  ["an impossible name", `${"a".repeat(64)}.example.org`, "EBADNAME"],
])("says so when there is %s", async (_, name, code) => {
  await expect(lookUp(name)).rejects.toMatchObject({ code });
});

it("gives up on a server that does not answer", async () => {
  const silent = createSocket("udp4");
  await new Promise<void>((resolve) => silent.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void silent.close());
  const resolve = createResolver([`127.0.0.1:${silent.address().port}`], { lookupTimeoutMs: 50 });
  await expect(resolve("example.org", "TXT")).rejects.toMatchObject({ code: "ETIMEOUT" });
});

async function lookUp(name: string): Promise<string[][]> {
  await using server = await startDnsServer(() => zone);
  return await createResolver([server.address])(name, "TXT");
}
