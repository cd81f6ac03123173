import { expect, it } from "vitest";
import type { Net } from "../../../src/domain/net.ts";
import { startDnsServer } from "../../../src/demo/dns-server.ts";
import type { ZoneRecord } from "../../../src/demo/zone.ts";
import { createClock } from "../../../src/net/clock.ts";
import { createDns } from "../../../src/net/dns-client.ts";
import { checksOf, exit, HOUSE, V4, V4_NAME } from "./look.ts";

/** Over real packets: what a list says today, and what it says once the entry is gone. */
it("finds an entry over UDP, TXT and all, and sees it cleared", async () => {
  const test: ZoneRecord = { name: "2.0.0.127.bl.test", type: "A", data: "127.0.0.2" };
  const entry: readonly ZoneRecord[] = [
    { name: `${V4_NAME}.bl.test`, type: "A", data: "127.0.0.2" },
    { name: `${V4_NAME}.bl.test`, type: "TXT", data: `trap, ${"long ".repeat(300)}` },
  ];
  let zone: readonly ZoneRecord[] = [test, ...entry];
  await using server = await startDnsServer(() => zone);
  const look = async () => {
    const net = {
      clock: createClock(),
      dns: createDns({ servers: [server.address] }),
      seen: { exits: () => [exit(V4)] },
    } as unknown as Net;
    const [check] = checksOf({ blocklists: { zones: [HOUSE] } }).filter(({ id }) =>
      /house/.test(id),
    );
    return check?.run(net, new AbortController().signal);
  };
  const before = await look();
  expect(before?.findings).toMatchObject([{ kind: "blocklist-listed", subject: V4 }]);
  expect(before?.findings[0]?.detail).toContain("The list says: trap, long long");
  zone = [test];
  expect(await look()).toMatchObject({
    severity: "ok",
    observed: [{ subject: V4, aspect: "blocklist house", value: "not listed" }],
  });
  zone = [];
  expect((await look())?.findings).toMatchObject([{ kind: "blocklist-unusable" }]);
});
