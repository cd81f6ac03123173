import { Command } from "commander";
import { loadDataDir } from "../config/load.ts";
import { isName } from "../domain/accept-request.ts";
import { askDaemon } from "./ask-daemon.ts";
import { untilStopped } from "./signals.ts";

interface Options {
  readonly config: string;
  readonly route: string;
  readonly provider?: string;
  readonly dataDir?: string;
  readonly later: boolean;
}

const HELP = `
The alarm of silent attrition ends, and the normal is learnt afresh from the canaries since the fall
began. Without --provider this goes for whatever the route's alarm is about. Where no alarm is on
nothing is changed. A rate below the objective (attrition.slo_inbox) is never normal: it alarms again.

The daemon does it, within a few seconds; run this as its user, or as root.`;

/** `mailcanary accept-baseline`: what an alarm is about is the new normal. */
export function acceptBaselineCommand(): Command {
  return new Command("accept-baseline")
    .description("accept the present inbox rate as normal, and end the alarm about it")
    .requiredOption("-c, --config <file>", "the config file of the daemon")
    .requiredOption("--route <name>", "the route")
    .option("--provider <name>", "one provider of the route")
    .option("--data-dir <directory>", "where the daemon keeps its state, if it was told so as well")
    .option("--later", "leave the request for a daemon that does not run now", false)
    .addHelpText("after", HELP)
    .action(acceptBaseline);
}

async function acceptBaseline(options: Options): Promise<void> {
  const { config, dataDir, route, provider, later } = options;
  const loaded = dataDir === undefined ? loadDataDir(config) : { ok: true as const, dataDir };
  if (!loaded.ok) return failed(loaded.problems);
  for (const [option, name] of Object.entries({ route, provider })) {
    if (name !== undefined && !isName(name)) return failed([`--${option}: not a ${option} name`]);
  }
  const stop = new AbortController();
  void untilStopped().then(() => stop.abort());
  const answer = await askDaemon(loaded.dataDir, { route, provider }, { later }, stop.signal);
  if (!answer.ok) return failed([answer.message]);
  process.stdout.write(`${answer.message}\n`);
}

function failed(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exitCode = 1;
}
