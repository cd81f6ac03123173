import { expect, it } from "vitest";
import { HOUR } from "../../src/domain/duration.ts";
import { parseFault } from "../../src/demo/fault.ts";
import { buildHouse, get, until, value } from "./house.ts";

const OUTCOMES = "deliverability_canary_outcomes_total";
const slowly = { schedule: { kind: "every", everyMs: HOUR } } as const;

it("sends a canary to each seed, finds it, and tells what the receiver wrote", async () => {
  await using house = await buildHouse();
  await using app = await house.start(slowly);
  const metrics = await until(
    () => get(app.url, "/metrics"),
    (text) =>
      ["bigmail", "postbox", "oldmail"].every(
        (seed) => value(text, OUTCOMES, { seed, outcome: "inbox" }) === 1,
      ),
  );
  expect(value(metrics, "deliverability_canary_sent_total", { seed: "bigmail" })).toBe(1);
  expect(value(metrics, "deliverability_canary_in_flight", { seed: "bigmail" })).toBe(0);
  expect(
    value(metrics, "deliverability_canary_last_outcome", { seed: "oldmail", outcome: "inbox" }),
  ).toBe(1);
  for (const method of ["spf", "dkim", "dmarc"]) {
    const labels = { seed: "bigmail", method, result: "pass" };
    expect(value(metrics, "deliverability_canary_auth_result", labels)).toBe(1);
  }
  expect(value(metrics, "deliverability_exit_info", { route: "newsletter" })).toBe(1);
  expect(metrics).not.toContain("NaN");
  const open = await get(app.url, "/metrics", "application/openmetrics-text");
  expect(open).toMatch(/transit_duration_seconds_bucket\{.*\} 1 # \{canary_id="[0-9a-f]{12}"\}/);
  expect(await get(app.url, "/-/ready")).toBe("Mailcanary is ready.\n");
  expect(await get(app.url, "/", "text/html")).toContain("Yes: the newest canary reached");
});

it("says spam where the receiver files it as spam, and what to do", async () => {
  await using house = await buildHouse({ faults: [parseFault("spam-at=bigmail")] });
  await using app = await house.start(slowly);
  const metrics = await until(
    () => get(app.url, "/metrics"),
    (text) => value(text, OUTCOMES, { seed: "bigmail", outcome: "spam" }) === 1,
  );
  const finding = { kind: "canary-in-spam", subject: "newsletter to bigmail", severity: "fail" };
  expect(value(metrics, "deliverability_finding", finding)).toBe(1);
  expect(await get(app.url, "/", "text/html")).toContain("bigmail files it as spam");
});

it("finds spam in a folder without SPECIAL-USE", async () => {
  await using house = await buildHouse({ faults: [parseFault("spam-at=oldmail")] });
  await using app = await house.start(slowly);
  const metrics = await until(
    () => get(app.url, "/metrics"),
    (text) => value(text, OUTCOMES, { seed: "oldmail", outcome: "spam" }) === 1,
  );
  expect(value(metrics, OUTCOMES, { seed: "bigmail", outcome: "spam" })).toBe(0);
});

it("says refused when our own server will not have it, and sends no second one for it", async () => {
  await using house = await buildHouse({ faults: [parseFault("refuse-at=postbox")] });
  await using app = await house.start(slowly);
  const metrics = await until(
    () => get(app.url, "/metrics"),
    (text) => value(text, OUTCOMES, { seed: "postbox", outcome: "refused" }) === 1,
  );
  expect(value(metrics, "deliverability_canary_sent_total", { seed: "postbox" })).toBe(0);
  const reply = { provider: "postbox", class: "5xx", enhanced: "5.7.1" };
  expect(value(metrics, "deliverability_smtp_reply_total", reply)).toBe(1);
});

it("says missing after a search of every folder, not before", async () => {
  await using house = await buildHouse({ faults: [parseFault("drop-at=postbox")] });
  await using app = await house.start({ ...slowly, deadlines: { lateMs: 500, lostMs: 2000 } });
  const before = await get(app.url, "/metrics");
  expect(value(before, OUTCOMES, { seed: "postbox", outcome: "missing" })).toBe(0);
  await until(
    () => get(app.url, "/metrics"),
    (text) => value(text, OUTCOMES, { seed: "postbox", outcome: "missing" }) === 1,
  );
});

it("says unknown, never missing, while the seed cannot be read", async () => {
  await using house = await buildHouse({ faults: [parseFault("login-fails=postbox")] });
  await using app = await house.start({ ...slowly, deadlines: { lateMs: 300, lostMs: 1000 } });
  const metrics = await until(
    () => get(app.url, "/metrics"),
    (text) =>
      value(text, OUTCOMES, { seed: "postbox", outcome: "unknown" }) === 1 &&
      value(text, "deliverability_seed_up", { seed: "postbox" }) === 0,
  );
  expect(value(metrics, OUTCOMES, { seed: "postbox", outcome: "missing" })).toBe(0);
  const finding = { kind: "seed-unreadable", subject: "postbox", severity: "unknown" };
  expect(value(metrics, "deliverability_finding", finding)).toBe(1);
});

it("ends unknown with a finding about our own server when that keeps deferring", async () => {
  await using house = await buildHouse({ faults: [parseFault("defer-at=postbox")] });
  await using app = await house.start(slowly, { retryPausesMs: [10, 10] });
  const metrics = await until(
    () => get(app.url, "/metrics"),
    (text) => value(text, OUTCOMES, { seed: "postbox", outcome: "unknown" }) === 1,
  );
  expect(value(metrics, "deliverability_smtp_reply_total", { class: "4xx" })).toBe(3);
  const finding = { kind: "own-server-defers", subject: "newsletter to postbox" };
  expect(value(metrics, "deliverability_finding", finding)).toBe(1);
});

it("stops at the budget", async () => {
  await using house = await buildHouse();
  const schedule = { kind: "every", everyMs: 50 } as const;
  await using app = await house.start({ schedule, budget: { perSeedPerDay: 3 } });
  const metrics = await until(
    () => get(app.url, "/metrics"),
    (text) => value(text, OUTCOMES, { seed: "bigmail", outcome: "inbox" }) === 3,
  );
  expect(value(metrics, "mailcanary_canary_budget_left", { seed: "bigmail" })).toBe(0);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const later = await get(app.url, "/metrics");
  expect(value(later, "deliverability_canary_sent_total", { seed: "bigmail" })).toBe(3);
});

it("never asks a seed for anything that changes it, and holds no session at rest", async () => {
  await using house = await buildHouse();
  await using app = await house.start(slowly);
  await until(
    () => get(app.url, "/metrics"),
    (text) => value(text, OUTCOMES, { seed: "bigmail", outcome: "inbox" }) === 1,
  );
  const [bigmail] = house.world.providers;
  await until(
    () => bigmail?.account.sessions,
    (sessions) => sessions === 0,
  );
  const asked = (bigmail?.account.log ?? []).map((command) => command.toUpperCase());
  expect(asked.filter((command) => /\bEXAMINE\b/.test(command)).length).toBeGreaterThan(0);
  const changing = /\b(?:SELECT|STORE|EXPUNGE|MOVE|COPY|APPEND|DELETE|CREATE|RENAME)\b|BODY\[/;
  expect(asked.filter((command) => changing.test(command))).toEqual([]);
});
