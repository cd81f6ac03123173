import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type Dashboard,
  type Panel,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from "@grafana/grafana-foundation-sdk/dashboard";
import type { AnyPanel } from "./panel.ts";
import { DATASOURCE } from "./query.ts";

/** A heading and what stands below it; without a title the panels stand at the top. */
interface Section {
  readonly title?: string;
  readonly panels: readonly AnyPanel[];
}

export interface BoardSpec {
  /** Never changes: links and bookmarks hang on it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly from: string;
  readonly variables: readonly ("route" | "provider" | "providers")[];
  readonly sections: readonly Section[];
}

/** The oldest Grafana that we promise, and the schema it writes; newer ones migrate it themselves. */
const OLDEST_GRAFANA = "10.0.0";
const OLDEST_SCHEMA = 38;

const DOCS = "https://github.com/mailcanary/mailcanary/blob/main/docs";

/** A whole dashboard in provisioning form. */
export function board(spec: BoardSpec): Dashboard {
  const built = new DashboardBuilder(spec.title)
    .uid(spec.uid)
    .id(null)
    .description(spec.description)
    .tags(["mailcanary", "email"])
    .editable()
    .timezone("browser")
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: spec.from, to: "now" })
    .refresh("1m")
    .withVariable(
      new DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus"),
    );
  for (const name of spec.variables) built.withVariable(VARIABLES[name]());
  for (const annotation of annotations(spec)) built.annotation(annotation);
  for (const link of links()) built.link(link);
  for (const { title, panels } of spec.sections) {
    if (title !== undefined) built.withRow(new RowBuilder(title));
    for (const panel of panels) built.withPanel(panel);
  }
  return finish(built.build());
}

const VARIABLES = {
  route: () =>
    variable("route", "Route", "label_values(deliverability_canary_outcomes_total, route)"),
  provider: () => variable("provider", "Provider", PROVIDERS).allowCustomValue(false),
  providers: () =>
    variable("provider", "Provider", PROVIDERS)
      .multi(true)
      .includeAll(true)
      .current({
        selected: true,
        text: ["All"],
        value: ["$__all"],
      }),
};

const PROVIDERS = 'label_values(deliverability_canary_outcomes_total{route="$route"}, provider)';

function variable(name: string, label: string, query: string): QueryVariableBuilder {
  return (
    new QueryVariableBuilder(name)
      .label(label)
      .datasource(DATASOURCE)
      .query({ query, refId: name })
      .definition(query)
      .refresh(VariableRefresh.OnTimeRangeChanged)
      // oxlint-disable-next-line unicorn/no-array-sort -- the builder's own method, no array's.
      .sort(VariableSort.AlphabeticalCaseInsensitiveAsc)
  );
}

/** What happened when, as lines through all panels; each value is the time itself. */
function annotations({ variables }: BoardSpec): AnnotationQueryBuilder[] {
  const restarts = moment(
    "Mailcanary started",
    "blue",
    '1000 * process_start_time_seconds{job="mailcanary"}',
    "Mailcanary started",
  );
  if (!variables.includes("route")) return [restarts];
  return [
    moment(
      "Attrition began",
      "red",
      '1000 * max by (provider) (deliverability_attrition_since_timestamp_seconds{route="$route"})',
      "{{provider}}: inbox rate began to fall",
    ),
    moment(
      "Findings",
      "orange",
      "1000 * max by (kind, subject) (deliverability_finding_since_timestamp_seconds)",
      "{{kind}}: {{subject}}",
    ),
    moment(
      "DNS changed",
      "purple",
      "1000 * max by (domain, record) (deliverability_dns_record_changed_timestamp_seconds)",
      "{{record}} of {{domain}} changed",
    ),
    restarts,
  ];
}

function moment(name: string, color: string, expr: string, text: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .hide(false)
    .iconColor(color)
    .expr(expr)
    .titleFormat(text)
    .useValueForTime(true);
}

function links(): DashboardLinkBuilder[] {
  return [
    new DashboardLinkBuilder("Mailcanary dashboards")
      .type(DashboardLinkType.Dashboards)
      .tags(["mailcanary"])
      .includeVars(true)
      .keepTime(true),
    link("What the findings mean", `${DOCS}/findings.md`),
    link("What the alerts mean", `${DOCS}/alerts.md`),
  ];
}

function link(title: string, url: string): DashboardLinkBuilder {
  return new DashboardLinkBuilder(title)
    .type(DashboardLinkType.Link)
    .icon("doc")
    .url(url)
    .targetBlank(true);
}

function finish(dashboard: Dashboard): Dashboard {
  const panels = (dashboard.panels ?? []).map((panel, index) => ({
    ...panel,
    ...(panel.type === "heatmap" && { options: withOldTooltip(panel.options) }),
    id: index + 1,
    // Without it Grafana takes a panel for a very old one and migrates it.
    ...(panel.type !== "row" && { pluginVersion: OLDEST_GRAFANA }),
  })) as Panel[];
  return {
    ...dashboard,
    schemaVersion: OLDEST_SCHEMA,
    version: 1,
    panels,
    links: (dashboard.links ?? []).map(visible),
    annotations: { list: (dashboard.annotations?.list ?? []).map(visible) },
  };
}

/** Grafana before 10.3 asks for `show`, later ones for the mode that the SDK writes. */
function withOldTooltip(options: { tooltip: object }): object {
  return { ...options, tooltip: { ...options.tooltip, show: true } };
}

/** The SDK would tuck it away in a menu that only the newest Grafana has. */
function visible<T extends { placement?: unknown }>(item: T): Omit<T, "placement"> {
  const { placement: _, ...rest } = item;
  return rest;
}
