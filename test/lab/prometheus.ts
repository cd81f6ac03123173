import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import { RULES } from "../grafana/rule-files.ts";
import { filled, type PlacedQuery } from "../grafana/queries.ts";
import { freePort } from "./free-port.ts";
import { until } from "./wait.ts";

const START_MS = 30_000;
const QUERY_MS = 10_000;

/** A real Prometheus on loopback with the rules of this repository, scraping one target. */
export interface Prometheus extends AsyncDisposable {
  /** The series that an expression yields now. Throws with Prometheus's own words if it cannot. */
  query(expr: string): Promise<readonly Series[]>;
  /** Rules by name, with the error of their last evaluation, if any. */
  rules(): Promise<readonly EvaluatedRule[]>;
}

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

interface EvaluatedRule {
  readonly name: string;
  readonly health: "ok" | "unknown" | "err";
  readonly lastError?: string;
}

export interface PrometheusOptions {
  /** `host:port` of what answers /metrics. */
  readonly target: string;
  /** OpenMetrics text with time stamps: what had been scraped before. */
  readonly history?: string;
}

/** Starts it, and waits until the target was scraped and each rule was evaluated. */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  await using stack = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), "mailcanary-prometheus-"));
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const data = join(dir, "data");
  mkdirSync(data);
  if (options.history !== undefined) await backfill(options.history, dir, data);
  const config = join(dir, "prometheus.yml");
  writeConfig(config, options.target, dir);
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    "prometheus",
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=${address}`,
      "--log.level=warn",
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  const ended = new Promise((ended) => child.once("exit", ended));
  stack.defer(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  const prometheus = client(`http://${address}`);
  await until("a scrape and the rules", () => settled(prometheus), START_MS);
  const parts = stack.move();
  return { ...prometheus, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

export interface Answer extends PlacedQuery {
  /** How many series it yielded, or why it yielded none. */
  readonly result: number | string;
}

/** Asks every query as Grafana would, one after the other. */
export async function ask(
  prometheus: Prometheus,
  queries: readonly PlacedQuery[],
  values: { route: string; provider: string },
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const query of queries) {
    const result = await prometheus.query(filled(query.expr, values)).then(
      (series) => series.length,
      (error: unknown) => String(error),
    );
    answers.push({ ...query, result });
  }
  return answers;
}

function client(url: string): Pick<Prometheus, "query" | "rules"> {
  async function get<T>(path: string, init: RequestInit = {}): Promise<T> {
    const response = await fetch(`${url}${path}`, {
      ...init,
      signal: AbortSignal.timeout(QUERY_MS),
    });
    const body = (await response.json()) as { data: T; error?: string };
    if (!response.ok) throw new Error(body.error ?? `HTTP ${response.status}`);
    return body.data;
  }
  return {
    async query(expr) {
      const body = new URLSearchParams({ query: expr });
      return (await get<{ result: Series[] }>("/api/v1/query", { method: "POST", body })).result;
    },
    async rules() {
      const { groups } = await get<{ groups: { rules: EvaluatedRule[] }[] }>("/api/v1/rules");
      return groups.flatMap(({ rules }) => rules);
    },
  };
}

async function settled(prometheus: Pick<Prometheus, "query" | "rules">): Promise<boolean> {
  try {
    const scrapes = await prometheus.query('count_over_time(up{job="mailcanary"}[10s]) >= 3');
    const rules = await prometheus.rules();
    return scrapes.length > 0 && rules.every(({ health }) => health !== "unknown");
  } catch {
    return false; // It does not answer yet; `until` says so if it never does.
  }
}

/** The committed config and rules, with this test's target, its own pace, and no Alertmanager. */
function writeConfig(file: string, target: string, dir: string): void {
  const config = parse(readFileSync("grafana/prometheus/prometheus.yml", "utf8")) as {
    global: object;
    scrape_configs: { static_configs: { targets: string[] }[] }[];
  };
  const text = stringify({
    global: { ...config.global, scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: readdirSync(RULES).map((name) => writeRules(name, dir)),
    scrape_configs: config.scrape_configs.map((job) => ({
      ...job,
      static_configs: [{ targets: [target] }],
    })),
  });
  writeFileSync(file, text);
}

/** A group with an interval of its own would keep the test waiting. */
function writeRules(name: string, dir: string): string {
  const { groups } = parse(readFileSync(join(RULES, name), "utf8")) as { groups: object[] };
  const file = join(dir, name);
  writeFileSync(file, stringify({ groups: groups.map((group) => ({ ...group, interval: "1s" })) }));
  return file;
}

async function backfill(history: string, dir: string, data: string): Promise<void> {
  const file = join(dir, "history.om");
  writeFileSync(file, history);
  const args = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", file, data];
  await promisify(execFile)("promtool", args);
}
