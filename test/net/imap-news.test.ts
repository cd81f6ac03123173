import { describe, expect, it } from "vitest";
import type { MailboxSession } from "../../src/domain/net.ts";
import type { ImapLimits } from "../../src/net/imap-limits.ts";
import { never, openScripted } from "../fakes/imap-client.ts";
import { startImapScript, type ImapScript } from "../fakes/imap-script.ts";

const LONG_MS = 60_000;
const QUERY = { afterUid: 0, since: undefined, limit: 10 };
const WITHOUT_IDLE = "IMAP4rev1 AUTH=PLAIN";

async function opened(script: ImapScript = {}, limits: Partial<ImapLimits> = {}) {
  const server = await startImapScript(script);
  const session = await openScripted(server, limits);
  await session.examine("INBOX");
  return {
    server,
    session,
    count: (line: string) => server.lines.filter((sent) => sent === line).length,
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Whether the wait is over by the time that a round trip took. */
async function isOver(wait: Promise<void>, session: MailboxSession): Promise<boolean> {
  let over = false;
  const end = () => (over = true);
  wait.then(end, end);
  await session.poke();
  return over;
}

describe("news", () => {
  it.each(["* 1 EXISTS\r\n", "* 2 EXISTS\r\n* 1 EXPUNGE\r\n"])("comes with %j", async (line) => {
    await using world = await opened();
    const waiting = world.session.news(LONG_MS, never);
    await expect.poll(() => world.server.lines.at(-1)).toBe("IDLE");
    world.server.push(line);
    await waiting;
  });

  it("is not lost between two calls", async () => {
    await using world = await opened();
    world.server.push("* 1 EXISTS\r\n");
    await world.session.poke();
    await world.session.news(LONG_MS, never);
    await world.session.news(LONG_MS, never);
    await world.session.glance(QUERY);
    expect(await isOver(world.session.news(LONG_MS, never), world.session)).toBe(false);
  });

  it("that comes during a glance is told by the next call", async () => {
    await using world = await opened({
      mails: [{ uid: 1, raw: "\r\n\r\n" }],
      answer: ({ name, tag }) => (name === "FETCH" ? `* 2 EXISTS\r\n${tag} OK\r\n` : undefined),
    });
    await world.session.glance(QUERY);
    await world.session.news(LONG_MS, never);
    expect(world.count("IDLE")).toBe(0);
  });

  it("does not come: the wait ends, IDLE goes on and serves the next wait", async () => {
    await using world = await opened();
    await world.session.news(20, never);
    await world.session.news(20, never);
    expect(world.count("IDLE")).toBe(1);
    world.server.push("* 1 EXISTS\r\n");
    await world.session.news(LONG_MS, never);
  });

  it("is waited for no longer when woken, and the session stays usable", async () => {
    await using world = await opened();
    const wake = new AbortController();
    const waiting = world.session.news(LONG_MS, wake.signal);
    wake.abort();
    await waiting;
    await world.session.news(LONG_MS, wake.signal);
    expect(await world.session.glance(QUERY)).toEqual([]);
  });

  it("comes with a poke while somebody waits", async () => {
    await using world = await opened({
      answer: ({ name, tag }) => (name === "NOOP" ? `* 9 EXISTS\r\n${tag} OK\r\n` : undefined),
    });
    const waiting = world.session.news(LONG_MS, never);
    await world.session.poke();
    await waiting;
    expect(world.count("NOOP")).toBe(1);
  });

  it("is waited for again after a poke that brought none", async () => {
    await using world = await opened();
    const waiting = world.session.news(LONG_MS, never);
    await world.session.poke();
    await expect.poll(() => world.server.lines.at(-1)).toBe("IDLE");
    world.server.push("* 1 EXISTS\r\n");
    await waiting;
  });

  it("renews IDLE before anybody on the way forgets the session", async () => {
    await using world = await opened({}, { reIdleMs: 30 });
    const waiting = world.session.news(LONG_MS, never);
    await expect.poll(() => world.count("IDLE")).toBeGreaterThan(2);
    world.server.push("* 1 EXISTS\r\n");
    await waiting;
    expect(world.count("DONE")).toBeGreaterThan(1);
  });

  it("renews IDLE also when each wait is short", async () => {
    await using world = await opened({}, { reIdleMs: 30 });
    for (let n = 0; n < 10; n++) await world.session.news(10, never);
    expect(world.count("IDLE")).toBeGreaterThan(1);
  });

  it("is asked for where there is no IDLE", async () => {
    await using world = await opened({ capabilities: WITHOUT_IDLE }, { pollMs: 10 });
    await world.session.news(LONG_MS, never);
    expect(world.server.lines.slice(-2)).toEqual(["NOOP", "STATUS INBOX (MESSAGES UIDNEXT)"]);
    await world.session.news(20, never);
    expect(world.count("NOOP")).toBe(2);
  });

  it.each(["NO not today", "BAD never"])(
    "is asked for where IDLE is refused: %s",
    async (refusal) => {
      await using world = await opened(
        { answer: ({ name, tag }) => (name === "IDLE" ? `${tag} ${refusal}\r\n` : undefined) },
        { pollMs: 10 },
      );
      await world.session.news(LONG_MS, never);
      await world.session.news(LONG_MS, never);
      expect([world.count("IDLE"), world.count("NOOP")]).toEqual([1, 2]);
    },
  );

  it("does not make a busy loop with a server that ends IDLE at once", async () => {
    await using world = await opened({
      answer: ({ name, tag }) => (name === "IDLE" ? `+ idling\r\n${tag} OK bored\r\n` : undefined),
    });
    await world.session.news(500, never);
    // 5, 10, 20 ... 640 ms apart: eight fit, however slow the machine is.
    expect(world.count("IDLE")).toBeLessThan(10);
  });

  it("does not make a busy loop with a server that never stops telling news", async () => {
    await using world = await opened({ mails: [] }, { newsPauseMs: 20 });
    let exists = 0;
    const flood = setInterval(() => world.server.push(`* ${++exists} EXISTS\r\n`), 1);
    const startedAt = performance.now();
    for (let n = 0; n < 10; n++) {
      await world.session.news(LONG_MS, never);
      await world.session.glance(QUERY);
    }
    clearInterval(flood);
    expect(performance.now() - startedAt).toBeGreaterThan(9 * 19);
  });

  it("cannot be waited for without an open folder", async () => {
    await using server = await startImapScript();
    await using session = await openScripted(server);
    await expect(session.news(10, never)).rejects.toThrow(/No folder is open/);
  });

  it("ends with the session", async () => {
    await using world = await opened();
    const waiting = world.session.news(LONG_MS, never);
    await expect.poll(() => world.server.lines.at(-1)).toBe("IDLE");
    for (const session of world.server.sessions) session.hangUp();
    await expect(waiting).rejects.toMatchObject({ reason: "unreachable" });
  });

  it("shows a server that died during IDLE", async () => {
    await using world = await opened(
      { answer: ({ name }) => (name === "DONE" ? "" : undefined) },
      { reIdleMs: 20, commandMs: 50 },
    );
    const waiting = world.session.news(LONG_MS, never);
    await expect(waiting).rejects.toMatchObject({ reason: "timeout" });
  });
});
