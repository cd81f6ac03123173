import { basename } from "node:path";
import { Command } from "commander";
import { configJsonSchema } from "../config/json-schema.ts";
import { loadConfig } from "../config/load.ts";
import { canariesPerDay } from "../config/schedule.ts";
import type { Config } from "../domain/config.ts";

/** `mailcanary config`: looks at the config file, or says what may stand in one. */
export function configCommand(): Command {
  const check = new Command("check")
    .description("say everything that is wrong with the config file; the network is not touched")
    .requiredOption("-c, --config <file>", "the config file; see config.example.yaml")
    .action(checkConfig);
  const schema = new Command("schema")
    .description("print the JSON Schema of the config file, for editors")
    .action(() => {
      process.stdout.write(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
    });
  return new Command("config")
    .description("check the config file, or print its JSON Schema")
    .addCommand(check)
    .addCommand(schema);
}

function checkConfig({ config: path }: { config: string }): void {
  const loaded = loadConfig(path);
  if (loaded.ok) {
    process.stdout.write(`${basename(path)} is fine: ${summarise(loaded.config)}\n`);
    return;
  }
  for (const problem of loaded.problems) process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}

/** `1 route, 3 seeds, about 144 canaries a day`. */
function summarise(config: Config): string {
  const canaries = Math.round(canariesPerDay(config));
  return [
    counted(config.routes.length, "route"),
    counted(config.seeds.length, "seed"),
    canaries < 1 ? "less than a canary a day" : `about ${counted(canaries, "canary")} a day`,
  ].join(", ");
}

function counted(count: number, noun: "route" | "seed" | "canary"): string {
  const plural = noun === "canary" ? "canaries" : `${noun}s`;
  return `${count} ${count === 1 ? noun : plural}`;
}
