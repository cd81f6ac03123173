import { join } from "node:path";
import { OUTCOMES } from "../../src/domain/canary.ts";
import type { Host } from "./host.ts";
import { OWN, RECEIVER, RESOLVER } from "./posture-names.ts";
import { until } from "./wait.ts";

/** What the daemon's metrics say at a moment. */
export interface Reading {
  /** `kind: subject`, sorted. */
  readonly findings: readonly string[];
  /** Checks that have run since the daemon started. */
  readonly checks: ReadonlySet<string>;
  /** Canaries that have ended, ever. */
  readonly ended: number;
  /** The value of a series, by the name and labels as they stand there; undefined: no such series. */
  readonly value: (series: string) => number | undefined;
  /** Every series of a metric. */
  series(metric: string): readonly string[];
}

const CONFIG_FILE = "/srv/config.json";
const DATA_DIR = "/srv/data";
const HEALTHY_DATA_DIR = "/srv/data.healthy";
const MAIN = join(import.meta.dirname, "../../src/main.ts");
const PID_FILE = "/run/daemon.pid";
const LOG_FILE = "/var/log/lab/daemon.log";
const LISTEN = "127.0.0.1:10825";
const END_TIMEOUT_MS = 15_000;

/** The daemon on a host of the lab, where alone the lab's network can be reached. */
export interface PostureDaemon extends AsyncDisposable {
  /** Undefined while it does not answer. */
  readonly read: () => Promise<Reading | undefined>;
  log(): Promise<string>;
}

export interface DaemonPlan {
  readonly password: string;
  /** Knows what an earlier run has learnt, see `keepAsHealthy`. */
  readonly hasPast: boolean;
}

export async function startPostureDaemon(
  host: Host,
  { password, hasPast }: DaemonPlan,
): Promise<PostureDaemon> {
  await host.run("rm", "-rf", DATA_DIR, LOG_FILE);
  if (hasPast) await host.run("cp", "-r", HEALTHY_DATA_DIR, DATA_DIR);
  await host.write(CONFIG_FILE, configText(password), 0o600);
  await host.write(
    "/srv/daemon",
    `#!/bin/sh
echo $$ >${PID_FILE}
export NODE_EXTRA_CA_CERTS=/etc/ssl/lab/ca.pem
exec ${process.execPath} ${MAIN} run --config ${CONFIG_FILE}
`,
    0o755,
  );
  await host.serve("daemon", "/srv/daemon");
  return {
    async read() {
      const wget = ["wget", "-q", "-O", "-", `http://${LISTEN}/metrics`];
      return host.run("busybox", ...wget).then(readingOf, () => undefined);
    },
    log: () => host.read(LOG_FILE),
    async [Symbol.asyncDispose]() {
      const pid = (await host.read(PID_FILE)).trim();
      const signal = (name: string) =>
        host.run("kill", `-${name}`, pid).then(
          () => true,
          () => false,
        );
      await signal("TERM");
      await until("the daemon to end", async () => !(await signal("0")), END_TIMEOUT_MS);
    },
  };
}

/** What `mailcanary check` says: its findings, and the checks that found nothing to judge. */
export async function checkOnce(host: Host): Promise<{ findings: string[]; unjudged: string[] }> {
  const ca = "NODE_EXTRA_CA_CERTS=/etc/ssl/lab/ca.pem";
  const command = [process.execPath, MAIN, "check", "--config", CONFIG_FILE, "--json"];
  const { results } = JSON.parse(await host.run("env", ca, ...command)) as OneLook;
  return {
    findings: results.flatMap(({ findings }) =>
      findings.map(({ kind, subject }) => `${kind}: ${subject}`),
    ),
    unjudged: results.filter(({ judged }) => !judged).map(({ check }) => check),
  };
}

interface OneLook {
  readonly results: readonly {
    readonly check: string;
    readonly judged: boolean;
    readonly findings: readonly { readonly kind: string; readonly subject: string }[];
  }[];
}

/** What the daemon that has just ended knows: the past of all that are started with one. */
export async function keepAsHealthy(host: Host): Promise<void> {
  await host.run("cp", "-r", DATA_DIR, HEALTHY_DATA_DIR);
}

function configText(password: string): string {
  const seed = (name: string, domain: string) => ({
    name,
    address: `canary@${domain}`,
    provider: name,
    imap: {
      host: RECEIVER.hostname,
      auth: { user: `canary@${domain}`, password },
    },
  });
  return JSON.stringify({
    routes: [
      {
        name: "main",
        smtp: {
          host: OWN.hostname,
          port: 587,
          tls: "starttls",
          auth: { user: `postmaster@${OWN.domain}`, password },
        },
        from: `Anna Lab <anna@${OWN.domain}>`,
        dkim: [{ domain: OWN.domain, selector: "lab" }],
      },
    ],
    seeds: [seed("bigmail", RECEIVER.domain), seed("sixmail", RECEIVER.ipv6Domain)],
    // Soon again after a restart, so that each run sends a canary of its own.
    schedule: { every: "5s" },
    jitter: "0s",
    budget: { per_seed_per_day: 100_000 },
    dns: { resolvers: [RESOLVER] },
    listen: LISTEN,
    data_dir: DATA_DIR,
    log: { format: "pretty" },
  });
}

function readingOf(text: string): Reading {
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const values = new Map(
    lines.map((line) => {
      const end = line.lastIndexOf(" ");
      return [line.slice(0, end), Number(line.slice(end + 1))];
    }),
  );
  const series = (metric: string) =>
    [...values.keys()].filter((each) => each.startsWith(`${metric}{`));
  const label = (each: string, name: string) =>
    new RegExp(`[{,]${name}="([^"]*)"`).exec(each)?.[1] ?? "";
  return {
    findings: series("deliverability_finding")
      .map((each) => `${label(each, "kind")}: ${label(each, "subject")}`)
      .toSorted(),
    checks: new Set(
      series("mailcanary_check_last_run_timestamp_seconds").map(
        (each) => `${label(each, "probe")} ${label(each, "target")}`,
      ),
    ),
    ended: OUTCOMES.flatMap((outcome) =>
      series("deliverability_canary_outcomes_total").filter(
        (each) => label(each, "outcome") === outcome,
      ),
    ).reduce((sum, each) => sum + (values.get(each) ?? 0), 0),
    value: (each) => values.get(each),
    series,
  };
}
