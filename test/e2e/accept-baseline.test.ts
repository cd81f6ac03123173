import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { parseFault } from "../../src/demo/fault.ts";
import { buildHouse, get, type House, until, value } from "./house.ts";

const ALARM = "deliverability_attrition_alarm";
const SENT = 8;

it("ends an alarm by command while the daemon runs, and keeps it ended", async () => {
  await using house = await buildHouse({ faults: [parseFault("spam-at=bigmail")] });
  const { attrition } = house.config();
  const over = {
    schedule: { kind: "every", everyMs: 50 },
    budget: { perSeedPerDay: SENT },
    attrition: { ...attrition, burst: false },
  } as const;
  {
    await using app = await house.start(over);
    await until(
      () => get(app.url, "/metrics"),
      (text) =>
        value(text, ALARM, { provider: "bigmail" }) === 1 &&
        ["bigmail", "postbox", "oldmail"].every((seed) => ended(text, seed) === SENT),
    );
    expect(
      await command(house, "--provider", "postbox", "--data-dir", join(house.dir, "data")),
    ).toMatchObject({
      code: 0,
      stdout: "No alarm is on for postbox on route newsletter: nothing was changed.\n",
    });
    const said = await command(house);
    expect(said.stdout).toMatch(
      /^Accepted for route newsletter and bigmail: .* 0 % of them in the inbox\. That is below/,
    );
    const metrics = await get(app.url, "/metrics");
    expect(value(metrics, ALARM, { provider: "bigmail" })).toBe(0);
    expect(metrics).not.toContain('kind="inbox-attrition"');
    expect(await command(house, "--route", "newsleter")).toEqual({
      code: 1,
      stdout: "",
      stderr: "There is no route called newsleter, expected one of newsletter.\n",
    });
    expect(readdirSync(join(house.dir, "data")).filter((name) => name.startsWith("acc"))).toEqual(
      [],
    );
  }
  await using again = await house.start(over);
  expect(value(await get(again.url, "/metrics"), ALARM, { provider: "bigmail" })).toBe(0);
});

function ended(metrics: string, seed: string): number {
  return ["inbox", "spam"]
    .map(
      (outcome) => value(metrics, "deliverability_canary_outcomes_total", { seed, outcome }) ?? 0,
    )
    .reduce((sum, count) => sum + count);
}

async function command(house: House, ...options: readonly string[]) {
  const route = options.includes("--route") ? [] : ["--route", "newsletter"];
  const args = ["src/main.ts", "accept-baseline", "--config", house.configPath];
  try {
    const said = await promisify(execFile)(process.execPath, [...args, ...route, ...options], {
      // None of the secrets that the config file may name is needed.
      env: {},
    });
    return { code: 0, ...said };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}
