import { Command, InvalidArgumentError } from "commander";
import { type Checked, runChecks } from "../check.ts";
import { isIp, readDomain } from "../config/address.ts";
import { loadConfig } from "../config/load.ts";
import { configOfDomain } from "../config/of-domain.ts";
import type { Config } from "../domain/config.ts";
import type { Severity } from "../domain/severity.ts";
import { VERSION } from "../version.ts";
import { reportOf, told, verdictOf } from "./check-report.ts";
import { createLogger } from "./logger.ts";

const HELP = `
Runs every probe once and prints what it found; sends no mail. With a config file, everything that
the daemon looks at; with a domain, what can be seen from outside: records, mail servers, blocklists.

The addresses that mail leaves from are what canaries show the daemon. Here they are those given with
--exit, or else those of MX hosts within the sender's own domain. Where a domain has no SRV records
that say which servers its users log in to, the usual ports of those hosts are tried as well.

Exit code: 0 when nothing harms mail (there may be warnings), 1 when something does, and 2 when
nothing certainly does but something could not be told. A wrong config file is 1 too.`;

const EXIT_CODES: Readonly<Record<Severity, number>> = { ok: 0, warn: 0, fail: 1, unknown: 2 };

interface CheckOptions {
  readonly config?: string;
  readonly exit?: readonly string[];
  readonly json?: boolean;
}

/** `mailcanary check`: every probe once. */
export function checkCommand(): Command {
  return new Command("check")
    .description("look once at everything around the mail: DNS, blocklists, TLS, mailboxes")
    .argument("[domain]", "look at this domain instead of what a config file names", domainOf)
    .option("-c, --config <file>", "the config file; see config.example.yaml")
    .option("--exit <address>", "an address that mail leaves from; repeatable", addExit)
    .option("--json", "print JSON, for scripts")
    .addHelpText("after", HELP)
    .action(check);
}

async function check(
  domain: string | undefined,
  options: CheckOptions,
  command: Command,
): Promise<void> {
  if ((domain === undefined) === (options.config === undefined)) {
    command.error("error: expected a domain, or a config file with --config");
  }
  const config = configOf(domain, options.config);
  if (config === undefined) {
    process.exitCode = 1;
    return;
  }
  const log = createLogger({ level: "error", format: "pretty" }, config.secrets, process.stderr);
  const progress = createProgress(process.stderr);
  const checked = await runChecks(config, log, new AbortController().signal, {
    ...(options.exit === undefined ? {} : { exits: options.exit }),
    guessesEndpoints: domain !== undefined,
    onResult: (_, checks) => progress.step(checks),
  });
  progress.end();
  process.stdout.write(options.json === true ? jsonOf(checked) : reportOf(checked, stdoutPaper()));
  process.exitCode = EXIT_CODES[verdictOf(checked)];
}

function configOf(domain: string | undefined, path: string | undefined): Config | undefined {
  if (domain !== undefined) return configOfDomain(domain);
  const loaded = loadConfig(path ?? "");
  if (loaded.ok) return loaded.config;
  for (const problem of loaded.problems) process.stderr.write(`${problem}\n`);
  return undefined;
}

/** One document; the names are those of the metrics and of docs/findings.md. */
function jsonOf(checked: Checked): string {
  const document = {
    version: VERSION,
    severity: verdictOf(checked),
    exits: checked.exits,
    results: checked.results.map((result) => ({
      check: result.check,
      probe: result.probe,
      labels: result.labels,
      severity: result.severity,
      judged: result.judged,
      observedAt: new Date(result.observedAt).toISOString(),
      durationSeconds: result.durationMs / 1000,
      findings: told(result),
      observed: result.observed ?? [],
      samples: result.samples.map(({ metric, labels, value }) => ({
        metric: metric.name,
        labels,
        value,
      })),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** https://no-color.org: any value of NO_COLOR but the empty one. */
function stdoutPaper() {
  const { isTTY, columns } = process.stdout;
  const colours = isTTY && (process.env["NO_COLOR"] ?? "") === "" && process.env["TERM"] !== "dumb";
  return { colours, columns: isTTY ? columns : undefined };
}

/** `12 of 48 checks` on a line of its own that goes away again; nothing where nobody watches. */
function createProgress(out: NodeJS.WriteStream): { step(checks: number): void; end(): void } {
  const clear = "\r\u001b[K";
  let done = 0;
  const write = (text: string): void => {
    if (out.isTTY) out.write(text);
  };
  return {
    step(checks) {
      done += 1;
      write(`${clear}${done} of ${checks} checks`);
    },
    end: () => write(clear),
  };
}

function domainOf(text: string): string {
  // Copied from a zone file or the output of dig, it ends with the root's dot (RFC 1034 §3.1).
  const domain = readDomain(text.replace(/\.$/, ""));
  if (domain?.includes(".") === true) return domain;
  throw new InvalidArgumentError("Expected a domain, such as example.org.");
}

function addExit(text: string, earlier: readonly string[] = []): readonly string[] {
  if (isIp(text)) return [...earlier, text];
  throw new InvalidArgumentError("Expected an IP address.");
}
