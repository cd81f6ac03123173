import { expect, it } from "vitest";
import { get, until, value } from "../e2e/house.ts";
import { buildDaemonHouse } from "./daemon-house.ts";
import { startPrometheus } from "./prometheus.ts";
import { startLab } from "./world.ts";

const EVERY_MS = 500;
const YEAR_MS = 365.25 * 86_400_000;
/** The threshold in canaries, as one gets it with a canary every few hours; in a year of these it would be far away. */
const ALARM_AT = 2000;

const ALARM = "deliverability_attrition_alarm";
const OUTCOMES = "deliverability_canary_outcomes_total";

it(
  "raises InboxAttrition for the receiver that files a third of the mail as spam, and clears it after",
  { timeout: 240_000 },
  async () => {
    await using lab = await startLab();
    using house = buildDaemonHouse(lab);
    await using app = await house.start({
      schedule: { kind: "every", everyMs: EVERY_MS },
      attrition: {
        falseAlarmYears: (ALARM_AT * EVERY_MS) / 2 / YEAR_MS,
        sloInbox: 0.95,
        tabScore: 0.5,
        otherScore: 0.5,
        nullAfterBad: 0,
        burst: true,
      },
    });
    await using prometheus = await startPrometheus({ target: new URL(app.url).host });
    const metrics = (): Promise<string> => get(app.url, "/metrics");
    await until(
      metrics,
      (text) => (value(text, OUTCOMES, { seed: "bigmail", outcome: "inbox" }) ?? 0) >= 40,
      60_000,
    );
    expect(value(await metrics(), ALARM, { provider: "bigmail" })).toBe(0);

    const fault = await lab.faults.spamAt("bigmail", 0.3);
    const alarmed = await until(
      metrics,
      (text) => value(text, ALARM, { provider: "bigmail" }) === 1,
      90_000,
    );
    expect(value(alarmed, ALARM, { provider: "oldmail" })).toBe(0);
    expect(value(alarmed, "deliverability_attrition_scope", { scope: "bigmail" })).toBe(1);
    expect(
      value(alarmed, "deliverability_attrition_since_timestamp_seconds", { provider: "bigmail" }),
    ).toBeGreaterThan(Date.now() / 1000 - 120);

    const filesAsSpam = await until(
      () => prometheus.query(`sum by (provider) (${OUTCOMES}{outcome="spam"}) > 0`),
      (series) => series.length > 0,
    );
    expect(filesAsSpam.map(({ metric }) => metric["provider"])).toEqual(["bigmail"]);
    const firing = await until(
      () => prometheus.query('ALERTS{alertname="InboxAttrition"}'),
      (series) => series.length > 0,
      30_000,
    );
    expect(new Set(firing.map(({ metric }) => metric["provider"]))).toEqual(new Set(["bigmail"]));

    await fault.off();
    await until(metrics, (text) => value(text, ALARM, { provider: "bigmail" }) === 0, 90_000);
    await until(
      () => prometheus.query('ALERTS{alertname="InboxAttrition"}'),
      (series) => series.length === 0,
      30_000,
    );
  },
);
