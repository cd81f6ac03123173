import type { Delay } from "./operating.ts";

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, index) => (index === 0 ? "---" : "---:"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** `95.7 (210)`: mean and 95th percentile. */
export function meanAndP95({ mean, p95 }: Delay): string {
  return Number.isFinite(mean) ? `${figure(mean)} (${figure(p95)})` : "not noticed";
}

/** About three significant digits, without an exponent. */
export function figure(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return value.toFixed(size >= 1 ? 1 : 2);
}
