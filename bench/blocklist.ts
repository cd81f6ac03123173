/**
 * How long 40 blocklists take to be asked about 4 addresses, against the slowest single answer and
 * against Debian's check_rbl (package monitoring-plugins-contrib) in the same run:
 * `node bench/blocklist.ts`. The lists are behind a resolver of our own on loopback; check_rbl asks
 * port 53 alone, so it takes root and is left out without.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Config } from "../src/domain/config.ts";
import { HOUR } from "../src/domain/duration.ts";
import type { Net } from "../src/domain/net.ts";
import type { Verdict } from "../src/domain/result.ts";
import { BLOCKLISTS } from "../src/mail/blocklist-catalogue.ts";
import { createClock } from "../src/net/clock.ts";
import { createDns } from "../src/net/dns-client.ts";
import { blocklist } from "../src/probes/blocklist/probe.ts";
import { benchConfig } from "./shared/daemon.ts";
import { circumstances, median, print, table } from "./shared/figures.ts";
import { type Mood, type SlowLists, startSlowLists } from "./shared/slow-lists.ts";

const LISTS = 40;
const IPS = ["198.18.0.25", "198.18.0.26", "198.18.1.27", "198.18.1.28"];
const RUNS = 5;
const CHECK_RBL = "/usr/lib/nagios/plugins/check_rbl";
const HOST = "127.0.0.153";
/** The number at which check_rbl has all of its questions under way. */
const ALL_AT_ONCE = String(LISTS);

const run = promisify(execFile);
const withCheckRbl = existsSync(CHECK_RBL) && process.getuid?.() === 0;

interface Measured {
  readonly wallMs: number;
  readonly slowestMs: number;
  readonly questions: number;
  /** `address list`, of what was called listed. */
  readonly listed: readonly string[];
}

print(circumstances());
for (const bad of [false, true]) await compare(bad);

/** `bad`: three of the lists are not what they seem; one address is really listed on another. */
async function compare(bad: boolean): Promise<void> {
  const zones = Array.from({ length: LISTS }, (_, n) => `l${n}.lists.test`);
  const moods = new Map<string, Mood>(zones.map((zone) => [zone, "good"]));
  if (bad) {
    for (const [n, mood] of (["lists-everything", "refuses-us", "rewritten"] as const).entries()) {
      moods.set(zones[n] ?? "", mood);
    }
  }
  const entries = new Set(bad ? [`25.0.18.198.${zones[20] ?? ""}`] : []);
  const port = withCheckRbl ? 53 : 0;
  await using lists = await startSlowLists({ moods, entries, host: HOST, port });
  const ways: [name: string, way: () => Promise<readonly string[]>][] = [
    ["Mailcanary, with a self-test of each list", () => ours(zones, lists)],
    ...(withCheckRbl
      ? ([
          ["check_rbl, as it comes, one address after the other", () => theirs(zones, [])],
          [
            "check_rbl, 40 workers, 4 processes at once",
            () => theirs(zones, ["--workers", ALL_AT_ONCE]),
          ],
        ] satisfies typeof ways)
      : []),
  ];
  const rows: string[][] = [];
  for (const [name, way] of ways) {
    const measured: Measured[] = [];
    for (let n = 0; n < RUNS; n++) measured.push(await measure(way, lists));
    rows.push(rowOf(name, measured));
  }
  print(
    bad ? "\nOne list lists everything, one refuses, one is rewritten; one entry is real:\n" : "",
  );
  print(
    table(
      [
        "",
        "questions",
        "slowest answer, ms",
        "wall, ms (median)",
        "wall / slowest",
        "called listed",
      ],
      rows,
    ),
  );
  if (!withCheckRbl) print(`check_rbl left out: ${CHECK_RBL} is not there, or this is not root.`);
}

async function measure(way: () => Promise<readonly string[]>, lists: SlowLists): Promise<Measured> {
  lists.tally();
  const began = performance.now();
  const listed = await way();
  return { wallMs: performance.now() - began, ...lists.tally(), listed };
}

function rowOf(name: string, measured: readonly Measured[]): string[] {
  const wall = median(measured.map(({ wallMs }) => wallMs));
  const slowest = median(measured.map(({ slowestMs }) => slowestMs));
  const ratio = median(measured.map(({ wallMs, slowestMs }) => wallMs / slowestMs));
  const [{ questions, listed } = { questions: 0, listed: [] }] = measured;
  return [
    name,
    String(questions),
    slowest.toFixed(0),
    wall.toFixed(0),
    ratio.toFixed(2),
    String(listed.length),
  ];
}

/** Every check of the probe at once, as the daemon runs them, with nothing cached. */
async function ours(zones: readonly string[], { address }: SlowLists): Promise<readonly string[]> {
  const nowhere = { host: "127.0.0.1", domain: "own.example", password: "none", ca: "" };
  const config: Config = {
    ...benchConfig({
      submission: nowhere,
      mailboxes: nowhere,
      routes: 1,
      seeds: 0,
      everyMs: 1,
      dataDir: "",
    }),
    blocklists: {
      keys: { spamhausDqs: undefined, abusix: undefined },
      enabled: [],
      disabled: BLOCKLISTS.map(({ name }) => name),
      zones: zones.map((zone) => ({
        name: zone,
        zone,
        lists: ["ipv4"],
        meaning: "listed",
        removal: undefined,
        everyMs: HOUR,
      })),
      intervals: [],
      subjects: IPS,
    },
  };
  const net = {
    clock: createClock(),
    dns: createDns({ servers: [address] }),
    seen: { exits: () => [], arrived: () => [] },
  } as unknown as Net;
  const { signal } = new AbortController();
  const verdicts = await Promise.all(
    blocklist.checks(config).map(async (check): Promise<[string, Verdict]> => {
      return [check.labels["list"] ?? "", await check.run(net, signal)];
    }),
  );
  return verdicts.flatMap(([list, { findings }]) =>
    findings
      .filter(({ kind }) => kind === "blocklist-listed")
      .map(({ subject }) => `${subject} ${list}`),
  );
}

/** In a mount namespace of its own, where /etc/resolv.conf names our resolver and no other. */
async function theirs(
  zones: readonly string[],
  workers: readonly string[],
): Promise<readonly string[]> {
  const dir = mkdtempSync(join(tmpdir(), "mailcanary-bench-"));
  try {
    const resolvConf = join(dir, "resolv.conf");
    writeFileSync(resolvConf, `nameserver ${HOST}\n`);
    const check = async (ip: string): Promise<readonly string[]> => {
      const script = `mount --bind ${resolvConf} /etc/resolv.conf && exec "$0" "$@"`;
      const servers = zones.flatMap((zone) => ["-s", zone]);
      const limits = ["-H", ip, "-c", "1", "-w", "1", "-t", "60", ...workers, ...servers];
      const { stdout } = await run("unshare", ["-m", "sh", "-c", script, CHECK_RBL, ...limits])
        // Exit code 2: it is listed somewhere.
        .catch((error: unknown) => error as { readonly stdout: string });
      if (!stdout.startsWith("CHECK_RBL ")) throw new Error(`check_rbl said: ${stdout}`);
      return [...stdout.matchAll(/(\S+\.lists\.test) \(/g)].map(([, zone]) => `${ip} ${zone}`);
    };
    if (workers.length > 0) return (await Promise.all(IPS.map(check))).flat();
    const listed: string[] = [];
    for (const ip of IPS) listed.push(...(await check(ip)));
    return listed;
  } finally {
    rmSync(dir, { recursive: true });
  }
}
