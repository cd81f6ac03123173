import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The committed dashboards, as far as the tests read them. */
export interface DashboardJson {
  readonly id: unknown;
  readonly uid: string;
  readonly title: string;
  readonly editable: boolean;
  readonly schemaVersion: number;
  readonly panels: readonly PanelJson[];
  readonly templating: { readonly list: readonly VariableJson[] };
  readonly annotations: {
    readonly list: readonly { readonly name: string; readonly expr: string }[];
  };
}

export interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
  readonly targets?: readonly { readonly refId: string; readonly expr: string }[];
  readonly fieldConfig?: {
    readonly defaults: { readonly unit?: string; readonly noValue?: string };
  };
}

interface VariableJson {
  readonly name: string;
  readonly type: string;
  readonly query: string | { readonly query: string };
}

/** The dashboards of `grafana/dashboards` or `grafana/share`, by file name. */
export function dashboards(form: "dashboards" | "share"): ReadonlyMap<string, DashboardJson> {
  const folder = join("grafana", form);
  return new Map(
    readdirSync(folder).map((file) => [
      file,
      JSON.parse(readFileSync(join(folder, file), "utf8")) as DashboardJson,
    ]),
  );
}
