import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Canary, Outcome } from "../../src/domain/canary.ts";
import { DAY, HOUR, MINUTE } from "../../src/domain/duration.ts";
import type { Store } from "../../src/domain/store.ts";
import { type Book, openBook } from "../../src/probes/canary/book.ts";
import type { CanaryEvent } from "../../src/probes/canary/life.ts";
import { openStore } from "../../src/store/sqlite.ts";
import { createAcceptor } from "../../src/streams/accept.ts";
import { rebuildStates } from "../../src/streams/rebuild.ts";
import { type Watch, watchOutcomes } from "../../src/streams/watch.ts";
import { configOf } from "../config/directory.ts";
import { arrival, canary, OK_REPLY } from "../fakes/canary.ts";
import { crankedClock } from "../fakes/clock.ts";
import { memoryLog, silentLog } from "../fakes/log.ts";

const CONFIG = `
routes:
  - name: main
    smtp: { host: mail.example.org }
    from: anna@example.org
  - name: other
    smtp: { host: mail.example.org }
    from: anna@example.org
seeds:
  - name: big-1
    address: anna@big.example
    provider: bigmail
    imap: { host: imap.big.example, auth: { password: secret } }
  - name: post-1
    address: anna@post.example
    provider: postbox
    imap: { host: imap.post.example, auth: { password: secret } }
schedule: { every: 2h }
attrition: { null_after_bad: learned }
`;

/** The detector at work on a real store, as the daemon puts it together, without the network. */
export interface RouteBook extends Disposable {
  readonly watch: Watch;
  readonly log: ReturnType<typeof memoryLog>;
  /** Sends so many canaries at once, to be decided in any order; their ids. */
  send(provider: string, count: number, route?: string): string[];
  decide(id: string, outcome: Outcome): Promise<void>;
  /** A canary that was given up on turns up after all. */
  turnUp(id: string): Promise<void>;
  accept(provider?: string, route?: string): Promise<{ ok: boolean; message: string }>;
  /** What stands on the disk for the route and both providers. */
  states(): Readonly<Record<string, string | undefined>>;
  /** Puts a text in place of each state, and starts as the daemon does. */
  damage(text: string): void;
  /** Everything in memory is gone, as after kill -9. */
  crash(): void;
}

export function routeBook(): RouteBook {
  const dataDir = mkdtempSync(join(tmpdir(), "mailcanary-streams-"));
  const clock = crankedClock();
  const config = configOf(CONFIG);
  const log = memoryLog();
  let count = 0;
  let store: Store = open();
  let book: Book;
  const watch = watchOutcomes({
    config,
    intervalMs: () => 30 * DAY,
    state: (key): string | undefined => store.state(key),
  });
  start();

  function open(): Store {
    return openStore({ dataDir, metrics: [], isCurrent: () => true, now: () => clock.now() });
  }

  function start(): void {
    rebuildStates(watch, store, log);
    book = openBook({
      store,
      clock,
      log: silentLog,
      deadlines: { lateMs: 30 * MINUTE, lostMs: 6 * HOUR },
      signal: new AbortController().signal,
      afterglowMs: 2 * DAY,
      followers: watch.followers,
    });
  }

  function restart(): void {
    store[Symbol.dispose]();
    store = open();
    start();
  }

  function eventOf(outcome: Outcome): CanaryEvent {
    const at = clock.now();
    if (outcome === "missing") return { type: "not-found", at };
    if (outcome === "unknown") return { type: "unreadable", at };
    const placement = outcome === "spam" ? "spam" : "inbox";
    return { type: "seen", at, arrival: arrival({ placement, storedAt: at, seenAt: at }) };
  }

  return {
    watch,
    log,
    send(provider, some, route = "main") {
      const sent = Array.from({ length: some }, (): Canary => {
        const times = { plannedAt: clock.now(), submittedAt: clock.now() };
        const seed = provider === "bigmail" ? "big-1" : "post-1";
        const id = `c${(count += 1)}`;
        return canary({ id, route, provider, seed, phase: "submitted", reply: OK_REPLY, ...times });
      });
      store.commit({ canaries: sent });
      restart();
      return sent.map(({ id }) => id);
    },
    async decide(id, outcome) {
      await clock.advance(7 * MINUTE + 13);
      await book.apply(id, eventOf(outcome));
    },
    turnUp: (id) => book.apply(id, eventOf("inbox")),
    accept: (provider, route = "main") =>
      createAcceptor({
        watch,
        log,
        state: (key) => store.state(key),
        endedSince: (name, since) => store.endedSince(name, since),
        rewrite: (compose) => book.rewrite(compose),
        report: () => undefined,
      })({ route, provider }),
    states() {
      const keys = ["attrition main", "latency main bigmail", "latency main postbox"];
      return Object.fromEntries(keys.map((key) => [key, store.state(key)]));
    },
    damage(text) {
      const keys = Object.keys(this.states());
      store.commit({ states: new Map(keys.map((key) => [key, text])) });
      restart();
    },
    crash: restart,
    [Symbol.dispose]() {
      store[Symbol.dispose]();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
