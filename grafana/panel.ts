import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
  AxisPlacement,
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  type DataSourceRef,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import type { Panel, ValueMapping } from "@grafana/grafana-foundation-sdk/dashboard";
import {
  HeatmapColorMode,
  HeatmapColorScale,
  HeatmapColorOptionsBuilder,
  PanelBuilder as HeatmapBuilder,
  YAxisConfigBuilder,
} from "@grafana/grafana-foundation-sdk/heatmap";
import type { DataqueryBuilder } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as StateTimelineBuilder } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as TableBuilder } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as TimeseriesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import { DATASOURCE, dataquery, type Query } from "./query.ts";

/** What every panel says, and what it asks. */
export interface PanelSpec {
  /** A question, or a plain statement. */
  readonly title: string;
  readonly description: string;
  readonly unit: string;
  /** Shown where there is nothing to show: why, and whether that is good. */
  readonly noValue: string;
  /** Of the 24 columns. */
  readonly width: number;
  /** In Grafana's rows of 30 pixels. */
  readonly height: number;
  readonly queries: readonly Query[];
  /** The smallest step, for things that happen about once an hour. */
  readonly interval?: string;
}

export type AnyPanel = Builder<Panel>;

/** What the panel builders have in common. */
interface Dressable {
  title(text: string): this;
  description(text: string): this;
  unit(unit: string): this;
  noValue(text: string): this;
  datasource(source: DataSourceRef): this;
  span(columns: number): this;
  height(rows: number): this;
  interval(step: string): this;
  targets(queries: DataqueryBuilder[]): this;
}

function dress<P extends Dressable>(panel: P, spec: PanelSpec): P {
  panel
    .title(spec.title)
    .description(spec.description)
    .unit(spec.unit)
    .noValue(spec.noValue)
    .datasource(DATASOURCE)
    .span(spec.width)
    .height(spec.height)
    .targets(spec.queries.map(dataquery));
  if (spec.interval !== undefined) panel.interval(spec.interval);
  return panel;
}

const LEGEND = new VizLegendOptionsBuilder()
  .displayMode(LegendDisplayMode.List)
  .placement(LegendPlacement.Bottom)
  .showLegend(true);

const TOOLTIP = new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi);

/** Lines over time. */
export function lines(spec: PanelSpec): TimeseriesBuilder {
  return dress(new TimeseriesBuilder(), spec)
    .legend(LEGEND)
    .tooltip(TOOLTIP)
    .lineWidth(2)
    .showPoints(VisibilityMode.Never)
    .spanNulls(false);
}

/** Steps of something that holds its value until it changes. */
export function steps(spec: PanelSpec): TimeseriesBuilder {
  return lines(spec).lineInterpolation(LineInterpolation.StepAfter);
}

/** Counts in each step of time, piled up. */
export function bars(spec: PanelSpec): TimeseriesBuilder {
  return lines(spec)
    .drawStyle(GraphDrawStyle.Bars)
    .lineWidth(0)
    .fillOpacity(85)
    .axisPlacement(AxisPlacement.Auto)
    .min(0)
    .decimals(0)
    .stacking(new StackingConfigBuilder().group("A").mode(StackingMode.Normal));
}

/** One large value for each line, as of now. */
export function numbers(spec: PanelSpec, mappings: readonly ValueMapping[] = []): StatBuilder {
  return dress(new StatBuilder(), spec)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false))
    .graphMode(BigValueGraphMode.None)
    .colorMode(mappings.length > 0 ? BigValueColorMode.Background : BigValueColorMode.Value)
    .textMode(BigValueTextMode.ValueAndName)
    .mappings([...mappings]);
}

/** Which of a few states each line was in over time. */
export function timeline(spec: PanelSpec, mappings: readonly ValueMapping[]): StateTimelineBuilder {
  return dress(new StateTimelineBuilder(), spec)
    .legend(LEGEND)
    .tooltip(TOOLTIP)
    .showValue(VisibilityMode.Auto)
    .mergeValues(true)
    .fillOpacity(85)
    .lineWidth(0)
    .rowHeight(0.8)
    .mappings([...mappings]);
}

/** Rows of labels, as of now. */
export function table(spec: PanelSpec): TableBuilder {
  return dress(new TableBuilder(), spec).showHeader(true);
}

/** A histogram over time. */
export function heatmap(spec: PanelSpec): HeatmapBuilder {
  return dress(new HeatmapBuilder(), spec)
    .calculate(false)
    .cellGap(1)
    .color(
      new HeatmapColorOptionsBuilder()
        .mode(HeatmapColorMode.Scheme)
        .scheme("Blues")
        .fill("blue")
        .scale(HeatmapColorScale.Exponential)
        .exponent(0.5)
        .steps(64),
    )
    .yAxis(new YAxisConfigBuilder().unit(spec.unit).axisPlacement(AxisPlacement.Left));
}
