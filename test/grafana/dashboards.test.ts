import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dashboardFiles } from "../../grafana/files.ts";
import { dashboards, type PanelJson } from "./dashboard-files.ts";

it.each([...dashboardFiles()])("%s is as `npm run grafana` writes it", (path, text) => {
  expect(readFileSync(join("grafana", path), "utf8")).toBe(text);
});

describe.each([...dashboards("dashboards")])("%s", (_, dashboard) => {
  const shown = dashboard.panels.filter(({ type }) => type !== "row");

  it("can be provisioned: no id, a fixed uid, editable, and a data source to choose", () => {
    expect(dashboard).toMatchObject({ id: null, editable: true });
    expect(dashboard.uid).toMatch(/^mailcanary-[a-z]+$/);
    expect(dashboard.templating.list[0]).toMatchObject({ name: "datasource", type: "datasource" });
    expect(sources(dashboard)).toEqual(["${datasource}"]);
  });

  it.each(shown.map((panel): [string, PanelJson] => [panel.title, panel]))(
    "%s: has a title, a description, a unit and words for when there is nothing",
    (title, { description, fieldConfig, targets }) => {
      expect(title).toMatch(/^[A-Z].*[?]$/);
      expect(description).toMatch(/^.{20,}[.]$/s);
      expect(fieldConfig?.defaults.unit).toMatch(/./);
      expect(fieldConfig?.defaults.noValue).toMatch(/./);
      expect(targets?.length).toBeGreaterThan(0);
    },
  );

  it("has each panel once, on the grid, none over another", () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const cells = dashboard.panels.flatMap(({ gridPos }) => cellsOf(gridPos));
    expect(new Set(cells).size).toBe(cells.length);
    expect(dashboard.panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});

describe.each([...dashboards("share")])("share/%s", (file, shared) => {
  it("asks the importing Grafana for a data source, and uses no other", () => {
    expect(shared).toMatchObject({
      id: null,
      __inputs: [{ name: "DS_PROMETHEUS", type: "datasource", pluginId: "prometheus" }],
    });
    expect(sources(shared)).toEqual(["${DS_PROMETHEUS}"]);
    expect(shared.templating.list.map(({ type }) => type)).not.toContain("datasource");
  });

  it("names every kind of panel that it needs", () => {
    const needed = new Set(shared.panels.map(({ type }) => type).filter((type) => type !== "row"));
    const { __requires: named } = shared as unknown as {
      __requires: { type: string; id: string }[];
    };
    expect(named.filter(({ type }) => type === "panel").map(({ id }) => id)).toEqual(
      [...needed].toSorted(),
    );
  });

  it("shows the same panels as the provisioning form", () => {
    const titles = dashboards("dashboards")
      .get(file)
      ?.panels.map(({ title }) => title);
    expect(shared.panels.map(({ title }) => title)).toEqual(titles);
  });
});

/** Every data source uid in the JSON. */
function sources(dashboard: object): string[] {
  const found = JSON.stringify(dashboard).matchAll(/"datasource":\{[^}]*"uid":"(?<uid>[^"]+)"/g);
  return [...new Set([...found].map(({ groups }) => groups?.["uid"] ?? ""))];
}

function cellsOf({ x, y, w, h }: PanelJson["gridPos"]): string[] {
  return Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`);
}
