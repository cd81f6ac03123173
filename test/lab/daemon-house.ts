import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, type Overrides, startApp } from "../../src/app.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { Config } from "../../src/domain/config.ts";
import { HOUR } from "../../src/domain/duration.ts";
import { memoryLog } from "../fakes/log.ts";
import { daemonConfig } from "./daemon-config.ts";
import type { Lab } from "./world.ts";

/** A directory with a config file for the lab, and daemons started on it. */
export interface DaemonHouse extends Disposable {
  readonly configPath: string;
  readonly log: ReturnType<typeof memoryLog>;
  start(over?: Partial<Config>, overrides?: Overrides): Promise<App>;
}

export function buildDaemonHouse(lab: Lab): DaemonHouse {
  const dir = mkdtempSync(join(tmpdir(), "mailcanary-lab-daemon-"));
  writeFileSync(join(dir, "ca.pem"), lab.ca);
  const configPath = join(dir, "config.yaml");
  const text = daemonConfig(lab, { caFile: "ca.pem", dataDir: "data", every: "12h" });
  writeFileSync(configPath, text, { mode: 0o600 });
  const log = memoryLog();
  return {
    configPath,
    log,
    start(over = {}, overrides = {}) {
      const loaded = loadConfig(configPath);
      if (!loaded.ok) throw new Error(loaded.problems.join("\n"));
      const quick: Partial<Config> = {
        jitterMs: 0,
        listen: { host: "127.0.0.1", port: 0 },
        // One canary to each seed at start and no second one by the clock.
        schedule: { kind: "every", everyMs: 12 * HOUR },
      };
      return startApp({ ...loaded.config, ...quick, ...over }, log, overrides);
    },
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}
