import { availableParallelism, loadavg } from "node:os";

/** The value below which the share `q` (0 to 1) of the numbers lies. */
export function quantile(numbers: readonly number[], q: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5);
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  const rule = head.map((_, column) => (column === 0 ? "---" : "---:"));
  return [head, rule, ...rows].map(line).join("");
}

/** Under what circumstances the figures were taken. */
export function circumstances(): string {
  const [load = 0] = loadavg();
  return `${availableParallelism()} cores, load average ${load.toFixed(1)}, Node ${process.versions.node}\n`;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
