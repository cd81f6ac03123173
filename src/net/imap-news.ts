import { MailboxError, type Clock } from "../domain/net.ts";
import type { Connection } from "./imap-connection.ts";
import type { ImapLimits } from "./imap-limits.ts";

/** The longest rest after a server ended IDLE by itself is this many doublings of the shortest. */
const MAX_REST_DOUBLINGS = 7;

/** Whether something has happened in the open folder, and waiting until it does. */
export interface News {
  /** What was told so far is being looked at now. */
  settle(): void;
  /** Something may have happened that the server will not tell. */
  suspect(): void;
  /**
   * Resolves with the next news, at the latest after `maxWaitMs`, and at once when `wake` aborts.
   * Throws MailboxError.
   */
  wait(maxWaitMs: number, wake: AbortSignal): Promise<void>;
}

export function createNews(connection: Connection, clock: Clock, limits: ImapLimits): News {
  const { client } = connection;
  const sleepers = new Set<() => void>();
  let told = false;
  let answeredAt = Number.NEGATIVE_INFINITY;
  /** Undefined while the server is not asked to tell us by itself. */
  let idleSince: number | undefined;
  /** Some servers offer IDLE and refuse it. */
  let idleRefused = false;
  /** How often in a row the server itself ended IDLE. */
  let idleBroken = 0;

  client.on("exists", tell);
  client.on("expunge", tell);
  connection.onEnd(wakeAll);

  return { settle: () => void (told = false), suspect: () => void (told = true), wait };

  function isTold(): boolean {
    return told;
  }

  function tell(): void {
    told = true;
    wakeAll();
  }

  function wakeAll(): void {
    for (const wake of sleepers) wake();
  }

  async function wait(maxWaitMs: number, wake: AbortSignal): Promise<void> {
    const until = clock.monotonic() + maxWaitMs;
    await rest(answeredAt + limits.newsPauseMs - clock.monotonic(), wake);
    while (!isTold() && !wake.aborted) {
      const leftMs = until - clock.monotonic();
      if (!canIdle()) {
        await sleep(Math.min(leftMs, limits.pollMs), wake);
        if (!wake.aborted) await poll();
        break;
      }
      if (leftMs <= 0) break;
      await idle(leftMs, wake);
    }
    answeredAt = clock.monotonic();
  }

  function canIdle(): boolean {
    return client.capabilities.has("IDLE") && !idleRefused;
  }

  /** IDLE goes on when the wait is over: the next command ends it, and the next wait finds it. */
  async function idle(leftMs: number, wake: AbortSignal): Promise<void> {
    if (idleSince === undefined && idleBroken > 0) {
      const restMs = limits.newsPauseMs * 2 ** Math.min(idleBroken, MAX_REST_DOUBLINGS);
      await sleep(Math.min(leftMs, restMs), wake);
    }
    if (idleSince === undefined) {
      idleSince = clock.monotonic();
      void keepIdle();
    }
    const renewInMs = idleSince + limits.reIdleMs - clock.monotonic();
    if (renewInMs > 0) await sleep(Math.min(leftMs, renewInMs), wake);
    else await poll();
  }

  async function keepIdle(): Promise<void> {
    const commandsBefore = connection.commands();
    try {
      idleRefused = (await client.idle({ whenFree: true })) === false;
    } catch {
      // Only a lost connection rejects here, and that shows by itself.
    }
    idleSince = undefined;
    idleBroken = connection.commands() === commandsBefore ? idleBroken + 1 : 0;
    wakeAll();
  }

  /** Ends IDLE, shows a dead connection, and lets the server tell what it has kept back. */
  async function poll(): Promise<void> {
    const asksStatus = !canIdle();
    await connection.run(async () => {
      await client.noop();
      // 163.com has no IDLE and tells nothing with NOOP, but with STATUS it does.
      if (asksStatus && client.mailbox !== false) {
        await client.status(client.mailbox.path, { messages: true, uidNext: true });
      }
    });
  }

  /** Until the time is up, or there is news, IDLE ended, the session did, or `wake` aborts. */
  async function sleep(ms: number, wake: AbortSignal): Promise<void> {
    await rest(ms, wake, sleepers);
  }

  /** The same, but no news cuts it short. */
  async function rest(ms: number, wake: AbortSignal, wakers?: Set<() => void>): Promise<void> {
    check();
    if (ms <= 0 || wake.aborted) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms);
      wakers?.add(done);
      wake.addEventListener("abort", done);
      function done() {
        clearTimeout(timer);
        wakers?.delete(done);
        wake.removeEventListener("abort", done);
        resolve();
      }
    });
    check();
  }

  function check(): void {
    const failure = connection.failure();
    if (failure !== undefined) throw failure;
    if (client.mailbox === false) throw new MailboxError("protocol", "No folder is open.");
  }
}
