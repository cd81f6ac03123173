import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { dashboardFiles } from "./files.ts";

/** `npm run grafana`: writes the dashboards that are committed beside this file. */
for (const [path, text] of dashboardFiles()) {
  const file = join(import.meta.dirname, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
