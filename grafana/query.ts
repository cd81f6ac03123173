import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";

/** The data source that the variable at the top of each dashboard names. */
export const DATASOURCE = { type: "prometheus", uid: "${datasource}" };

/** One expression of a panel. */
export interface Query {
  readonly expr: string;
  /** Name of each line; `{{label}}` is filled in. */
  readonly legend?: string;
  readonly shape?: "lines" | "now" | "table" | "heatmap";
  /** Marks single canaries on the line, where Prometheus keeps exemplars. */
  readonly exemplar?: boolean;
}

/**
 * Events of each step, for counters that are born with their first event: `increase` would
 * overlook it. A gap of up to a day is bridged.
 */
export function happened(counter: string): string {
  return `(${counter} - (last_over_time(${counter}[1d] offset $__interval) or 0 * ${counter}))`;
}

/** The query as Grafana wants it; `index` makes its letter. */
export function dataquery(query: Query, index: number): DataqueryBuilder {
  const { expr, legend, shape = "lines", exemplar = false } = query;
  const built = new DataqueryBuilder()
    .refId(String.fromCodePoint(65 + index))
    .datasource(DATASOURCE)
    .expr(expr.replaceAll(/\s+/g, " ").trim());
  if (legend !== undefined) built.legendFormat(legend);
  if (shape === "now" || shape === "table") built.instant();
  else built.range();
  if (shape === "table") built.format(PromQueryFormat.Table);
  if (shape === "heatmap") built.format(PromQueryFormat.Heatmap);
  if (exemplar) built.exemplar(true);
  return built;
}
