/** A metric's declaration: data, so that docs, dashboards and the exporter can read it. */
export interface MetricSpec<Label extends string = string> {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly labels: readonly Label[];
  /** Upper bounds, ascending, without +Inf. Histograms only. */
  readonly buckets?: readonly number[];
}

export type Labels = Readonly<Record<string, string>>;

/** One value of a gauge, now. */
export interface Sample {
  readonly metric: MetricSpec;
  readonly labels: Labels;
  readonly value: number;
}

/** A step of a counter or one observation of a histogram: persisted with the event behind it. */
export interface Increment {
  readonly metric: MetricSpec;
  readonly labels: Labels;
  /** Counter: how much to add. Histogram: the observed value. */
  readonly value: number;
  /** Histogram only: what to show beside the bucket in OpenMetrics. */
  readonly exemplar?: Labels;
}
