import { createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { Command, InvalidArgumentError } from "commander";
import { type App, startApp } from "../app.ts";
import { loadConfig } from "../config/load.ts";
import { type Fault, FaultSyntaxError, parseFault } from "../demo/fault.ts";
import type { World } from "../demo/world.ts";
import { CA_FILE } from "../demo/world-config.ts";
import type { Config } from "../domain/config.ts";
import type { Log } from "../domain/log.ts";
import { listenToKeys } from "./demo-keys.ts";
import { faultLine, greeting, stepLine } from "./demo-lines.ts";
import { createLogger } from "./logger.ts";
import { untilStopped } from "./signals.ts";

/** The page's port when nobody asks for another. */
const DEFAULT_PORT = 10_825;
const MAX_PORT = 65_535;

interface DemoOptions {
  readonly fault: readonly Fault[];
  readonly port: number;
  readonly keep?: boolean;
}

/** `mailcanary demo`: the real daemon in a mail world of its own. */
export function demoCommand(): Command {
  return new Command("demo")
    .description("try it: a small mail world on this machine, watched by the real daemon")
    .option("--fault <fault>", "broken from the start: spam-at=bigmail; repeatable", addFault, [])
    .option("--port <port>", "port of the page and /metrics", readPort, DEFAULT_PORT)
    .option("--keep", "keep the directory with config file, log and data")
    .action(demo);
}

async function demo({ fault: faults, port, keep = false }: DemoOptions): Promise<void> {
  const stopped = Promise.race([untilStopped(), untilUnread()]);
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "mailcanary-demo-"));
  stack.defer(async () => leave(directory, keep));
  // Loaded here, since the daemon has no use for them: they bring in all of Node's HTTP client.
  const { startControl } = await import("./demo-control.ts");
  const { startWorld } = await import("../demo/world.ts");
  const faultChanged = (fault: Fault, inForce: boolean): void => say(faultLine(fault, inForce));
  const world = stack.use(await startWorld({ faults, faultChanged }));
  const config = await writeConfig(world, directory);
  const logFile = createWriteStream(join(directory, "mailcanary.log"));
  stack.defer(async () => finished(logFile.end()));
  const log = createLogger(config.log, config.secrets, logFile);
  const app = stack.use(await startOnPort(config, log, port));
  const control = stack.use(await startControl(world.faults));
  const keys = stack.use(listenToKeys(process.stdin, world.faults, say));
  say(greeting({ pageUrl: app.url, controlUrl: control.url, withKeys: keys.listening }));
  for (const fault of faults) say(faultLine(fault, true));
  await stopped;
  say("\nEnding ...");
}

/** The config file goes the way that an operator's goes. */
async function writeConfig(world: World, directory: string): Promise<Config> {
  const path = join(directory, "config.yaml");
  await writeFile(path, world.config("data"), { mode: 0o600 });
  await writeFile(join(directory, CA_FILE), world.ca);
  const loaded = loadConfig(path);
  if (!loaded.ok)
    throw new Error(`the demo's own config is wrong: ${loaded.problems.map(String).join("; ")}`);
  return loaded.config;
}

/** Takes any free port when that one is taken. */
async function startOnPort(config: Config, log: Log, port: number): Promise<App> {
  const start = async (listenPort: number): Promise<App> =>
    startApp({ ...config, listen: { host: "127.0.0.1", port: listenPort } }, log, {
      onStep(after, before) {
        const line = stepLine(after, before);
        if (line !== undefined) say(line);
      },
    });
  try {
    return await start(port);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    say(`Port ${port} is taken; the page gets another one.`);
    return start(0);
  }
}

async function leave(directory: string, keep: boolean): Promise<void> {
  if (keep) say(`Config file, log and data are in ${directory}`);
  else await rm(directory, { recursive: true, force: true });
}

/** Resolves when nobody reads the output any more, as in `mailcanary demo | head`. */
async function untilUnread(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.on("error", () => resolve());
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function addFault(text: string, earlier: readonly Fault[]): readonly Fault[] {
  try {
    return [...earlier, parseFault(text)];
  } catch (error) {
    if (error instanceof FaultSyntaxError) throw new InvalidArgumentError(error.message);
    throw error;
  }
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= MAX_PORT) return port;
  throw new InvalidArgumentError(`Expected a number from 0 to ${MAX_PORT}.`);
}
