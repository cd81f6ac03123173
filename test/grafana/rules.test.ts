import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { alerts } from "./rule-files.ts";

const PROMETHEUS = "grafana/prometheus";
const RUNBOOK = "https://github.com/mailcanary/mailcanary/blob/main/docs/alerts.md#";

const NAMES = [...new Set(alerts().map(({ alert }) => alert))];
const DOCS = readFileSync("docs/alerts.md", "utf8");
const TESTS = readdirSync(`${PROMETHEUS}/tests`)
  .map((file) => readFileSync(`${PROMETHEUS}/tests/${file}`, "utf8"))
  .join("\n");

it.each(alerts())("$alert $labels.reason: says how bad, what, and where to read on", (rule) => {
  const { alert, labels, annotations } = rule;
  expect(alert).toMatch(/^(?:[A-Z][a-z]+)+$/);
  expect(labels?.["severity"]).toMatch(/^(?:critical|warning)$/);
  expect(annotations?.["summary"]).toMatch(/\S{3,}/);
  expect(annotations?.["description"]).toMatch(/[.]\s*$/);
  expect(annotations?.["runbook_url"]).toBe(`${RUNBOOK}${alert.toLowerCase()}`);
});

it("docs/alerts.md has a heading for each alert, and for no other", () => {
  const headings = [...DOCS.matchAll(/^## (?<name>\w+)$/gm)].map(
    ({ groups }) => groups?.["name"] ?? "",
  );
  expect(headings.toSorted()).toEqual(NAMES.toSorted());
});

it.each(NAMES)("%s: docs/alerts.md states its severity", (name) => {
  const severity = alerts().find(({ alert }) => alert === name)?.labels?.["severity"];
  const section = DOCS.split(`## ${name}\n`)[1];
  expect(section?.trimStart()).toMatch(new RegExp(`^_${severity}\\._`));
});

it.each(NAMES)("%s: a promtool test shows it firing, with its words", (name) => {
  expect(TESTS).toMatch(new RegExp(`alertname: ${name}\\n +exp_alerts:\\n +- exp_labels`));
});

it("alertmanager.yml silences alerts by names that exist", () => {
  const { inhibit_rules } = parse(readFileSync(`${PROMETHEUS}/alertmanager.yml`, "utf8")) as {
    inhibit_rules: readonly { source_matchers: string[]; target_matchers: string[] }[];
  };
  const matchers = inhibit_rules.flatMap((rule) => [
    ...rule.source_matchers,
    ...rule.target_matchers,
  ]);
  const named = matchers.flatMap((matcher) => {
    const list = /^alertname=~?"(?<names>.+)"$/.exec(matcher)?.groups?.["names"];
    return list?.split("|") ?? [];
  });
  expect(named).toContain("MonitorBlind");
  expect(named.filter((name) => !NAMES.includes(name))).toEqual([]);
});
