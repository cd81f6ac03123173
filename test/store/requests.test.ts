import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AcceptRequest } from "../../src/domain/accept-request.ts";
import { HOUR, MINUTE } from "../../src/domain/duration.ts";
import { createClock } from "../../src/net/clock.ts";
import { answerRequests } from "../../src/store/requests.ts";
import { memoryLog } from "../fakes/log.ts";

const ID = "0123456789abcdef";
const NAME = `accept-baseline-${ID}.request`;
const REQUEST = '{"route":"main","provider":"gmail"}\n';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "mailcanary-requests-"));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function leave(name: string, content: string): void {
  writeFileSync(join(dataDir, name), content, { mode: 0o600 });
}

/** One look of the daemon, or several. */
async function look(times = 1) {
  const stop = new AbortController();
  const asked: AcceptRequest[] = [];
  const log = memoryLog();
  let left = times;
  const clock = {
    ...createClock(),
    sleep(_: number, signal: AbortSignal) {
      left -= 1;
      if (left === 0) stop.abort();
      return signal.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve();
    },
  };
  const answer = (request: AcceptRequest) => {
    asked.push(request);
    return Promise.resolve({ ok: true, message: "done" });
  };
  const running = answerRequests({ dataDir, clock, log, answer }, stop.signal);
  await expect(running).rejects.toThrow("aborted");
  return { asked, lines: log.lines };
}

describe("store/requests", () => {
  it("takes a request away, once, and leaves the answer beside it for its owner alone", async () => {
    leave(NAME, REQUEST);
    leave("mailcanary.sqlite", "");
    expect((await look(2)).asked).toEqual([{ route: "main", provider: "gmail" }]);
    const answer = `accept-baseline-${ID}.answer`;
    expect(readdirSync(dataDir)).toEqual([answer, "mailcanary.sqlite"]);
    expect(JSON.parse(readFileSync(join(dataDir, answer), "utf8"))).toEqual({
      ok: true,
      message: "done",
    });
    expect(statSync(join(dataDir, answer)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["no JSON", NAME, "accept main"],
    ["nothing", NAME, ""],
    ["a list", NAME, "[]"],
    ["no route", NAME, "{}"],
    ["a route that is no name", NAME, '{"route":"../../etc"}'],
    ["a key that is not known", NAME, '{"route":"main","since":0}'],
    ["a provider that is no name", NAME, '{"route":"main","provider":["gmail"]}'],
    ["more than it may", NAME, REQUEST.padEnd(5000)],
    ["a name that leads elsewhere", "accept-baseline-..%2f.request", REQUEST],
    ["a name that is too long", `accept-baseline-${ID}0.request`, REQUEST],
  ])("refuses and removes a file with %s", async (_, name, content) => {
    leave(name, content);
    const { asked, lines } = await look(2);
    expect(asked).toEqual([]);
    expect(readdirSync(dataDir)).toEqual([]);
    expect(lines).toMatchObject([
      { level: "warn", message: "Refused a request in the data directory", data: { file: name } },
    ]);
  });

  it("follows no link, and removes the link alone", async () => {
    const target = join(dataDir, "precious");
    writeFileSync(target, REQUEST);
    symlinkSync(target, join(dataDir, NAME));
    expect(await look()).toMatchObject({ asked: [], lines: [{ data: { reason: "ELOOP" } }] });
    expect(readdirSync(dataDir)).toEqual(["precious"]);
  });

  it("speaks once of what it cannot remove, and is not kept from its work", async () => {
    for (let n = 0; n < 20; n += 1) mkdirSync(join(dataDir, `accept-baseline-${n}.request`));
    leave(NAME.replace("0", "f"), REQUEST);
    const { asked, lines } = await look(3);
    expect(asked).toHaveLength(1);
    expect(lines).toHaveLength(20);
  });

  it("removes answers that nobody came for, after a while", async () => {
    const names = ["answer", "draft"].map((kind) => `accept-baseline-${ID}.${kind}`);
    for (const name of names) leave(name, "{}");
    await look();
    expect(readdirSync(dataDir)).toEqual(names);
    const old = (Date.now() - HOUR) / MINUTE;
    for (const name of names) utimesSync(join(dataDir, name), old * 60, old * 60);
    await look();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it("goes on when the data directory is gone for a while", async () => {
    rmSync(dataDir, { recursive: true });
    const { lines } = await look(2);
    expect(lines.map(({ level }) => level)).toEqual(["warn", "warn"]);
    expect(existsSync(dataDir)).toBe(false);
  });
});
