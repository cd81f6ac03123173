import { expect, it } from "vitest";
import type { Config } from "../../src/domain/config.ts";
import type { Seed } from "../../src/domain/seed.ts";
import { scriptServer } from "../fakes/script-server.ts";
import { buildHouse, get, type House, until, value } from "./house.ts";

const SEEDS = 40;
const LATE = "Some connections did not close in time; leaving them";

it("stops at once, and closes every connection, while no server says a word", async () => {
  await using house = await buildHouse();
  const submission = await scriptServer((socket) => void socket.resume());
  const mailbox = await scriptServer((socket) => void socket.resume());
  const { routes, seeds } = manySeeds(house);
  const app = await house.start({
    routes: routes.map((route) => ({ ...route, smtp: { ...route.smtp, port: submission.port } })),
    seeds: seeds.map((seed) => ({ ...seed, imap: { ...seed.imap, port: mailbox.port } })),
    limits: { concurrency: 16, perHost: 16 },
  });
  await until(
    () => [submission, mailbox],
    (servers) => servers.every(({ connections }) => connections.length > 0),
  );
  await app[Symbol.asyncDispose]();
  await Promise.all([submission.allClosed(), mailbox.allClosed()]);
  expect(house.log.lines.map(({ message }) => message)).not.toContain(LATE);
});

it("stops at once with canaries in flight to many seeds", async () => {
  await using house = await buildHouse({
    faults: [{ kind: "drop-at", provider: "bigmail", amount: 1 }],
  });
  const app = await house.start({ ...manySeeds(house), limits: { concurrency: 16, perHost: 16 } });
  await until(
    () => get(app.url, "/metrics"),
    (text) => inFlight(text) === SEEDS,
  );
  await app[Symbol.asyncDispose]();
  await until(
    () => house.world.providers[0]?.account.sessions,
    (sessions) => sessions === 0,
  );
  expect(house.log.lines.map(({ message }) => message)).not.toContain(LATE);
});

/** Many seeds that share the first one's mailbox; no second canary by the clock. */
function manySeeds(house: House): Pick<Config, "routes" | "seeds" | "schedule"> {
  const { routes, seeds } = house.config();
  const [first] = seeds;
  if (first === undefined) throw new Error("the world has no seeds");
  const seedNumber = (n: number): Seed => ({ ...first, name: `seed${n}` });
  return {
    routes,
    seeds: Array.from({ length: SEEDS }, (_, n) => seedNumber(n)),
    schedule: { kind: "every", everyMs: 3_600_000 },
  };
}

function inFlight(exposition: string): number {
  return Array.from({ length: SEEDS }, (_, n) =>
    value(exposition, "deliverability_canary_in_flight", { seed: `seed${n}` }),
  ).reduce<number>((sum, one) => sum + (one ?? 0), 0);
}
