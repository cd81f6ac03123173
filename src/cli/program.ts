import { Command } from "commander";
import { ListenSyntaxError } from "../config/listen.ts";
import { StoreError } from "../domain/store.ts";
import { VERSION } from "../version.ts";
import { checkCommand } from "./check.ts";
import { acceptBaselineCommand } from "./accept-baseline.ts";
import { configCommand } from "./config.ts";
import { demoCommand } from "./demo.ts";
import { detectCommand } from "./detect.ts";
import { runCommand } from "./run.ts";

/** Runs the command line and answers the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    await program().parseAsync([...argv]);
    return Number(process.exitCode ?? 0);
  } catch (error) {
    const said = operatorError(error);
    if (said === undefined) throw error;
    process.stderr.write(`mailcanary: ${said}\n`);
    return 1;
  }
}

function program(): Command {
  return new Command("mailcanary")
    .description("Notices when your mail is silently filed as spam, says why, and says what to do.")
    .version(VERSION)
    .addCommand(runCommand())
    .addCommand(checkCommand())
    .addCommand(configCommand())
    .addCommand(acceptBaselineCommand())
    .addCommand(detectCommand())
    .addCommand(demoCommand());
}

/** What the operator can mend, in a sentence; undefined for a bug, which shows its stack. */
function operatorError(error: unknown): string | undefined {
  if (error instanceof StoreError || error instanceof ListenSyntaxError) return error.message;
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  switch (error.code) {
    case "EADDRINUSE":
      return `the listen address is in use by another program (${error.message}); set listen in the config file or --listen`;
    case "EADDRNOTAVAIL":
    case "EACCES":
      return `cannot listen there (${error.message}); set listen in the config file or --listen`;
    default:
      return undefined;
  }
}
