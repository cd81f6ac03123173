import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import type { Canary } from "../../src/domain/canary.ts";
import { startDaemon } from "./daemon-process.ts";
import { buildHouse, get, type House, until, value } from "./house.ts";

/** Kills, at least and at most: on a busy machine few canaries go in one round. */
const ROUNDS = { least: 5, most: 15 } as const;

it(
  "accounts for every canary exactly once when it is killed at any moment",
  { timeout: 90_000 },
  async () => {
    await using house = await buildHouse();
    writeSchedule(house, "1s");
    for (
      let round = 0;
      round < ROUNDS.least || (round < ROUNDS.most && tokens(house).length <= ROUNDS.least);
      round += 1
    ) {
      const daemon = await startDaemon(house.configPath);
      await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 1000));
      daemon.process.kill("SIGKILL");
      await once(daemon.process, "exit");
    }
    writeSchedule(house, "12h");
    const daemon = await startDaemon(house.configPath);
    const metrics = await until(
      () => get(daemon.url, "/metrics"),
      (text) =>
        house.world.providers.every(
          ({ name }) => value(text, "deliverability_canary_in_flight", { seed: name }) === 0,
        ),
      40_000,
    );
    daemon.process.kill("SIGTERM");
    const [code] = (await once(daemon.process, "exit")) as [number];

    const canaries = readCanaries(house);
    const delivered = tokens(house);
    expect(code).toBe(0);
    expect(delivered.length).toBeGreaterThan(ROUNDS.least);
    expect(new Set(delivered).size).toBe(delivered.length);
    const arrived = canaries.filter(({ arrival }) => arrival !== undefined);
    expect(arrived.map(({ token }) => token).toSorted()).toEqual(delivered.toSorted());
    for (const outcome of ["inbox", "unknown", "missing", "refused"]) {
      const rows = canaries.filter((canary) => canary.outcome === outcome).length;
      expect({ outcome, counted: counted(metrics, outcome) }).toEqual({ outcome, counted: rows });
    }
  },
);

function writeSchedule(house: House, every: string): void {
  const text = readFileSync(house.configPath, "utf8")
    .replace(/every: \S+/, `every: ${every}`)
    .replace(/late: \S+/, "late: 2s")
    .replace(/lost: \S+/, "lost: 4s")
    .replace(/jitter: \S+/, "jitter: 50ms")
    .replace(/per_seed_per_day: \d+/, "per_seed_per_day: 100000");
  writeFileSync(house.configPath, text);
}

function readCanaries(house: House): Canary[] {
  using db = new DatabaseSync(join(house.dir, "data", "mailcanary.sqlite"));
  const rows = db.prepare("SELECT body FROM canary").all();
  return rows.map((row) => JSON.parse(String(row["body"])) as Canary);
}

/** The token of every canary in every mailbox. */
function tokens(house: House): string[] {
  return house.world.providers.flatMap(({ account }) =>
    account.folders.flatMap(({ mails }) => mails.map(({ raw }) => tokenOf(raw))),
  );
}

function tokenOf(raw: string): string {
  return /^X-Canary-Token: (\S+)/m.exec(raw)?.[1] ?? "none";
}

function counted(metrics: string, outcome: string): number {
  const lines = metrics.matchAll(
    new RegExp(`^deliverability_canary_outcomes_total\\{[^}]*outcome="${outcome}"\\} (\\d+)`, "gm"),
  );
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
}
