import type { Labels } from "../../src/domain/metric.ts";
import type { Family } from "./troubled-metrics.ts";

/** What /metrics would answer. */
export function classicText(families: readonly Family[]): string {
  return families.map((family) => heading(family) + samples(family, "")).join("");
}

/**
 * The same at several moments, seconds since the epoch, as OpenMetrics with time stamps. `target`
 * gives the labels that a scrape adds, and `up`.
 */
export function historyText(
  at: (now: number) => readonly Family[],
  moments: readonly number[],
  target: Labels,
): string {
  const lines = new Map<string, string>();
  const add = (name: string, text: string): void => {
    lines.set(name, (lines.get(name) ?? "") + text);
  };
  for (const now of moments) {
    for (const family of at(now)) add(family.metric.name, samples(family, ` ${now}`, target));
    add("up", `up${braced(target)} 1 ${now}\n`);
  }
  return `${[...lines.values()].join("")}# EOF\n`;
}

function heading({ metric: { name, help, type } }: Family): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function samples({ metric, series }: Family, time: string, more: Labels = {}): string {
  const { name, type, buckets = [] } = metric;
  const line = (suffix: string, labels: Labels, value: number): string =>
    `${name}${suffix}${braced({ ...labels, ...more })} ${value}${time}\n`;
  if (type !== "histogram") {
    return series.map(({ labels, value }) => line("", labels, value)).join("");
  }
  const from = Math.ceil(buckets.length / 2);
  return series
    .map(({ labels, value }) => {
      const bounds = buckets.map((bound, index) =>
        line("_bucket", { ...labels, le: `${bound}` }, index < from ? 0 : value),
      );
      const middle = (buckets[from] ?? 1) * value;
      return [
        ...bounds,
        line("_bucket", { ...labels, le: "+Inf" }, value),
        line("_sum", labels, middle),
        line("_count", labels, value),
      ].join("");
    })
    .join("");
}

function braced(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${pairs.join(",")}}`;
}
