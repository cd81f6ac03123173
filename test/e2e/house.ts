import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type App, type Overrides, startApp } from "../../src/app.ts";
import { loadConfig } from "../../src/config/load.ts";
import { startWorld, type World, type WorldOptions } from "../../src/demo/world.ts";
import type { Config } from "../../src/domain/config.ts";
import { memoryLog } from "../fakes/log.ts";

/** The demo's mail world with a directory for a daemon; the daemon is started by the test. */
export interface House extends AsyncDisposable {
  readonly world: World;
  readonly dir: string;
  readonly configPath: string;
  readonly log: ReturnType<typeof memoryLog>;
  config(over?: Partial<Config>): Config;
  start(over?: Partial<Config>, overrides?: Overrides): Promise<App>;
}

export async function buildHouse(options: WorldOptions = {}): Promise<House> {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await startWorld({ slowness: 0, ...options }));
  const dir = mkdtempSync(join(tmpdir(), "mailcanary-e2e-"));
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const configPath = join(dir, "config.yaml");
  writeFileSync(configPath, world.config("data"), { mode: 0o600 });
  writeFileSync(join(dir, "ca.pem"), world.ca);
  const log = memoryLog();
  const config = (over: Partial<Config> = {}): Config => {
    const loaded = loadConfig(configPath);
    if (!loaded.ok) throw new Error(loaded.problems.map(String).join("\n"));
    const listen = { host: "127.0.0.1", port: 0 };
    return { ...loaded.config, jitterMs: 0, listen, ...over };
  };
  const parts = stack.move();
  return {
    world,
    dir,
    configPath,
    log,
    config,
    start: (over, overrides) => startApp(config(over), log, overrides),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

export async function get(url: string, path: string, accept = "text/plain"): Promise<string> {
  const response = await fetch(url + path, { headers: { accept } });
  return response.text();
}

/** The value of one series; labels in any order. Undefined: no such series. */
export function value(
  exposition: string,
  metric: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const wanted = Object.entries(labels).map(([name, text]) => `${name}="${text}"`);
  const line = exposition
    .split("\n")
    .find(
      (one) =>
        (one.startsWith(`${metric}{`) || one.startsWith(`${metric} `)) &&
        wanted.every((label) => one.includes(label)),
    );
  return line === undefined ? undefined : Number(line.slice(line.lastIndexOf(" ") + 1));
}

/** Asks again until the condition holds; fails with the last answer after the limit. */
export async function until<T>(
  look: () => Promise<T> | T,
  holds: (seen: T) => boolean,
  limitMs = 45_000,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (performance.now() > end) throw new Error(`not in time; last seen: ${String(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
