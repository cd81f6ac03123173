import { dashboards, type DashboardJson } from "./dashboard-files.ts";
import { rules } from "./rule-files.ts";

/** An expression of a dashboard or a rule, and where it stands. */
export interface PlacedQuery {
  readonly where: string;
  readonly expr: string;
}

/** Every expression of every panel, annotation and variable. */
export function dashboardQueries(): readonly PlacedQuery[] {
  return [...dashboards("dashboards")].flatMap(([file, dashboard]) => [
    ...dashboard.panels.flatMap(({ title, targets }) =>
      (targets ?? []).map(({ refId, expr }) => ({ where: `${file}: ${title} ${refId}`, expr })),
    ),
    ...dashboard.annotations.list.map(({ name, expr }) => ({ where: `${file}: ${name}`, expr })),
    ...variableQueries(file, dashboard),
  ]);
}

export function ruleQueries(): readonly PlacedQuery[] {
  return rules().map(({ alert, record, labels, expr }) => ({
    where: [alert ?? record, labels?.["reason"]].filter((part) => part !== undefined).join(" "),
    expr,
  }));
}

/** The expression as Grafana sends it. */
export function filled(expr: string, values: { route: string; provider: string }): string {
  return expr
    .replaceAll("$__interval", "1h")
    .replaceAll("$__rate_interval", "2m")
    .replaceAll("$__range", "6h")
    .replaceAll("$route", values.route)
    .replaceAll("$provider", values.provider);
}

/** Every name in an expression that can only be a metric's. */
export function metricNames(expr: string): readonly string[] {
  const text = expr.replaceAll(/"[^"]*"/g, '""');
  const names = /\b(?:deliverability|mailcanary|process|nodejs|scrape)_[a-z0-9_]+|\bup\b/g;
  return [...text.matchAll(names)].map(([name]) => name);
}

/** `label_values(selector, label)` asks for series by a selector. */
function variableQueries(file: string, { templating }: DashboardJson): readonly PlacedQuery[] {
  return templating.list.flatMap(({ name, query }) => {
    const text = typeof query === "string" ? query : query.query;
    const selector = /^label_values\((?<selector>.+), \w+\)$/.exec(text)?.groups?.["selector"];
    return selector === undefined ? [] : [{ where: `${file}: variable ${name}`, expr: selector }];
  });
}
