import { expect, it } from "vitest";
import { parseFault } from "../../src/demo/fault.ts";
import { buildHouse, until } from "../e2e/house.ts";
import { dashboards } from "../grafana/dashboard-files.ts";
import { dashboardQueries, filled } from "../grafana/queries.ts";
import { ask, type Prometheus, startPrometheus } from "./prometheus.ts";

const EVERY_MS = 500;
const YEAR_MS = 365.25 * 86_400_000;
/** The threshold in canaries: few, or the test would take a year. */
const ALARM_AT = 1000;

const VALUES = { route: "newsletter", provider: "bigmail|postbox|oldmail" };
const FAULTS = ["spam-at=bigmail", "drop-at=oldmail", "delay-at=postbox:1500ms", "break-dkim"];

/** What a minute of the demo cannot show. */
const NOT_IN_THE_DEMO: ReadonlySet<string> = new Set([
  // Nobody there writes strange words into its headers,
  "daemon.json: Were label values folded? A",
  // a normal transit time is known after hundreds of canaries only,
  "provider.json: Has mail become slower? A",
  "provider.json: Has mail become slower? B",
  // DNS is looked at once an hour,
  "overview.json: When did records change last? A",
  "overview.json: DNS changed",
  "provider.json: DNS changed",
  // the servers have elliptic curves only,
  "overview.json: How large is the Diffie-Hellman group? A",
  // its domain has no mail server on port 25,
  "overview.json: How long do mail servers take to greet? A",
  "overview.json: How large a message do mail servers take? A",
  // its DNS knows no blocklists, and keeps its keys,
  "overview.json: Who has listed us? A",
  "overview.json: Can the blocklists be believed? A",
  "overview.json: How old are the DKIM keys? A",
  // and every mailbox has a password.
  "provider.json: When do access tokens end? A",
]);

it(
  "answers with the real daemon's data: yes, then no with everything in view, then yes again",
  { timeout: 300_000 },
  async () => {
    await using house = await buildHouse();
    await using app = await house.start({
      schedule: { kind: "every", everyMs: EVERY_MS },
      deadlines: { lateMs: 1000, lostMs: 3000 },
      budget: { perSeedPerDay: 100_000 },
      attrition: {
        falseAlarmYears: (ALARM_AT * EVERY_MS) / 3 / YEAR_MS,
        sloInbox: 0.95,
        tabScore: 0.5,
        otherScore: 0.5,
        nullAfterBad: 0,
        burst: false,
      },
    });
    await using prometheus = await startPrometheus({ target: new URL(app.url).host });
    await until(
      () => verdict(prometheus),
      (answer) => answer === "Yes",
      60_000,
    );

    for (const text of FAULTS) house.world.faults.set(parseFault(text));
    await until(
      () => verdict(prometheus),
      (answer) => answer === "No",
      60_000,
    );
    await until(
      () => withoutData(prometheus),
      (silent) => silent.every((where) => NOT_IN_THE_DEMO.has(where)),
      60_000,
    );

    for (const text of FAULTS) house.world.faults.clear(parseFault(text));
    const atLast = await until(
      () => verdict(prometheus),
      (answer) => answer === "Yes",
      120_000,
    );
    expect(atLast).toBe("Yes");
  },
);

/** What the first panel of the overview says. */
async function verdict(prometheus: Prometheus): Promise<string | undefined> {
  const [panel] = dashboards("dashboards").get("overview.json")?.panels ?? [];
  const [series] = await prometheus.query(filled(panel?.targets?.[0]?.expr ?? "", VALUES));
  return series === undefined ? undefined : WORDS[series.value[1]];
}

const WORDS: Readonly<Record<string, string>> = {
  0: "Yes",
  1: "Nobody knows",
  2: "Not all",
  3: "No",
};

async function withoutData(prometheus: Prometheus): Promise<readonly string[]> {
  const answers = await ask(prometheus, dashboardQueries(), VALUES);
  return answers
    .filter(({ result }) => typeof result === "string" || result === 0)
    .map(({ where, result }) => (typeof result === "string" ? `${where}: ${result}` : where));
}
