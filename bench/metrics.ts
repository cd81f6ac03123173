/**
 * How long a scrape of 10,000 series takes, against prom-client alone with the same series in the
 * same process: `node bench/metrics.ts`.
 */
import { createServer, get } from "node:http";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Gauge, Registry } from "prom-client";
import { startApp } from "../src/app.ts";
import { HOUR } from "../src/domain/duration.ts";
import { MailboxError, type Net } from "../src/domain/net.ts";
import { benchConfig, SILENT } from "./shared/daemon.ts";
import { circumstances, median, print, quantile, table } from "./shared/figures.ts";

const SERIES = 10_000;
const ROUTES = 4;
/** What a pair of route and seed has at most is shown by a first scrape. */
const SEEDS = 89;
const SCRAPES = 60;
const SETTLE_MS = 60_000;

/** Our own server refuses everything and no mailbox can be read: the day with the most series. */
const worstDay: Pick<Net, "submission" | "mailboxes"> = {
  submission: {
    submit: () =>
      Promise.resolve({
        kind: "refused",
        stage: "recipient",
        durationMs: 1,
        reply: { code: 550, enhanced: "5.7.1", text: "no", queueId: undefined },
      }),
  },
  mailboxes: {
    open: () => Promise.reject(new MailboxError("unreachable", "Nobody is there.")),
    tokenExpiresAt: () => undefined,
  },
};

const dataDir = mkdtempSync(join(tmpdir(), "mailcanary-bench-"));
try {
  const nowhere = { host: "127.0.0.1", domain: "own.example", password: "none", ca: "" };
  const config = benchConfig({
    submission: nowhere,
    mailboxes: nowhere,
    routes: ROUTES,
    seeds: SEEDS,
    everyMs: HOUR,
    dataDir,
  });
  await using app = await startApp(config, SILENT, { net: worstDay });
  const text = await settled(`${app.url}/metrics`);
  const samples = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  await using floor = await serveFloor(samples);

  const ours: Scrape[] = [];
  const theirs: Scrape[] = [];
  for (let n = 0; n < SCRAPES; n += 1) {
    ours.push(await scrape(`${app.url}/metrics`));
    theirs.push(await scrape(floor.url));
  }
  print(circumstances());
  print(
    table(
      [
        `${SCRAPES} scrapes of ${samples.length} series`,
        "median",
        "90 % below",
        "CPU time",
        "ratio",
      ],
      [
        row("Mailcanary's `/metrics`", ours, theirs),
        row("prom-client's registry behind node:http", theirs, theirs),
      ],
    ),
  );
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}

interface Scrape {
  readonly text: string;
  /** From the request to the last byte. */
  readonly ms: number;
  /** Of server and client together, which are one process. */
  readonly cpuMs: number;
}

function row(name: string, scrapes: readonly Scrape[], floor: readonly Scrape[]): string[] {
  const cpuMs = (of: readonly Scrape[]): number => median(of.map((one) => one.cpuMs));
  const ms = scrapes.map((one) => one.ms);
  return [
    name,
    `${median(ms).toFixed(1)} ms`,
    `${quantile(ms, 0.9).toFixed(1)} ms`,
    `${cpuMs(scrapes).toFixed(1)} ms`,
    `${(cpuMs(scrapes) / cpuMs(floor)).toFixed(2)}×`,
  ];
}

/** The exposition once every canary has been decided. */
async function settled(url: string): Promise<string> {
  const end = performance.now() + SETTLE_MS;
  for (let before = -1; ;) {
    const { text } = await scrape(url);
    const lines = text.split("\n").length;
    if (lines === before && lines > SERIES) return text;
    if (performance.now() > end) throw new Error(`only ${lines} lines, and ${SERIES} are wanted`);
    before = lines;
    await sleep(2000);
  }
}

async function scrape(url: string): Promise<Scrape> {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  const request = get(url);
  const [response] = (await once(request, "response")) as [NodeJS.ReadableStream];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk));
  const ms = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return { text: Buffer.concat(chunks).toString(), ms, cpuMs: (user + system) / 1000 };
}

/** The same series as gauges of a registry, which does nothing but print them. */
async function serveFloor(samples: readonly string[]): Promise<AsyncDisposable & { url: string }> {
  const registry = new Registry();
  const gauges = new Map<string, Gauge>();
  for (const sample of samples) {
    const [, name = "", inner = ""] = /^([^{ ]+)(?:\{(.*)\})?/.exec(sample) ?? [];
    const labels = Object.fromEntries(
      [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", value = ""]) => [
        key,
        value,
      ]),
    );
    const gauge =
      gauges.get(name) ??
      new Gauge({ name, help: name, labelNames: Object.keys(labels), registers: [registry] });
    gauges.set(name, gauge);
    gauge.set(labels, Number(sample.slice(sample.lastIndexOf(" ") + 1)));
  }
  const server = createServer((_, response) => {
    void registry.metrics().then((text) => response.end(text));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
