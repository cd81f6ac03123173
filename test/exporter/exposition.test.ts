import { describe, expect, it } from "vitest";
import type { MetricSpec, Sample } from "../../src/domain/metric.ts";
import { createExposition } from "../../src/exporter/exposition.ts";
import { createTotals } from "../../src/store/totals.ts";

const SENT: MetricSpec = {
  name: "x_sent_total",
  help: "Sent.",
  type: "counter",
  labels: ["route"],
};
const UP: MetricSpec = { name: "x_up", help: "Up.", type: "gauge", labels: ["seed"] };
const TOOK: MetricSpec = {
  name: "x_took_seconds",
  help: "Took.",
  type: "histogram",
  labels: ["route"],
  buckets: [1, 10],
};

function setUp() {
  const totals = createTotals();
  const gauges: Sample[] = [];
  const parts = { metrics: [SENT, UP, TOOK], totals, gauges: () => gauges };
  const own = async (format: "classic" | "openmetrics") => {
    const text = await createExposition(parts, format).render();
    return text.split("\n").filter((line) => /^(?:# \w+ )?x_/.test(line));
  };
  return { totals, gauges, own };
}

describe("exporter/exposition", () => {
  it("publishes no series for what nobody saw", async () => {
    const { own } = setUp();
    expect(await own("classic")).not.toContainEqual(expect.stringMatching(/^x_/));
  });

  it("shows counters, gauges and cumulative buckets", async () => {
    const { totals, gauges, own } = setUp();
    totals.ensure(SENT, { route: "main" });
    const labels = { route: "main" };
    const observations = [0.5, 3, 30].map((value) => ({ metric: TOOK, labels, value }));
    totals.apply(totals.after(observations, 0));
    gauges.push({ metric: UP, labels: { seed: 'a"b\\c\nd' }, value: 1 });
    expect((await own("classic")).filter((line) => !line.startsWith("#"))).toEqual([
      'x_sent_total{route="main"} 0',
      'x_up{seed="a\\"b\\\\c\\nd"} 1',
      'x_took_seconds_bucket{le="1",route="main"} 1',
      'x_took_seconds_bucket{le="10",route="main"} 2',
      'x_took_seconds_bucket{le="+Inf",route="main"} 3',
      'x_took_seconds_sum{route="main"} 33.5',
      'x_took_seconds_count{route="main"} 3',
    ]);
  });

  it("speaks OpenMetrics: counter family without suffix, exemplars, end mark", async () => {
    const { totals, own } = setUp();
    const labels = { route: "main" };
    totals.apply(
      totals.after(
        [
          { metric: SENT, labels, value: 2 },
          { metric: TOOK, labels, value: 3, exemplar: { canary_id: "abc" } },
        ],
        1500,
      ),
    );
    const lines = await own("openmetrics");
    expect(lines).toContain("# TYPE x_sent counter");
    expect(lines).toContain('x_sent_total{route="main"} 2');
    expect(lines).toContain(
      'x_took_seconds_bucket{le="10",route="main"} 1 # {canary_id="abc"} 3 1.5',
    );
    const parts = { metrics: [], totals, gauges: () => [] };
    expect(await createExposition(parts, "openmetrics").render()).toMatch(/# EOF\n$/);
  });

  it("forgets a gauge whose target is gone", async () => {
    const { gauges, own } = setUp();
    gauges.push({ metric: UP, labels: { seed: "a" }, value: 1 });
    await own("classic");
    gauges.length = 0;
    expect(await own("classic")).not.toContainEqual(expect.stringMatching(/^x_up/));
  });
});
