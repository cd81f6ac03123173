import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { HOUR } from "../../../src/domain/duration.ts";
import { createBoard } from "../../../src/probes/canary/board.ts";
import { seenOf } from "../../../src/probes/canary/seen.ts";
import { mtaSts } from "../../../src/probes/mta-sts/probe.ts";
import { openStore } from "../../../src/store/sqlite.ts";
import { crankedClock } from "../../fakes/clock.ts";
import { literalTls } from "../../fakes/looks.ts";
import { literalHttps } from "../../fakes/pages.ts";
import { runProbe } from "../../fakes/posture.ts";

const CHECK = "mta-sts domain=example.org";

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "mailcanary-mta-sts-"));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

it("knows after a restart which policy came with the id", async () => {
  expect(await lookOnce("mx1.example.org", 0)).toEqual([]);
  expect(await lookOnce("mx2.example.org", HOUR)).toEqual([]);
  expect(await lookOnce("mx2.example.org", 2 * HOUR)).toEqual(["mta-sts-id-unchanged"]);
});

/** As a daemon that is started, looks at the policy with this MX once, and ends. */
async function lookOnce(mx: string, now: number): Promise<readonly string[]> {
  using store = openStore({ dataDir, metrics: [], isCurrent: () => true, now: () => now });
  const seen = seenOf(createBoard([]), store, crankedClock());
  const policy = `version: STSv1\nmode: testing\nmx: ${mx}\nmax_age: 604800\n`;
  const verdicts = await runProbe(
    mtaSts,
    { "_mta-sts.example.org": { TXT: ["v=STSv1; id=1"] }, "example.org": {} },
    {
      now,
      net: {
        seen,
        tls: literalTls({}),
        https: literalHttps({ "https://mta-sts.example.org/.well-known/mta-sts.txt": policy }),
      },
    },
  );
  const verdict = verdicts.get(CHECK);
  if (verdict === undefined) throw new Error("no such check");
  const about = { check: CHECK, probe: "mta-sts", labels: { domain: "example.org" } };
  store.record({ ...verdict, ...about, observedAt: now, durationMs: 1 }, []);
  return verdict.findings.map(({ kind }) => kind);
}
