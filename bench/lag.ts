/**
 * How long after a canary lies in the mailbox its outcome is counted, on real Dovecot, against a
 * plain client in IDLE and one that polls every 30 s: `node bench/lag.ts`, as root; takes 7 minutes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { startApp } from "../src/app.ts";
import type { Config } from "../src/domain/config.ts";
import { SECOND } from "../src/domain/duration.ts";
import type { Submission } from "../src/domain/net.ts";
import { createNet } from "../src/net/net.ts";
import type { Host } from "../test/lab/host.ts";
import { benchConfig, SILENT } from "./shared/daemon.ts";
import { circumstances, median, print, quantile, table } from "./shared/figures.ts";
import { type BenchLab, mailServer, startBenchLab } from "./shared/lab.ts";
import { idle, poll, type Sightings } from "./shared/observers.ts";

const SEEDS = 6;
const CANARIES_A_SEED = 6;
const EVERY_MS = 10 * SECOND;
const POLL_MS = 30 * SECOND;
/** Also for the last canary's delay, and for the poll that comes last. */
const RUN_MS = CANARIES_A_SEED * EVERY_MS + 60 * SECOND;
const DELAY_MS = { from: 5 * SECOND, to: 20 * SECOND } as const;

const FOLDERS = { inbox: "INBOX", spam: "Junk" } as const;
type Role = keyof typeof FOLDERS;

await using bench = await startBenchLab();
const rows: string[][] = [];
for (const role of ["inbox", "spam"] as const) {
  rows.push(...(await measure(bench, role, "at once")));
  rows.push(...(await measure(bench, role, "delayed")));
}
print(circumstances());
print(table(["From mailbox to metric", "canaries", "median", "90 % below", "of the poll"], rows));

/** One run of the daemon with all canaries in one folder, and what each observer saw when. */
async function measure(
  bench: BenchLab,
  role: Role,
  delivery: "at once" | "delayed",
): Promise<string[][]> {
  const { lab, submission } = bench;
  const server = mailServer(lab, lab.receivers.bigmail);
  await using _ = await lab.faults.spamAt("bigmail", role === "spam" ? 1 : 0);
  const config: Config = {
    ...benchConfig({
      submission,
      mailboxes: server,
      routes: 1,
      seeds: SEEDS,
      everyMs: EVERY_MS,
      dataDir: bench.dataDir(),
      resolvers: [lab.resolver],
    }),
    jitterMs: EVERY_MS,
    budget: { perSeedPerDay: CANARIES_A_SEED },
  };
  const counted: Sightings = new Map();
  const idled: Sightings = new Map();
  const polled: Sightings = new Map();
  const stop = new AbortController();
  const observers = config.seeds.flatMap(({ address: user }) => {
    const watched = { server, user, folder: FOLDERS[role] };
    return [idle(watched, idled, stop.signal), poll(watched, POLL_MS, polled, stop.signal)];
  });
  {
    const { submission: real } = createNet(config, SILENT, "bench");
    await using _app = await startApp(config, SILENT, {
      net: delivery === "delayed" ? { submission: delayed(real) } : {},
      onStep(after) {
        if (after.outcome === role) counted.set(after.messageId, Date.now());
      },
    });
    await sleep(RUN_MS);
  }
  stop.abort();
  await Promise.all(observers);
  const stored = await storedAt(lab.hosts.bigmail);
  const from = (seen: Sightings): number[] =>
    [...counted.keys()].map((id) => (seen.get(id) ?? Number.NaN) - (stored.get(id) ?? Number.NaN));
  const floor = median(from(polled));
  const what = `${role}, ${delivery === "delayed" ? "5 to 20 s after hand-over" : "delivered at once"}`;
  return [
    row(`${what}: Mailcanary`, from(counted), floor),
    row(`${what}: a client in IDLE`, from(idled), floor),
    row(`${what}: a poll every 30 s`, from(polled), floor),
  ];
}

function row(name: string, lags: readonly number[], pollMs: number): string[] {
  const seconds = (ms: number): string => `${(ms / SECOND).toFixed(2)} s`;
  const half = median(lags);
  return [
    name,
    `${lags.length}`,
    seconds(half),
    seconds(quantile(lags, 0.9)),
    `${((100 * half) / pollMs).toFixed(1)} %`,
  ];
}

/** Says 250 at once and hands over later, as a server with a queue does. */
function delayed(real: Submission): Submission {
  return {
    submit(route, mail, signal) {
      const delayMs = DELAY_MS.from + Math.random() * (DELAY_MS.to - DELAY_MS.from);
      setTimeout(() => void real.submit(route, mail, signal), delayMs);
      const reply = { code: 250, enhanced: "2.0.0", text: "queued", queueId: undefined };
      return Promise.resolve({ kind: "accepted", reply, durationMs: 0 });
    },
  };
}

/** When Dovecot began to write each message, which Maildir names carry in microseconds. */
async function storedAt(host: Host): Promise<Sightings> {
  const lines = await host.run("grep", "-rim1", "^message-id:", "/var/vmail");
  const name = /\/(\d+)\.M(\d+)P[^:]*(?::2,[A-Za-z]*)?:message-id: <([^>]*)>/i;
  return new Map(
    lines.split("\n").flatMap((line): [string, number][] => {
      const [, seconds, micros, id] = name.exec(line) ?? [];
      return id === undefined ? [] : [[id, Number(seconds) * SECOND + Number(micros) / 1000]];
    }),
  );
}
