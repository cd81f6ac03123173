import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { App } from "../../src/app.ts";
import type { Config } from "../../src/domain/config.ts";
import { startDaemon } from "../e2e/daemon-process.ts";
import { get, until, value } from "../e2e/house.ts";
import { buildDaemonHouse, type DaemonHouse } from "./daemon-house.ts";
import { RECEIVER_NAMES } from "./domains.ts";
import { type Lab, startLab } from "./world.ts";

const OUTCOMES = "deliverability_canary_outcomes_total";
const stack = new AsyncDisposableStack();
let lab: Lab;

beforeAll(async () => {
  lab = stack.use(await startLab());
});
afterAll(() => stack.disposeAsync());

/** Deadlines that a test can wait for; deliveries in the lab take well under a second. */
const hasty: Partial<Config> = { deadlines: { lateMs: 1500, lostMs: 6000 } };

async function outcome(app: App, seed: string, wanted: string, limitMs?: number): Promise<string> {
  return until(
    () => get(app.url, "/metrics"),
    (text) => value(text, OUTCOMES, { seed, outcome: wanted }) === 1,
    limitMs,
  );
}

function house(): DaemonHouse {
  return buildDaemonHouse(lab);
}

it("finds the inbox with spf, dkim and dmarc pass at both receivers, and learns the exit", async () => {
  using own = house();
  await using app = await own.start();
  for (const seed of RECEIVER_NAMES) {
    const metrics = await outcome(app, seed, "inbox");
    for (const method of ["spf", "dkim", "dmarc"]) {
      const labels = { seed, method, result: "pass" };
      expect(value(metrics, "deliverability_canary_auth_result", labels)).toBe(1);
    }
    const exit = { ip: "10.213.0.10", family: "ipv4", helo: "mail.own.example" };
    expect(value(metrics, "deliverability_exit_info", exit)).toBe(1);
    const tls = { provider: seed, version: "TLSv1.3" };
    expect(value(metrics, "deliverability_canary_tls_info", tls)).toBe(1);
  }
  const page = await get(app.url, "/", "text/html");
  expect(page).toContain("Yes: the newest canary reached the inbox at 2 seeds.");
  const { stderr } = spawnSync("promtool", ["check", "metrics"], {
    input: await get(app.url, "/metrics"),
    encoding: "utf8",
  });
  // Key lengths are measured in bits: docs/decisions/008.
  const complaints = stderr
    .split("\n")
    .filter((line) => line !== "" && !/_bits use base unit/.test(line));
  expect(complaints).toEqual([]);
});

it("finds spam where the receivers' filters file it, with and without SPECIAL-USE", async () => {
  await using _ = await lab.faults.spamAt("bigmail", 1);
  await using __ = await lab.faults.spamAt("oldmail", 1);
  using own = house();
  await using app = await own.start();
  await outcome(app, "bigmail", "spam");
  await outcome(app, "oldmail", "spam");
  const page = await get(app.url, "/", "text/html");
  expect(page).toContain("Courrier indésirable");
});

it("calls a canary missing that the receiver took and threw away", async () => {
  await using _ = await lab.faults.dropSilently("bigmail");
  using own = house();
  await using app = await own.start(hasty);
  const metrics = await outcome(app, "bigmail", "missing", 30_000);
  expect(value(metrics, OUTCOMES, { seed: "oldmail", outcome: "inbox" })).toBe(1);
});

it("calls a canary refused that our own server answers with 550", async () => {
  await using _ = await lab.faults.refuse550("own", "canary@" + lab.receivers.bigmail.domain);
  using own = house();
  await using app = await own.start();
  const metrics = await outcome(app, "bigmail", "refused");
  const reply = { provider: "bigmail", class: "5xx", enhanced: "5.7.1" };
  expect(value(metrics, "deliverability_smtp_reply_total", reply)).toBe(1);
  expect(value(metrics, "deliverability_canary_sent_total", { seed: "bigmail" })).toBe(0);
});

it("waits for a canary that the receiver defers with 451, and counts it late, not missing", async () => {
  const fault = await lab.faults.defer451("bigmail");
  using own = house();
  await using app = await own.start({ deadlines: { lateMs: 1500, lostMs: 60_000 } });
  await outcome(app, "oldmail", "inbox");
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await fault.off();
  const metrics = await outcome(app, "bigmail", "inbox", 30_000);
  expect(value(metrics, "deliverability_canary_late_total", { seed: "bigmail" })).toBe(1);
});

it("waits for a greylisted canary", async () => {
  await using _ = await lab.faults.greylist("oldmail", 3000);
  using own = house();
  await using app = await own.start({ deadlines: { lateMs: 1500, lostMs: 60_000 } });
  const metrics = await outcome(app, "oldmail", "inbox", 30_000);
  expect(value(metrics, "deliverability_canary_late_total", { seed: "oldmail" })).toBe(1);
});

it("says that the signature does not fit the published key", async () => {
  await using _ = await lab.faults.breakDkim();
  using own = house();
  await using app = await own.start();
  const metrics = await outcome(app, "bigmail", "inbox");
  const kind = "signature-mismatch";
  expect(value(metrics, "deliverability_finding", { kind, subject: "main to bigmail" })).toBe(1);
  const labels = { seed: "bigmail", method: "dkim", result: "pass" };
  expect(value(metrics, "deliverability_canary_auth_result", labels)).toBe(0);
});

it("loses no canary while IMAP is down for a while, and never calls it missing", async () => {
  const fault = await lab.faults.imapDown("bigmail", "refused");
  using own = house();
  await using app = await own.start(hasty);
  await until(
    () => get(app.url, "/metrics"),
    (text) => value(text, "deliverability_seed_up", { seed: "bigmail" }) === 0,
  );
  // Past the lost deadline; nobody could look, so nobody knows yet.
  await new Promise((resolve) => setTimeout(resolve, 7000));
  const during = await get(app.url, "/metrics");
  expect(value(during, OUTCOMES, { seed: "bigmail", outcome: "missing" })).toBe(0);
  await fault.off();
  const metrics = await outcome(app, "bigmail", "inbox", 30_000);
  expect(value(metrics, OUTCOMES, { seed: "bigmail", outcome: "unknown" })).toBe(0);
});

it("watches on after a kill -9 and a restart in the middle", async () => {
  const fault = await lab.faults.delay("oldmail");
  using own = house();
  const first = await startDaemon(own.configPath);
  await until(
    () => get(first.url, "/metrics"),
    (text) => value(text, "deliverability_canary_in_flight", { seed: "oldmail" }) === 1,
  );
  first.process.kill("SIGKILL");
  await once(first.process, "exit");
  // Our server hands it on meanwhile, and the receiver holds it.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await fault.off();
  await using after = await own.start();
  const metrics = await outcome(after, "oldmail", "inbox", 30_000);
  expect(value(metrics, "deliverability_canary_sent_total", { seed: "oldmail" })).toBe(1);
});
