import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keepAsHealthy, type Reading, startPostureDaemon } from "./posture-daemon.ts";
import { ROWS } from "./posture-rows.ts";
import { type PostureWorld, startPostureWorld } from "./posture-world.ts";

const SEEDS = 2;
const SETTLED_MS = 40_000;
const STEP_MS = 150;
/** What canaries show makes checks look again, a moment later. */
const LASTING_MS = 1_500;

const stack = new AsyncDisposableStack();
let world: PostureWorld;
let healthy: Reading;

beforeAll(async () => {
  world = stack.use(await startPostureWorld());
});
afterAll(() => stack.disposeAsync());

describe("what the daemon says", () => {
  it("of a world in which all is well: nothing, and it has judged everything", async () => {
    const { hosts, password } = world;
    {
      await using daemon = await startPostureDaemon(hosts.watch, { password, hasPast: false });
      healthy = await settle(daemon.read, ({ ended }) => ended >= SEEDS, []);
    }
    await keepAsHealthy(hosts.watch);
    expect(healthy.findings).toEqual([]);
    const records = "spf dkim dmarc mx ptr dnssec dane mta_sts tls_rpt bimi".split(" ");
    expect(Object.fromEntries(records.map((each) => [each, recordOk(healthy, each)]))).toEqual(
      Object.fromEntries(records.map((each) => [each, 1])),
    );
  });

  it.for(ROWS)("of this: $fault", async (row, { expect }) => {
    const { hosts, password } = world;
    const mend = await row.begin(world);
    try {
      await using daemon = await startPostureDaemon(hosts.watch, { password, hasPast: true });
      const hasEnded = ({ ended }: Reading) =>
        row.canaryEnds === false || ended >= healthy.ended + SEEDS;
      const reading = await settle(daemon.read, hasEnded, row.findings);
      expect(reading.findings, await daemon.log()).toEqual(row.findings);
      const wanted = Object.entries(row.recordOk ?? {});
      expect(wanted.map(([record]) => [record, recordOk(reading, record)])).toEqual(wanted);
      if (row.unusable !== undefined) {
        const { list, reason } = row.unusable;
        const series = `deliverability_blocklist_usable{list="${list}",reason="${reason}"}`;
        expect(reading.value(series)).toBe(0);
      }
    } finally {
      await mend();
    }
  });
});

/** The first reading after everything has run and the findings have stayed as wanted; or the last one. */
async function settle(
  read: () => Promise<Reading | undefined>,
  isComplete: (reading: Reading) => boolean,
  findings: readonly string[],
): Promise<Reading> {
  const deadline = performance.now() + SETTLED_MS;
  let since: number | undefined;
  for (;;) {
    const reading = await read();
    const now = performance.now();
    const hasRun =
      reading !== undefined &&
      isComplete(reading) &&
      [...(healthy?.checks ?? [])].filter(isProbe).every((each) => reading.checks.has(each));
    const isWanted = hasRun && String(reading.findings) === String(findings);
    since = isWanted ? (since ?? now) : undefined;
    if (reading !== undefined && since !== undefined && now - since >= LASTING_MS) return reading;
    if (now > deadline) {
      if (reading !== undefined) return reading;
      throw new Error(`the daemon does not answer\n${await world.hosts.watch.logs()}`);
    }
    await sleep(STEP_MS);
  }
}

/** What canaries say needs canaries that end. */
function isProbe(check: string): boolean {
  return !/^(?:canary|attrition) /.test(check);
}

function recordOk({ value }: Reading, record: string): number | undefined {
  return value(`deliverability_dns_record_ok{domain="own.canarylab",record="${record}"}`);
}
