import { Command } from "commander";
import { startApp } from "../app.ts";
import { loadConfig } from "../config/load.ts";
import { createLogger } from "./logger.ts";
import { parseListen } from "../config/listen.ts";
import { untilStopped } from "./signals.ts";

/** `mailcanary run`: the daemon. */
export function runCommand(): Command {
  return new Command("run")
    .description("run the daemon until it is told to stop (SIGTERM or Ctrl-C)")
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

async function run({ config: path, listen, dataDir }: RunOptions): Promise<void> {
  const loaded = loadConfig(path);
  if (!loaded.ok) {
    for (const problem of loaded.problems) process.stderr.write(`${problem}\n`);
    process.exitCode = 1;
    return;
  }
  const config = {
    ...loaded.config,
    ...(listen === undefined ? {} : { listen: parseListen(listen) }),
    ...(dataDir === undefined ? {} : { dataDir }),
  };
  const stopped = untilStopped();
  const log = createLogger(config.log, config.secrets);
  await using app = await startApp(config, log);
  log.info(
    { url: app.url, routes: config.routes.length, seeds: config.seeds.length },
    "Mailcanary is up",
  );
  const signal = await stopped;
  log.info({ signal }, "Stopping; a second signal ends it at once");
}
