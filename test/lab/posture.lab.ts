import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  checkOnce,
  keepAsHealthy,
  type PostureDaemon,
  type Reading,
  startPostureDaemon,
} from "./posture-daemon.ts";
import { DNS_ROWS } from "./posture-rows-dns.ts";
import { LIST_ROWS } from "./posture-rows-lists.ts";
import { SENDER_ROWS } from "./posture-rows-sender.ts";
import { TLS_ROWS } from "./posture-rows-tls.ts";
import type { Row } from "./posture-row.ts";
import { type PostureWorld, startPostureWorld } from "./posture-world.ts";

const ROWS = [...SENDER_ROWS, ...DNS_ROWS, ...LIST_ROWS, ...TLS_ROWS];
const RECORDS = "spf dkim dmarc mx ptr dnssec dane mta_sts tls_rpt bimi".split(" ");
const SEEDS = 2;
const SETTLED_MS = 40_000;
const STEP_MS = 150;
/** What canaries show makes checks look again, a moment later. */
const LASTING_MS = 1_300;

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
      expect(await toldBy(healthy, [], daemon)).toEqual({ findings: [] });
    }
    await keepAsHealthy(hosts.watch);
    expect(RECORDS.filter((record) => recordOk(healthy, record) !== 1)).toEqual([]);
  });

  it("of the same world in one look: nothing, and no check had nothing to judge", async () => {
    expect(await checkOnce(world.hosts.watch)).toEqual({ findings: [], unjudged: [] });
  });

  it.for(ROWS)("of this: $fault", async (row) => {
    const { dns, hosts, password } = world;
    const mend = await row.begin(world);
    try {
      await dns.settled();
      await using daemon = await startPostureDaemon(hosts.watch, { password, hasPast: true });
      const hasEnded = ({ ended }: Reading) =>
        row.canaryEnds === false || ended >= healthy.ended + SEEDS;
      const reading = await settle(daemon.read, hasEnded, row.findings);
      const { findings } = row;
      expect(await toldBy(reading, findings, daemon)).toEqual({ findings });
      expectSamples(reading, row);
    } finally {
      await mend();
    }
  });
});

/** The findings, and the log where they are not those that are wanted. */
async function toldBy(
  { findings }: Reading,
  wanted: readonly string[],
  daemon: PostureDaemon,
): Promise<object> {
  return String(findings) === String(wanted) ? { findings } : { findings, log: await daemon.log() };
}

function expectSamples(reading: Reading, { recordOk: wanted = {}, unusable }: Row): void {
  const seen = Object.keys(wanted).map((record) => [record, recordOk(reading, record)]);
  expect(Object.fromEntries(seen)).toEqual(wanted);
  const broken = RECORDS.filter((record) => wanted[record] === 0);
  expect(RECORDS.filter((record) => recordOk(reading, record) === 0)).toEqual(broken);
  if (unusable === undefined) return;
  const labels = `list="${unusable.list}",reason="${unusable.reason}"`;
  expect(reading.value(`deliverability_blocklist_usable{${labels}}`)).toBe(0);
}

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
