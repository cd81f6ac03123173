import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Canary } from "../../src/domain/canary.ts";
import type { MetricSpec } from "../../src/domain/metric.ts";
import { StoreError } from "../../src/domain/store.ts";
import { openStore, type StoreOptions } from "../../src/store/sqlite.ts";
import { arrival, canary } from "../fakes/canary.ts";

const SENT: MetricSpec = {
  name: "sent_total",
  help: "h",
  type: "counter",
  labels: ["route", "seed"],
};
const TOOK: MetricSpec = {
  name: "took_seconds",
  help: "h",
  type: "histogram",
  labels: ["route"],
  buckets: [1, 10],
};
const labels = { route: "main", seed: "big-1" };
const one = { metric: SENT, labels, value: 1 };

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "mailcanary-store-"));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

function open(over: Partial<StoreOptions> = {}) {
  return openStore({
    dataDir,
    metrics: [SENT, TOOK],
    isCurrent: () => true,
    now: () => 0,
    ...over,
  });
}

function totalsOf(store: ReturnType<typeof open>, metric: MetricSpec) {
  return [...(store.totals.series.get(metric.name)?.values.values() ?? [])];
}

describe("store/sqlite", () => {
  it("finds canaries, counters and histograms again after a restart", () => {
    {
      using store = open();
      store.commit({
        canaries: [canary({ phase: "submitted" })],
        increments: [one, { metric: TOOK, labels, value: 3 }],
      });
    }
    using store = open();
    expect(store.openCanaries()).toMatchObject([{ id: "c1", phase: "submitted" }]);
    expect(totalsOf(store, SENT)).toMatchObject([{ labels, value: 1 }]);
    expect(totalsOf(store, TOOK)).toMatchObject([{ counts: [0, 1, 0], sum: 3 }]);
  });

  it("counts two steps of one series in one commit", () => {
    using store = open();
    store.commit({ increments: [one, one] });
    expect(totalsOf(store, SENT)).toMatchObject([{ value: 2 }]);
  });

  it("keeps nothing of a transaction that the disk refuses, and goes on when there is room again", () => {
    using store = open({ maxBytes: 400_000 });
    store.commit({
      canaries: [canary({ phase: "ended", token: "x".repeat(250_000) })],
      increments: [one],
    });
    const large = canary({ id: "c2", token: "x".repeat(250_000) });
    expect(() => store.commit({ canaries: [large], increments: [one] })).toThrow(StoreError);
    expect(() => store.commit({ canaries: [large], increments: [one] })).toThrow(
      /full.*free some space/,
    );
    expect(totalsOf(store, SENT)).toMatchObject([{ value: 1 }]);
    expect(store.openCanaries()).toEqual([]);
    store.forget(canary().plannedAt + 1);
    store.commit({ canaries: [large], increments: [one] });
    expect(store.openCanaries()).toHaveLength(1);
    expect(totalsOf(store, SENT)).toMatchObject([{ value: 2 }]);
  });

  it("refuses a second daemon on the same directory", () => {
    using first = open();
    first.commit({ canaries: [canary()] });
    expect(() => open()).toThrow(/another mailcanary is running/);
  });

  it("refuses a file that a newer version wrote", () => {
    open()[Symbol.dispose]();
    const db = new DatabaseSync(join(dataDir, "mailcanary.sqlite"));
    db.exec("PRAGMA user_version = 99");
    db.close();
    expect(() => open()).toThrow(/newer Mailcanary/);
  });

  it("does not publish the series of a target that is gone from the config, and keeps them", () => {
    {
      using store = open();
      store.commit({ increments: [one] });
    }
    {
      using store = open({ isCurrent: ({ seed }) => seed !== "big-1" });
      expect(totalsOf(store, SENT)).toEqual([]);
    }
    using store = open();
    expect(totalsOf(store, SENT)).toHaveLength(1);
  });

  it("tells lost canaries from those that turned up after all", () => {
    using store = open();
    const lost = canary({ phase: "ended", outcome: "missing", endedAt: 100 });
    store.commit({ canaries: [lost, { ...lost, id: "c2", arrival: arrival() }] });
    expect(store.lostCanaries(50).map(({ id }) => id)).toEqual(["c1"]);
    expect(store.lostCanaries(100)).toEqual([]);
  });

  it("keeps the beginning of a finding that goes on and drops one that is mended", () => {
    using store = open();
    const base = { check: "x", probe: "x", labels: {}, severity: "warn", samples: [] } as const;
    const finding = { kind: "k", subject: "s", detail: "d" };
    store.record({ ...base, findings: [finding], observedAt: 1, durationMs: 1 }, []);
    store.record(
      {
        ...base,
        findings: [{ ...finding, about: ["t"], detail: "e" }],
        observedAt: 2,
        durationMs: 1,
      },
      [],
    );
    expect(store.openFindings()).toMatchObject([
      { kind: "k", detail: "e", since: 1, about: ["t"] },
    ]);
    store.record({ ...base, findings: [], observedAt: 3, durationMs: 1 }, []);
    expect(store.openFindings()).toEqual([]);
  });

  it("tells a route's history in the order of decision, whatever clocks and later finds did", () => {
    const ended = (id: string, endedAt: number, over: Partial<Canary> = {}): Canary =>
      canary({ id, phase: "ended", outcome: "missing", endedAt, plannedAt: -endedAt, ...over });
    {
      using store = open();
      store.commit({ canaries: [ended("c1", 300), canary({ id: "c2" })] });
      store.commit({ canaries: [ended("c3", 100), ended("c4", 200, { route: "other" })] });
      store.commit({ canaries: [ended("c2", 200)] });
      store.commit({ canaries: [ended("c1", 300, { arrival: arrival() })] });
    }
    using store = open();
    const ids = (since: number) => [...store.endedSince("main", since)].map(({ id }) => id);
    expect(ids(0)).toEqual(["c1", "c3", "c2"]);
    expect(ids(200)).toEqual(["c1", "c2"]);
  });

  it("tells a history of several pages, each canary once", () => {
    using store = open();
    const ids = Array.from({ length: 1200 }, (_, n) => `c${n}`);
    store.commit({
      canaries: ids.map((id) => canary({ id, phase: "ended", outcome: "inbox", endedAt: 1 })),
    });
    expect([...store.endedSince("main", 0)].map(({ id }) => id)).toEqual(ids);
  });

  it("gives the canaries of an older file the order in which they ended", () => {
    open()[Symbol.dispose]();
    const db = new DatabaseSync(join(dataDir, "mailcanary.sqlite"));
    db.exec("DROP INDEX canary_decided; ALTER TABLE canary DROP COLUMN decided");
    db.exec("ALTER TABLE finding DROP COLUMN about");
    db.exec("PRAGMA user_version = 1");
    const insert = db.prepare(
      `INSERT INTO canary VALUES (?, 'main', 's', ?, NULL, 0, 0, ?, '{"id":"' || ? || '"}')`,
    );
    for (const [id, phase, endedAt] of [
      ["c1", "ended", 2],
      ["c2", "planned", null],
      ["c3", "ended", 1],
    ] as const) {
      insert.run(id, phase, endedAt, id);
    }
    db.close();
    using store = open();
    store.commit({ canaries: [canary({ id: "c4", phase: "ended", endedAt: 0 })] });
    expect([...store.endedSince("main", 0)].map(({ id }) => id)).toEqual(["c3", "c1", "c4"]);
  });

  it("finds a canary, and the one before it that reached the inbox", () => {
    using store = open();
    const ended = (id: string, outcome: "inbox" | "tab" | "spam", plannedAt: number, seed = "a") =>
      canary({ id, phase: "ended", outcome, plannedAt, seed });
    store.commit({
      canaries: [
        ended("old", "inbox", 1),
        ended("good", "tab", 2),
        ended("other", "inbox", 3, "b"),
        ended("bad", "spam", 4, "a"),
        ended("newer", "inbox", 5),
      ],
    });
    const bad = store.canary("bad");
    expect(bad).toMatchObject({ outcome: "spam" });
    expect(bad && store.inboxBefore(bad)?.id).toBe("good");
    expect(store.canary("none")).toBeUndefined();
    expect(store.inboxBefore(ended("first", "spam", 1))).toBeUndefined();
  });

  it("forgets ended canaries, never open ones", () => {
    using store = open();
    store.commit({ canaries: [canary(), canary({ id: "c2", phase: "ended", outcome: "inbox" })] });
    store.forget(canary().plannedAt + 1);
    expect(store.newestCanaries(10).map(({ id }) => id)).toEqual(["c1"]);
  });

  it("journals a change with old and new value, and nothing while all stays the same", () => {
    using store = open();
    const base = { check: "x", probe: "x", labels: {}, severity: "ok", samples: [] } as const;
    const see = (value: string, observedAt: number): void => {
      const observed = [{ subject: "example.org", aspect: "spf", value }];
      store.record({ ...base, findings: [], durationMs: 1, observed, observedAt }, []);
    };
    see("v=spf1 -all", 1);
    see("v=spf1 -all", 2);
    expect(store.changes(10)).toEqual([]);
    see("v=spf1 mx -all", 3);
    expect(store.changes(10, 0, 1)).toEqual([]);
    expect(store.changes(10)).toEqual([
      {
        subject: "example.org",
        aspect: "spf",
        before: "v=spf1 -all",
        after: "v=spf1 mx -all",
        at: 3,
      },
    ]);
    expect(store.observed()).toMatchObject([{ firstAt: 3, changedAt: 3 }]);
  });
});
