import { daemon } from "./boards/daemon.ts";
import { overview } from "./boards/overview.ts";
import { provider } from "./boards/provider.ts";
import { sharingForm } from "./sharing.ts";

/** Every generated file: its path from this folder, and its text. */
export function dashboardFiles(): ReadonlyMap<string, string> {
  const boards = { overview: overview(), provider: provider(), daemon: daemon() };
  return new Map(
    Object.entries(boards).flatMap(([name, dashboard]): [string, string][] => [
      [`dashboards/${name}.json`, written(dashboard)],
      [`share/${name}.json`, written(sharingForm(dashboard))],
    ]),
  );
}

function written(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
