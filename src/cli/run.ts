import { Command } from "commander";
import { type App, startApp } from "../app.ts";
import { parseListen } from "../config/listen.ts";
import { loadConfig, type LoadedConfig } from "../config/load.ts";
import type { Config } from "../domain/config.ts";
import type { Log } from "../domain/log.ts";
import { createLogger } from "./logger.ts";
import { type Orders, takeOrders } from "./signals.ts";

/** `mailcanary run`: the daemon. */
export function runCommand(): Command {
  return new Command("run")
    .description(
      "run the daemon until it is told to stop (SIGTERM or Ctrl-C); SIGHUP reads the config again",
    )
    .requiredOption("-c, --config <file>", "the config file; see config.example.yaml")
    .option(
      "--listen <address:port>",
      "serve the page and /metrics here instead of where the config says",
    )
    .option("--data-dir <directory>", "keep the state here instead of where the config says")
    .action(run);
}

interface RunOptions {
  readonly config: string;
  readonly listen?: string;
  readonly dataDir?: string;
}

async function run(options: RunOptions): Promise<void> {
  const loaded = read(options);
  if (!loaded.ok) {
    for (const problem of loaded.problems) process.stderr.write(`${problem}\n`);
    process.exitCode = 1;
    return;
  }
  const orders = takeOrders(process.stdin.isTTY);
  let next: Next = { config: loaded.config, before: undefined };
  while (next !== undefined) next = await runOnce(next, options, orders);
}

/** A config to start with, and the one that was in force until now. */
type Next = { readonly config: Config; readonly before: Config | undefined } | undefined;

/** Runs the daemon until it is to start over with another config, or to stop. */
async function runOnce(
  { config: wanted, before }: NonNullable<Next>,
  options: RunOptions,
  orders: Orders,
): Promise<Next> {
  const { app: started, config, log } = await start(wanted, before);
  await using app = started;
  log.info(
    { url: app.url, routes: config.routes.length, seeds: config.seeds.length },
    "Mailcanary is up",
  );
  for (;;) {
    const order = await orders.next();
    if (order !== "reload") {
      log.info({ signal: order }, "Stopping; a second signal ends it at once");
      return undefined;
    }
    const loaded = read(options);
    if (loaded.ok) {
      log.info({ file: options.config }, "The config file was read again; starting over with it");
      return { config: loaded.config, before: config };
    }
    app.reloadFailed();
    const problems = loaded.problems.map(String);
    log.error({ problems }, "The config file has mistakes; the config in force stays");
  }
}

interface Started {
  readonly app: App;
  readonly config: Config;
  readonly log: Log;
}

/** A config that reads well may still not start: its address is taken, its directory read-only. */
async function start(config: Config, before: Config | undefined): Promise<Started> {
  const log = createLogger(config.log, config.secrets);
  try {
    return { app: await startApp(config, log), config, log };
  } catch (error) {
    if (before === undefined) throw error;
    log.error({ err: error }, "Cannot start with the new config; going on with the one before");
    const started = await start(before, undefined);
    started.app.reloadFailed();
    return started;
  }
}

function read({ config: path, listen, dataDir }: RunOptions): LoadedConfig {
  const loaded = loadConfig(path);
  if (!loaded.ok) return loaded;
  const config = {
    ...loaded.config,
    ...(listen === undefined ? {} : { listen: parseListen(listen) }),
    ...(dataDir === undefined ? {} : { dataDir }),
  };
  return { ...loaded, config };
}
