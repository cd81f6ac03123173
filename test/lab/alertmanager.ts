import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { until } from "./wait.ts";

const START_MS = 20_000;
const REQUEST_MS = 5_000;

/** A real Alertmanager on loopback with the committed config. */
export interface Alertmanager extends AsyncDisposable {
  /** Raises alerts that stay on. */
  raise(alerts: readonly Labels[]): Promise<void>;
  /** The labels of the alerts that nothing inhibits. */
  loud(): Promise<readonly Labels[]>;
}

type Labels = Readonly<Record<string, string>>;

export async function startAlertmanager(): Promise<Alertmanager> {
  await using stack = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), "mailcanary-alertmanager-"));
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    "prometheus-alertmanager",
    [
      "--config.file=grafana/prometheus/alertmanager.yml",
      `--storage.path=${dir}`,
      `--web.listen-address=${address}`,
      "--cluster.listen-address=",
      "--log.level=error",
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  const ended = new Promise((ended) => child.once("exit", ended));
  stack.defer(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  const url = `http://${address}/api/v2/alerts`;
  const signal = (): AbortSignal => AbortSignal.timeout(REQUEST_MS);
  await until("Alertmanager", () => answers(`http://${address}/-/ready`), START_MS);
  const parts = stack.move();
  return {
    async raise(alerts) {
      const body = JSON.stringify(alerts.map((labels) => ({ labels })));
      const headers = { "content-type": "application/json" };
      const response = await fetch(url, { method: "POST", headers, body, signal: signal() });
      if (!response.ok) throw new Error(await response.text());
    },
    async loud() {
      const response = await fetch(`${url}?inhibited=false`, { signal: signal() });
      return ((await response.json()) as { labels: Labels }[]).map(({ labels }) => labels);
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(REQUEST_MS) })).ok;
  } catch {
    return false; // It does not listen yet; `until` says so if it never does.
  }
}
