import { type Dashboard, VariableType } from "@grafana/grafana-foundation-sdk/dashboard";

/** The name under which an importing Grafana asks for a data source. */
const INPUT = "DS_PROMETHEUS";

const PANEL_NAMES: Readonly<Record<string, string>> = {
  heatmap: "Heatmap",
  stat: "Stat",
  "state-timeline": "State timeline",
  table: "Table",
  timeseries: "Time series",
};

/** The form for *Import dashboard*: Grafana asks for the data source once and writes it in. */
export function sharingForm(dashboard: Dashboard): object {
  const text = JSON.stringify(dashboard).replaceAll("${datasource}", `\${${INPUT}}`);
  const shared = JSON.parse(text) as Dashboard;
  const variables = (shared.templating?.list ?? []).filter(
    ({ type }) => type !== VariableType.Datasource,
  );
  return {
    __inputs: [
      {
        name: INPUT,
        label: "Prometheus",
        description: "The Prometheus that scrapes Mailcanary",
        type: "datasource",
        pluginId: "prometheus",
        pluginName: "Prometheus",
      },
    ],
    __elements: {},
    __requires: requirements(dashboard),
    ...shared,
    templating: { list: variables },
  };
}

function requirements({ panels }: Dashboard): object[] {
  const kinds = new Set((panels ?? []).map(({ type }) => type).filter((type) => type !== "row"));
  return [
    { type: "grafana", id: "grafana", name: "Grafana", version: "10.0.0" },
    { type: "datasource", id: "prometheus", name: "Prometheus", version: "1.0.0" },
    ...[...kinds]
      .toSorted()
      .map((id) => ({ type: "panel", id, name: PANEL_NAMES[id], version: "" })),
  ];
}
