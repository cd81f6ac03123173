/**
 * Memory and idle CPU of the daemon as people run it: compiled, as a process of its own, with the
 * flags of the Dockerfile, beside a Node that does nothing: `npm run build && node bench/memory.ts`, as root; takes 7 minutes.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SECOND } from "../src/domain/duration.ts";
import { until } from "../test/lab/wait.ts";
import { seedAddress } from "./shared/daemon.ts";
import { circumstances, median, print, table } from "./shared/figures.ts";
import { type BenchLab, mailServer, startBenchLab } from "./shared/lab.ts";

const PROGRAM = join(import.meta.dirname, "../dist/main.js");
/** As in the Dockerfile (docs/decisions/015-memory.md). */
const FLAGS = ["--optimize-for-size", "--max-semi-space-size=1"];
const ENVIRONMENT = {
  ...process.env,
  MALLOC_ARENA_MAX: "1",
  MALLOC_TRIM_THRESHOLD_: "131072",
  MALLOC_MMAP_THRESHOLD_: "16384",
};

const URL = "http://127.0.0.1:10826";
const STARTS = 5;
const SETTLE_MS = 45 * SECOND;
const IDLE_MS = 60 * SECOND;
const SCRAPE_MS = 15 * SECOND;
const DECIDED_WITHIN_MS = 240 * SECOND;

/** The kernel counts CPU time in these (USER_HZ). */
const TICKS_A_SECOND = 100;

if (!existsSync(PROGRAM)) throw new Error("dist/ is missing: npm run build");
await using bench = await startBenchLab();
print(circumstances());
const starts: number[] = [];
for (let n = 0; n < STARTS; n += 1) starts.push(await timeStart(bench));
print(`Start to ready: median ${median(starts).toFixed(0)} ms of ${STARTS}\n`);
const rows = [
  await bareRow(),
  await idleRow(bench, 3),
  await idleRow(bench, 200),
  await inFlightRow(bench, { seeds: 200, routes: 5 }),
];
print(table(["", "RSS", "of it anonymous", "most", "CPU of a core"], rows));
print(circumstances());

async function timeStart(bench: BenchLab): Promise<number> {
  const startedAt = performance.now();
  await using _ = await start(bench, { seeds: 3, routes: 1 });
  return performance.now() - startedAt;
}

/** What Node takes before it has anything to do. */
async function bareRow(): Promise<string[]> {
  const child = spawn(process.execPath, [...FLAGS, "-e", "setInterval(() => {}, 1e9)"], {
    env: ENVIRONMENT,
    stdio: "ignore",
  });
  const { pid } = child;
  if (pid === undefined) throw new Error("Node did not start");
  await sleep(SECOND);
  const row = [
    "Node itself",
    `${memory(pid, "VmRSS").toFixed(0)} MB`,
    `${memory(pid, "RssAnon").toFixed(0)} MB`,
    `${memory(pid, "VmHWM").toFixed(0)} MB`,
    "",
  ];
  child.kill();
  return row;
}

/** After a canary to each seed was decided. */
async function idleRow(bench: BenchLab, seeds: number): Promise<string[]> {
  await using daemon = await start(bench, { seeds, routes: 1 });
  await decided(seeds);
  await sleep(SETTLE_MS);
  return await usageRow(`idle, ${seeds} seeds`, daemon.pid);
}

async function inFlightRow(
  bench: BenchLab,
  size: { readonly seeds: number; readonly routes: number },
): Promise<string[]> {
  await using _ = await bench.lab.faults.dropSilently("bigmail");
  await using daemon = await start(bench, size);
  const canaries = size.seeds * size.routes;
  await total("deliverability_canary_in_flight", canaries);
  await sleep(SETTLE_MS);
  return await usageRow(`${canaries} canaries in flight to ${size.seeds} seeds`, daemon.pid);
}

/** Looks on for a minute, scraped as Prometheus would. */
async function usageRow(name: string, pid: number): Promise<string[]> {
  const before = cpuSeconds(pid);
  const startedAt = performance.now();
  const seen: number[] = [];
  while (performance.now() - startedAt < IDLE_MS) {
    await exposition();
    seen.push(memory(pid, "VmRSS"));
    await sleep(SCRAPE_MS);
  }
  const share = (cpuSeconds(pid) - before) / ((performance.now() - startedAt) / SECOND);
  return [
    name,
    `${median(seen).toFixed(0)} MB`,
    `${memory(pid, "RssAnon").toFixed(0)} MB`,
    `${memory(pid, "VmHWM").toFixed(0)} MB`,
    `${(100 * share).toFixed(2)} %`,
  ];
}

interface Daemon extends AsyncDisposable {
  readonly pid: number;
}

/** Resolves once it is ready. */
async function start(
  bench: BenchLab,
  size: { readonly seeds: number; readonly routes: number },
): Promise<Daemon> {
  const dir = bench.dataDir();
  writeFileSync(join(dir, "ca.pem"), bench.lab.ca);
  writeFileSync(join(dir, "config.json"), configFile(bench, size), { mode: 0o600 });
  const child = spawn(
    process.execPath,
    [...FLAGS, PROGRAM, "run", "-c", join(dir, "config.json")],
    {
      env: ENVIRONMENT,
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const { pid } = child;
  if (pid === undefined) throw new Error("the daemon did not start");
  await until("the daemon", () => answers("/-/ready"), 20 * SECOND);
  return {
    pid,
    async [Symbol.asyncDispose]() {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    },
  };
}

function configFile(
  { lab, submission }: BenchLab,
  size: { readonly seeds: number; readonly routes: number },
): string {
  const server = mailServer(lab, lab.receivers.bigmail);
  const login = (user: string, password: string) => ({
    ca_file: "ca.pem",
    auth: { user, password },
  });
  return JSON.stringify({
    routes: Array.from({ length: size.routes }, (_, n) => ({
      name: `route${n}`,
      smtp: {
        host: submission.host,
        tls: "implicit",
        ...login(`postmaster@${submission.domain}`, submission.password),
      },
      from: `canary@${submission.domain}`,
    })),
    seeds: Array.from({ length: size.seeds }, (_, n) => ({
      name: `seed${n}`,
      address: seedAddress(server, n),
      provider: `provider${n % 5}`,
      imap: {
        host: server.host,
        tls: "implicit",
        ...login(seedAddress(server, n), server.password),
      },
    })),
    schedule: { every: "6h" },
    jitter: "0s",
    limits: { concurrency: 16, per_host: 16 },
    dns: { resolvers: [lab.resolver] },
    listen: URL.replace("http://", ""),
    data_dir: "data",
    log: { level: "error" },
  });
}

async function decided(seeds: number): Promise<void> {
  await total("deliverability_canary_outcomes_total", seeds);
}

/** Waits until the samples of the metric have this sum. */
async function total(metric: string, wanted: number): Promise<void> {
  await until(
    `${metric} = ${wanted}`,
    async () => {
      await sleep(SECOND);
      const lines = (await exposition())
        .split("\n")
        .filter((line) => line.startsWith(`${metric}{`));
      return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0) >= wanted;
    },
    DECIDED_WITHIN_MS,
  );
}

async function exposition(): Promise<string> {
  return (await fetch(`${URL}/metrics`)).text();
}

async function answers(path: string): Promise<boolean> {
  try {
    return (await fetch(URL + path)).ok;
  } catch {
    return false; // It does not listen yet.
  }
}

/** A line of /proc/pid/status, in MB. */
function memory(pid: number, field: string): number {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(
    readFileSync(`/proc/${pid}/status`, "utf8"),
  );
  return Number(line?.[1]) / 1024;
}

/** User and system time of the process so far (proc_pid_stat(5), fields 14 and 15). */
function cpuSeconds(pid: number): number {
  const behindName = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(behindName[11]) + Number(behindName[12])) / TICKS_A_SECOND;
}
