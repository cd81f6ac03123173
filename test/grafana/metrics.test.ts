import { collectDefaultMetrics, Registry } from "prom-client";
import { expect, it } from "vitest";
import { METRICS } from "../../src/catalogue.ts";
import type { MetricSpec } from "../../src/domain/metric.ts";
import { dashboardQueries, metricNames, type PlacedQuery, ruleQueries } from "./queries.ts";

const PUBLISHED: ReadonlySet<string> = new Set([
  ...METRICS.flatMap(seriesNames),
  ...defaultMetrics(),
  // Prometheus adds these to every target.
  "up",
  "scrape_duration_seconds",
]);

it.each([...dashboardQueries(), ...ruleQueries()])(
  "$where asks for metrics that exist",
  (query) => {
    expect(metricNames(query.expr)).not.toEqual([]);
    expect(unknownNames(query)).toEqual([]);
  },
);

it("notices a metric that does not exist", () => {
  const expr = 'sum(deliverability_canary_sent_totl{route="mailcanary_x"}) / up';
  expect(unknownNames({ where: "", expr })).toEqual(["deliverability_canary_sent_totl"]);
});

const ON_DASHBOARDS: ReadonlySet<string> = new Set(
  dashboardQueries().flatMap(({ expr }) => metricNames(expr)),
);

it.each(METRICS.map((metric): [string, MetricSpec] => [metric.name, metric]))(
  "%s is on a dashboard",
  (_, metric) => {
    expect(seriesNames(metric).some((name) => ON_DASHBOARDS.has(name))).toBe(true);
  },
);

function unknownNames({ expr }: PlacedQuery): string[] {
  return metricNames(expr).filter((name) => !PUBLISHED.has(name));
}

function seriesNames({ name, type }: MetricSpec): string[] {
  return type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}

function defaultMetrics(): string[] {
  const register = new Registry();
  collectDefaultMetrics({ register });
  return register.getMetricsAsArray().map(({ name }) => name);
}
