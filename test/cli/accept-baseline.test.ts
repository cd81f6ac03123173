import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { askDaemon } from "../../src/cli/ask-daemon.ts";
import { createClock } from "../../src/net/clock.ts";
import { answerRequests } from "../../src/store/requests.ts";
import { silentLog } from "../fakes/log.ts";

const REQUEST = { route: "main", provider: undefined };

let dataDir: string;
const never = new AbortController().signal;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "mailcanary-ask-"));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe("mailcanary accept-baseline", () => {
  it("gets the daemon's answer, free of what would upset a terminal, and leaves nothing behind", async () => {
    const stop = new AbortController();
    const answer = () => Promise.resolve({ ok: true, message: "done\u001B[2J" });
    const daemon = answerRequests(
      { dataDir, clock: { ...createClock(), sleep: soon }, log: silentLog, answer },
      stop.signal,
    );
    const said = await askDaemon(dataDir, REQUEST, { later: false }, never);
    stop.abort();
    await expect(daemon).rejects.toThrow("aborted");
    expect(said).toEqual({ ok: true, message: "done?[2J" });
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it("says that no daemon runs there, and takes its request back", async () => {
    const said = await askDaemon(dataDir, REQUEST, { later: false, waitMs: 200 }, never);
    expect(said.ok).toBe(false);
    expect(said.message).toMatch(
      /^No daemon seems to run on .*: nothing was changed\. With --later/,
    );
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it("leaves the request for a daemon to come, for its owner alone, where it is told to", async () => {
    const said = await askDaemon(dataDir, REQUEST, { later: true, waitMs: 200 }, never);
    const [name = ""] = readdirSync(dataDir);
    expect(said).toMatchObject({ ok: true, message: expect.stringContaining(name) as string });
    expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(dataDir, name), "utf8"))).toEqual({ route: "main" });
  });

  it("takes its request back when it is interrupted", async () => {
    const stop = new AbortController();
    const asked = askDaemon(dataDir, REQUEST, { later: true }, stop.signal);
    stop.abort();
    expect(await asked).toEqual({ ok: false, message: "Interrupted: nothing was changed." });
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it("says what is wrong with the directory", async () => {
    const file = join(dataDir, "file");
    writeFileSync(file, "");
    const missing = await askDaemon(join(dataDir, "none"), REQUEST, { later: false }, never);
    expect(missing.message).toContain("no daemon has run with this config file yet");
    const wrong = await askDaemon(file, REQUEST, { later: false }, never);
    expect(wrong.message).toContain("it is not a directory");
  });
});

async function soon(_: number, signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 10));
  signal.throwIfAborted();
}
