import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DAY, HOUR, MINUTE } from "../../../src/domain/duration.ts";
import { type Follower, type Store, StoreError } from "../../../src/domain/store.ts";
import { openBook } from "../../../src/probes/canary/book.ts";
import { createBudget } from "../../../src/probes/canary/budget.ts";
import { CANARY_METRICS, OUTCOMES_TOTAL } from "../../../src/probes/canary/metrics.ts";
import { openStore } from "../../../src/store/sqlite.ts";
import { arrival, canary, OK_REPLY } from "../../fakes/canary.ts";
import { crankedClock } from "../../fakes/clock.ts";
import { memoryLog } from "../../fakes/log.ts";

let dataDir: string;
let store: Store;
const clock = crankedClock();
const stop = new AbortController();

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "mailcanary-book-"));
  store = reopen();
});

afterEach(() => {
  store[Symbol.dispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

function reopen(): Store {
  return openStore({
    dataDir,
    metrics: CANARY_METRICS.filter(({ type }) => type !== "gauge"),
    isCurrent: () => true,
    now: () => clock.now(),
  });
}

function book(over: Partial<Parameters<typeof openBook>[0]> = {}) {
  return openBook({
    store,
    clock,
    log: memoryLog(),
    deadlines: { lateMs: 30 * MINUTE, lostMs: 6 * HOUR },
    signal: stop.signal,
    afterglowMs: 2 * DAY,
    ...over,
  });
}

function outcomes(): number {
  const values = store.totals.series.get(OUTCOMES_TOTAL.name)?.values.values() ?? [];
  return [...values].reduce((sum, one) => sum + (one.kind === "counter" ? one.value : 0), 0);
}

const submitted = canary({ phase: "submitted", submittedAt: canary().plannedAt, reply: OK_REPLY });

describe("probes/canary/book", () => {
  it("has what was under way before the restart, and counts its end once", async () => {
    store.commit({ canaries: [submitted] });
    store[Symbol.dispose]();
    store = reopen();
    const again = book();
    const seen = { type: "seen", at: clock.now(), arrival: arrival() } as const;
    await Promise.all([again.apply("c1", seen), again.apply("c1", seen)]);
    expect(outcomes()).toBe(1);
    expect(again.open("big-1")).toEqual([]);
  });

  it("still awaits a lost canary for two days, and then no more", async () => {
    const lost = canary({ ...submitted, phase: "ended", outcome: "missing", endedAt: clock.now() });
    store.commit({ canaries: [lost] });
    const now = book();
    expect(now.awaited("big-1")).toHaveLength(1);
    await clock.advance(2 * DAY);
    expect(now.awaited("big-1")).toEqual([]);
  });

  it("moves no deadline when the wall clock jumps", async () => {
    const now = book();
    await now.plan(canary());
    await now.apply("c1", { type: "attempted", at: clock.now() });
    await now.apply("c1", { type: "accepted", at: clock.now(), reply: OK_REPLY, durationMs: 1 });
    clock.jump(30 * DAY);
    await clock.advance(MINUTE);
    expect(now.open("big-1").map((one) => now.ageMs(one))).toEqual([MINUTE]);
    clock.jump(-30 * DAY);
  });

  it("does not take a canary for young for ever when the clock was set back across a restart", () => {
    store.commit({ canaries: [canary({ ...submitted, submittedAt: clock.now() + 9 * DAY })] });
    const again = book();
    expect(again.open("big-1").map((one) => again.ageMs(one))).toEqual([0]);
  });

  it("writes an event as soon as the disk has room again, and loses none", async () => {
    store.commit({ canaries: [submitted] });
    let full = true;
    const flaky: Store = {
      ...store,
      commit(change) {
        if (full) throw new StoreError("disk is full");
        store.commit(change);
      },
    };
    const log = memoryLog();
    const now = book({ store: flaky, log });
    const applied = now.apply("c1", { type: "seen", at: clock.now(), arrival: arrival() });
    await clock.advance(10 * MINUTE);
    expect(outcomes()).toBe(0);
    expect(log.lines).toContainEqual(expect.objectContaining({ level: "error" }));
    full = false;
    await clock.advance(MINUTE);
    await applied;
    expect(now.open("big-1")).toEqual([]);
    expect(outcomes()).toBe(1);
  });

  it("rewrites a state when every step before it is written, and before every step after it", async () => {
    const follower: Follower = {
      keyOf: () => "seen",
      next: (state, { id }) => `${state ?? ""}${id} `,
    };
    store.commit({ canaries: [submitted, canary({ ...submitted, id: "c2" })] });
    const now = book({ followers: [follower] });
    const seen = { type: "seen", at: clock.now(), arrival: arrival() } as const;
    await Promise.all([
      now.apply("c1", seen),
      now.rewrite(() => new Map([["seen", `${store.state("seen") ?? ""}accepted `]])),
      now.apply("c2", seen),
    ]);
    expect(store.state("seen")).toBe("c1 accepted c2 ");
  });

  it("tells who wants to rewrite a state that it cannot be written, and goes on", async () => {
    const full: Store = {
      ...store,
      commit(change) {
        if (change.canaries === undefined) throw new StoreError("disk is full");
        store.commit(change);
      },
    };
    const now = book({ store: full });
    await expect(now.rewrite(() => new Map([["key", "text"]]))).rejects.toThrow(StoreError);
    await expect(
      now.rewrite(() => {
        throw new StoreError("cannot read");
      }),
    ).rejects.toThrow("cannot read");
    expect(store.state("key")).toBeUndefined();
    await now.plan(canary());
    expect(now.open("big-1")).toHaveLength(1);
  });

  it("keeps the order in which canaries of one transaction were decided", async () => {
    const ids = ["c1", "c2"];
    store.commit({ canaries: ids.map((id) => canary({ id, phase: "attempting" })) });
    const now = book();
    const accepted = { type: "accepted", at: clock.now(), reply: OK_REPLY, durationMs: 1 } as const;
    const seen = { type: "seen", at: clock.now(), arrival: arrival() } as const;
    await Promise.all([
      now.apply("c1", accepted),
      now.apply("c2", accepted),
      now.apply("c2", seen),
      now.apply("c1", seen),
    ]);
    expect([...store.endedSince("main", 0)].map(({ id }) => id)).toEqual(["c2", "c1"]);
  });

  it("goes on when a listener throws, says which, and has lost nothing", async () => {
    const log = memoryLog();
    const heard: string[] = [];
    const now = book({ log });
    now.onStep("gauges", () => {
      throw new Error("bug");
    });
    now.onStep("watchers", ({ id }) => void heard.push(id));
    await now.plan(canary());
    await now.apply("c1", { type: "attempted", at: clock.now() });
    expect(heard).toEqual(["c1", "c1"]);
    expect(store.openCanaries()).toMatchObject([{ id: "c1", phase: "attempting" }]);
    expect(now.all()).toMatchObject([{ id: "c1", phase: "attempting" }]);
    expect(log.lines.map(({ level, data }) => ({ level, data }))).toMatchObject(
      ["planned", "attempting"].map((phase) => ({
        level: "error",
        data: { canary: "c1", phase, unaware: "gauges" },
      })),
    );
  });

  it("gives a follower's bug to the step that met it, and writes the steps beside it", async () => {
    store.commit({ canaries: [submitted, canary({ id: "c2", phase: "attempting" })] });
    const broken: Follower = {
      keyOf: () => "state",
      next() {
        throw new Error("bug");
      },
    };
    const now = book({ followers: [broken] });
    const both = await Promise.allSettled([
      now.apply("c1", { type: "seen", at: clock.now(), arrival: arrival() }),
      now.apply("c2", { type: "went-dark", at: clock.now() }),
    ]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(store.openCanaries().map(({ id, phase }) => [id, phase])).toEqual([
      ["c1", "submitted"],
      ["c2", "uncertain"],
    ]);
  });

  it("refuses to plan a canary that cannot be written", async () => {
    const full: Store = {
      ...store,
      commit() {
        throw new StoreError("disk is full");
      },
    };
    await expect(book({ store: full }).plan(canary())).rejects.toThrow(StoreError);
  });
});

describe("probes/canary/budget", () => {
  it("counts across restarts and begins anew each UTC day", async () => {
    const plannedAt = clock.now();
    store.commit({ canaries: [canary({ plannedAt }), canary({ id: "c2", plannedAt })] });
    const budget = createBudget(store, 3, () => clock.now());
    expect(budget.left("big-1")).toBe(1);
    budget.spend("big-1");
    budget.spend("big-1");
    expect(budget.left("big-1")).toBe(0);
    await clock.advance(DAY);
    expect(budget.left("big-1")).toBe(3);
  });
});
