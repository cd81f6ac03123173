import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { collectDefaultMetrics, Registry } from "prom-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dashboardQueries, ruleQueries } from "../grafana/queries.ts";
import { classicText, historyText } from "./exposition-text.ts";
import { type Answer, ask, type Prometheus, startPrometheus } from "./prometheus.ts";
import { type Family, troubledMetrics } from "./troubled-metrics.ts";

const FOLDER = "grafana/prometheus";

describe("Debian's own tools", () => {
  it.each([
    ["promtool", ["check", "rules", "--lint=all", "--lint-fatal", ...files("rules")]],
    ["promtool", ["test", "rules", ...files("tests")]],
    ["promtool", ["check", "config", `${FOLDER}/prometheus.yml`]],
    ["amtool", ["check-config", `${FOLDER}/alertmanager.yml`]],
  ])("%s %j is content", (tool, args) => {
    expect(execFileSync(tool, args, { encoding: "utf8", stdio: "pipe" })).toMatch(/SUCCESS/);
  });
});

describe("a real Prometheus, with every fault in force somewhere", () => {
  const stack = new AsyncDisposableStack();
  let prometheus: Prometheus;
  let answers: readonly Answer[] = [];

  beforeAll(async () => {
    const start = seconds() - 10 * 3600;
    const metrics = (now: number): readonly Family[] => troubledMetrics(now, start);
    const target = await serve(stack, () => classicText(metrics(seconds())));
    const labels = { job: "mailcanary", instance: target };
    const history = historyText(metrics, everyFourMinutesOfTheLast(27 * 3600), labels);
    prometheus = stack.use(await startPrometheus({ target, history }));
    const values = { route: "main", provider: "well|spamming|slow|unreadable" };
    answers = await ask(prometheus, [...dashboardQueries(), ...ruleQueries()], values);
  });
  afterAll(() => stack.disposeAsync());

  it.each(troubledMetrics(0, 0).map((family): [string, Family] => [family.metric.name, family]))(
    "%s is in the fixture",
    (_, { series }) => {
      expect(series.length).toBeGreaterThan(0);
    },
  );

  it.each(
    [...dashboardQueries(), ...ruleQueries()].filter(({ where }) => !needsADeadDaemon(where)),
  )("$where yields data", ({ where }) => {
    const { result } = answers.find((answer) => answer.where === where) ?? {};
    expect(result).toSatisfy((count) => typeof count === "number" && count > 0);
  });

  it("evaluates every rule without an error", async () => {
    const rules = await prometheus.rules();
    expect(rules.length).toBe(ruleQueries().length);
    expect(rules.filter(({ health }) => health !== "ok")).toEqual([]);
  });

  it("does not say that the daemon is down", () => {
    expect(answers.find(({ where }) => needsADeadDaemon(where))?.result).toBe(0);
  });

  it.each([
    ["InboxAttrition", ["spamming"]],
    ["PlacementSpam", ["spamming"]],
    ["DeliveryStalled", ["slow"]],
    ["CanaryBounced", ["bouncing"]],
    ["AuthenticationBroken", ["spamming"]],
    ["SeedUnreadable", ["unreadable"]],
    ["CanariesStopped", ["quiet"]],
    ["MonitorBlind seeds", ["unreadable"]],
    ["MonitorBlind outcomes", ["foggy"]],
  ])("%s is about the provider in question and no other", async (where, providers) => {
    const rule = ruleQueries().find((query) => query.where === where);
    const series = await prometheus.query(rule?.expr ?? "");
    expect(series.map(({ metric }) => metric["provider"])).toEqual(providers);
  });
});

function files(kind: "rules" | "tests"): string[] {
  return readdirSync(`${FOLDER}/${kind}`).map((file) => `${FOLDER}/${kind}/${file}`);
}

function needsADeadDaemon(where: string): boolean {
  return where === "MailcanaryDown";
}

function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

function everyFourMinutesOfTheLast(length: number): readonly number[] {
  const now = seconds();
  return Array.from({ length: length / 240 }, (_, step) => now - length + step * 240);
}

/** Serves the text with the metrics of this process, as the daemon does, until the stack ends. */
async function serve(stack: AsyncDisposableStack, text: () => string): Promise<string> {
  const process = new Registry();
  collectDefaultMetrics({ register: process });
  const server = createServer((_, response) => {
    process.metrics().then(
      (own) => response.end(text() + own),
      () => response.destroy(),
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  stack.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
