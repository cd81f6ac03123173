import { describe, expect, it } from "vitest";
import { limitNet } from "../../src/scheduler/limit-net.ts";
import { createLimits } from "../../src/scheduler/limits.ts";
import type { Net } from "../../src/domain/net.ts";

const idle = new AbortController().signal;

function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, pass: () => promise };
}

describe("scheduler/limits", () => {
  it("lets no more work in than there are places, and the rest in order", async () => {
    const limits = createLimits({ concurrency: 2, perHost: 2 });
    const started: number[] = [];
    const gates = [gate(), gate(), gate()];
    const runs = gates.map(({ pass }, index) =>
      limits.run(
        undefined,
        () => {
          started.push(index);
          return pass();
        },
        idle,
      ),
    );
    await Promise.resolve();
    expect(started).toEqual([0, 1]);
    gates[1]?.open();
    await runs[1];
    await new Promise(setImmediate);
    expect(started).toEqual([0, 1, 2]);
    for (const { open } of gates) open();
    await Promise.all(runs);
  });

  it("does not let one slow host take the places of the others", async () => {
    const limits = createLimits({ concurrency: 2, perHost: 1 });
    const slow = gate();
    const held = [1, 2, 3].map(() => limits.run("slow.test", slow.pass, idle));
    await expect(limits.run("quick.test", () => Promise.resolve("done"), idle)).resolves.toBe(
      "done",
    );
    slow.open();
    await Promise.all(held);
  });

  it("gives up waiting when the signal aborts, and loses no place by it", async () => {
    const limits = createLimits({ concurrency: 1, perHost: 1 });
    const first = gate();
    const stop = new AbortController();
    const running = limits.run("a", first.pass, idle);
    const waiting = limits.run("a", () => Promise.resolve(), stop.signal);
    stop.abort(new Error("stop"));
    await expect(waiting).rejects.toThrow("stop");
    first.open();
    await running;
    await expect(limits.run("a", () => Promise.resolve(1), idle)).resolves.toBe(1);
  });

  it("frees the place of work that throws", async () => {
    const limits = createLimits({ concurrency: 1, perHost: 1 });
    await expect(limits.run("a", () => Promise.reject(new Error("x")), idle)).rejects.toThrow("x");
    await expect(limits.run("a", () => Promise.resolve(1), idle)).resolves.toBe(1);
  });
});

describe("scheduler/limit-net", () => {
  it("says of a hand-over that never got its turn that it has certainly not gone", async () => {
    const first = gate();
    const net = {
      submission: { submit: () => first.pass() },
      mailboxes: {},
    } as unknown as Net;
    const limited = limitNet(net, createLimits({ concurrency: 1, perHost: 1 }));
    const route = { smtp: { host: "mx.test" } } as unknown as Parameters<
      Net["submission"]["submit"]
    >[0];
    const mail = { envelopeFrom: "a@b", recipient: "c@d", message: "" };
    const stop = new AbortController();
    void limited.submission.submit(route, mail, idle);
    const waiting = limited.submission.submit(route, mail, stop.signal);
    stop.abort(new Error("shutting down"));
    await expect(waiting).resolves.toMatchObject({ kind: "deferred", reason: "shutting down" });
    first.open();
  });
});
