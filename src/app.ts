import { FINDINGS, METRICS } from "./catalogue.ts";
import { causesOf } from "./diagnosis/causes.ts";
import type { Canary } from "./domain/canary.ts";
import type { Config } from "./domain/config.ts";
import { SECOND } from "./domain/duration.ts";
import type { Log } from "./domain/log.ts";
import type { Net } from "./domain/net.ts";
import { createExposition } from "./exporter/exposition.ts";
import { startServer } from "./exporter/server.ts";
import { statusGauges } from "./exporter/status-gauges.ts";
import { createNet } from "./net/net.ts";
import { createBoard } from "./probes/canary/board.ts";
import type { Canaries } from "./probes/canary/canaries.ts";
import { createNewsReader } from "./probes/canary/news.ts";
import { seenOf } from "./probes/canary/seen.ts";
import { PROBES } from "./probes/index.ts";
import { checkId } from "./probes/probe.ts";
import { createFollowUps } from "./scheduler/follow-ups.ts";
import { jobsOf } from "./scheduler/jobs.ts";
import { createLimits } from "./scheduler/limits.ts";
import { limitNet } from "./scheduler/limit-net.ts";
import { startTimetable } from "./scheduler/timetable.ts";
import { answerRequests } from "./store/requests.ts";
import { openStore } from "./store/sqlite.ts";
import { followOutcomes } from "./outcomes.ts";
import { canaryView, pageView } from "./page-view.ts";
import { createRecorder } from "./record.ts";
import { streamGauges } from "./streams/gauges.ts";
import { attritionCheck } from "./streams/report.ts";
import { VERSION } from "./version.ts";

/** So many of the newest canaries are read back at start for gauges and exits. */
const HISTORY = 2000;

/** How long the parts may take to finish at shutdown before they are left behind. */
const SHUTDOWN_MS = 10 * SECOND;

/** The running daemon; disposing of it ends everything cleanly. */
export interface App extends AsyncDisposable {
  /** Where the page and `/metrics` are served. */
  readonly url: string;
  /** Tells the metrics that a config file was read that could not be used. */
  reloadFailed(): void;
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
  const world = { ...createNet(config, log, VERSION), ...otherNet };
  const { clock } = world;
  const configReadAt = clock.now();
  const store = stack.use(openStore({ ...storeOptions(config), now: () => clock.now() }));
  const history = store.newestCanaries(HISTORY).toReversed();
  const board = createBoard(history);
  const newsOf = createNewsReader(history);
  const net = limitNet(
    { seen: seenOf(board, store, clock), ...world },
    createLimits(config.limits),
  );
  const record = createRecorder(store, log);
  const checks = PROBES.flatMap((probe) => probe.checks(config));
  const { canaries, watch, accept } = followOutcomes(
    {
      config,
      net,
      store,
      board,
      log,
      record,
      onTrouble: (seed) => timetable.runNow(mailboxCheck(seed.name, seed.provider)),
      ...overrides,
      onStep(after, before) {
        followUps(newsOf(after));
        overrides.onStep?.(after, before);
      },
    },
    signal,
  );
  store.keepFindingsOf(new Set([...checks.map(({ id }) => id), ...ownChecks(config, canaries)]));
  const causes = () => causesOf(store.openFindings(), FINDINGS);
  let ready = false;
  let isConfigCurrent = true;
  const parts = {
    metrics: METRICS,
    totals: store.totals,
    *gauges() {
      yield* canaries.gauges();
      yield* streamGauges(watch);
      yield* statusGauges({
        version: VERSION,
        configReadAt,
        isConfigCurrent,
        store,
        causes: causes().map(({ finding }) => finding),
        findings: FINDINGS,
      });
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
          causes: causes(),
          findings: FINDINGS,
          now: clock.now(),
        }),
      canary: (id) => canaryView(id, store, clock.now()),
    }),
  );
  const tending = canaries.tend();
  const { dataDir } = config;
  const answering = answerRequests({ dataDir, clock, log, answer: accept }, signal);
  const jobs = jobsOf({ config, checks, canaries, store, net, log, record });
  const timetable = startTimetable(jobs, { clock, log, random }, signal);
  const followUps = createFollowUps(
    checks,
    { clock, runNow: (id) => timetable.runNow(id) },
    signal,
  );
  ready = true;
  const running = stack.move();
  return {
    url: server.url,
    reloadFailed() {
      isConfigCurrent = false;
    },
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

/** The checks that are no probe's: what canaries and detector say. */
function ownChecks({ routes }: Config, { pairs }: Canaries): readonly string[] {
  return [
    ...routes.map(({ name }) => attritionCheck(name)),
    ...pairs.map(({ route, seed }) => checkId("canary", { route: route.name, seed: seed.name })),
  ];
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
