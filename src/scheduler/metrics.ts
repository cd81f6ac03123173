import type { Increment, MetricSpec } from "../domain/metric.ts";
import type { Result } from "../domain/result.ts";

export const CHECK_RUNS: MetricSpec = {
  name: "mailcanary_check_runs_total",
  help: "Runs of each check by how they ended.",
  type: "counter",
  labels: ["probe", "result"],
};

export function runCounted({ probe, severity }: Result): Increment {
  return { metric: CHECK_RUNS, labels: { probe, result: severity }, value: 1 };
}
