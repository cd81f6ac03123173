import { FINDINGS, METRICS } from "./catalogue.ts";
import type { Canary } from "./domain/canary.ts";
import type { Config } from "./domain/config.ts";
import { SECOND } from "./domain/duration.ts";
import type { Log } from "./domain/log.ts";
import type { Net } from "./domain/net.ts";
import type { Seen } from "./domain/seen.ts";
import { createExposition } from "./exporter/exposition.ts";
import { startServer } from "./exporter/server.ts";
import { statusGauges } from "./exporter/status-gauges.ts";
import { createNet } from "./net/net.ts";
import { type Canaries, startCanaries } from "./probes/canary/canaries.ts";
import { PROBES } from "./probes/index.ts";
import { checkId } from "./probes/probe.ts";
import { jobsOf } from "./scheduler/jobs.ts";
import { meanIntervalMs } from "./scheduler/interval.ts";
import { createLimits } from "./scheduler/limits.ts";
import { limitNet } from "./scheduler/limit-net.ts";
import { startTimetable } from "./scheduler/timetable.ts";
import { answerRequests } from "./store/requests.ts";
import { openStore } from "./store/sqlite.ts";
import { pageView } from "./page-view.ts";
import { createRecorder } from "./record.ts";
import { createAcceptor } from "./streams/accept.ts";
import { createBursts } from "./streams/burst.ts";
import { streamGauges } from "./streams/gauges.ts";
import { rebuildStates } from "./streams/rebuild.ts";
import { attritionCheck, createAttritionReporter } from "./streams/report.ts";
import { watchOutcomes } from "./streams/watch.ts";
import { VERSION } from "./version.ts";

/** How long the parts may take to finish at shutdown before they are left behind. */
const SHUTDOWN_MS = 10 * SECOND;

/** The running daemon; disposing of it ends everything cleanly. */
export interface App extends AsyncDisposable {
  /** Where the page and `/metrics` are served. */
  readonly url: string;
}

export interface Overrides {
  /** Parts of the world, for tests that need another one. */
  readonly net?: Partial<Net>;
  readonly random?: () => number;
  readonly retryPausesMs?: readonly number[];
  /** Told of each step of each canary; `before` is undefined for a new one. */
  readonly onStep?: (after: Canary, before: Canary | undefined) => void;
}

/** Builds the whole house and starts it. Rejects when the data directory or the address cannot be used. */
export async function startApp(
  config: Config,
  log: Log,
  { net: otherNet, random = Math.random, ...overrides }: Overrides = {},
): Promise<App> {
  await using stack = new AsyncDisposableStack();
  const stop = new AbortController();
  const { signal } = stop;
  const limits = createLimits(config.limits);
  const seen: Seen = {
    exits: (route) => canaries.seen.exits(route),
    arrived: (route) => canaries.seen.arrived(route),
  };
  const world: Net = { ...createNet(config, log, VERSION), seen };
  const net = limitNet({ ...world, ...otherNet }, limits);
  const configReadAt = net.clock.now();
  const checks = PROBES.flatMap((probe) => probe.checks(config));
  const store = stack.use(openStore({ ...storeOptions(config), now: () => net.clock.now() }));
  const record = createRecorder(store, log);
  const watch = watchOutcomes({
    config,
    intervalMs: meanIntervalMs,
    state: (key): string | undefined => canaries.state(key),
  });
  rebuildStates(watch, store, log);
  const attrition = createAttritionReporter(watch, net.clock, record);
  const bursts = createBursts(
    {
      config,
      watch,
      clock: net.clock,
      log,
      intervalMs: meanIntervalMs,
      budgetLeft: (seed) => canaries.budgetLeft(seed),
      send: (route, seed, abort) => canaries.send(route, seed, abort),
    },
    signal,
  );
  const canaries: Canaries = startCanaries(
    {
      config,
      net,
      store,
      log,
      followers: watch.followers,
      onResult: record,
      onTrouble: (seed) => timetable.runNow(mailboxCheck(seed.name, seed.provider)),
      ...overrides,
      onStep(after, before) {
        attrition.onStep(after, before);
        if (config.attrition.burst) bursts.consider(after, before);
        overrides.onStep?.(after, before);
      },
    },
    signal,
  );
  store.keepFindingsOf(
    new Set([
      ...checks.map(({ id }) => id),
      ...config.routes.map(({ name }) => attritionCheck(name)),
      ...canaries.pairs.map(({ route, seed }) =>
        checkId("canary", { route: route.name, seed: seed.name }),
      ),
    ]),
  );
  let ready = false;
  const parts = {
    metrics: METRICS,
    totals: store.totals,
    *gauges() {
      yield* canaries.gauges();
      yield* streamGauges(watch);
      yield* statusGauges({ version: VERSION, configReadAt, store, findings: FINDINGS });
    },
  };
  const server = stack.use(
    await startServer({
      listen: config.listen,
      classic: createExposition(parts, "classic"),
      openMetrics: createExposition(parts, "openmetrics"),
      notReady: () => (signal.aborted ? "shutting down" : ready ? undefined : "starting"),
      page: () =>
        pageView({
          store,
          canaries,
          streams: watch.streams,
          findings: FINDINGS,
          now: net.clock.now(),
        }),
    }),
  );
  const tending = canaries.tend();
  const accept = createAcceptor({
    watch,
    log,
    state: (key) => canaries.state(key),
    endedSince: (route, since) => store.endedSince(route, since),
    rewrite: (compose) => canaries.rewrite(compose),
    report: (route) => attrition.report(route),
  });
  const requests = { dataDir: config.dataDir, clock: net.clock, log, answer: accept };
  const answering = answerRequests(requests, signal);
  const jobs = jobsOf({ config, checks, canaries, store, net, log, record });
  const timetable = startTimetable(jobs, { clock: net.clock, log, random }, signal);
  ready = true;
  const running = stack.move();
  return {
    url: server.url,
    async [Symbol.asyncDispose]() {
      stop.abort(new Error("shutting down"));
      const parting = Promise.allSettled([tending, answering, timetable.ended(), canaries.ended()]);
      const deadline = new Promise((resolve) => setTimeout(resolve, SHUTDOWN_MS, "late").unref());
      if ((await Promise.race([parting, deadline])) === "late") {
        log.warn({ afterMs: SHUTDOWN_MS }, "Some connections did not close in time; leaving them");
      }
      await running.disposeAsync();
    },
  };
}

function storeOptions(config: Config) {
  const routes = new Set(config.routes.map(({ name }) => name));
  const seeds = new Set(config.seeds.map(({ name }) => name));
  const providers = new Set(config.seeds.map(({ provider }) => provider));
  return {
    dataDir: config.dataDir,
    metrics: METRICS.filter(({ type }) => type !== "gauge"),
    // Series vanish with their target.
    isCurrent: ({ route, seed, provider }: Readonly<Record<string, string>>) =>
      (route === undefined || routes.has(route)) &&
      (seed === undefined || seeds.has(seed)) &&
      (provider === undefined || providers.has(provider)),
  };
}

function mailboxCheck(seed: string, provider: string): string {
  return checkId("mailbox", { seed, provider });
}
