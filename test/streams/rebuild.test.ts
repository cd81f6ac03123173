import { expect, it } from "vitest";
import type { Outcome } from "../../src/domain/canary.ts";
import { type RouteBook, routeBook } from "./book-of-route.ts";

const OUTCOMES: readonly Outcome[] = ["inbox", "inbox", "inbox", "missing", "unknown", "inbox"];

/** Two providers, one of which begins to fail; an alarm, its acceptance, and what comes after. */
async function live(book: RouteBook, afterEach: () => void): Promise<void> {
  const big = book.send("bigmail", 60);
  const post = book.send("postbox", 60).toReversed();
  for (const [n, id] of big.entries()) {
    await book.decide(id, n < 40 ? (OUTCOMES[n % OUTCOMES.length] ?? "inbox") : "spam");
    afterEach();
    await book.decide(post[n] ?? "", n === 3 ? "missing" : "inbox");
    afterEach();
  }
  await book.turnUp(big[3] ?? "");
  expect(book.watch.streams.reading("main")?.scope).toEqual(["bigmail"]);
  expect(await book.accept("bigmail")).toMatchObject({ ok: true });
  afterEach();
  for (const [n, id] of book.send("bigmail", 20).entries()) {
    await book.decide(id, n % 4 === 0 ? "inbox" : "missing");
    afterEach();
  }
}

it("learns the very same from the canaries that are remembered when states are damaged", async () => {
  using book = routeBook();
  await live(book, () => undefined);
  const states = book.states();
  expect(Object.values(states).every((state) => (state?.length ?? 0) > 100)).toBe(true);
  for (const damaged of ["", "null", '{"streams":[]}', states["attrition main"]?.slice(1) ?? ""]) {
    book.damage(damaged);
    expect(book.states()).toEqual(states);
  }
  expect(book.log.lines).toContainEqual({
    level: "warn",
    message: "Learnt again what was missing or damaged",
    data: { route: "main", states: Object.keys(states) },
  });
});

it(
  "keeps the same state when it is killed between any two outcomes",
  { timeout: 60_000 },
  async () => {
    using steady = routeBook();
    using killed = routeBook();
    await live(steady, () => undefined);
    await live(killed, () => killed.crash());
    expect(killed.states()).toEqual(steady.states());
  },
);

it("looks at no history while the states are in order", async () => {
  using book = routeBook();
  await live(book, () => undefined);
  const before = book.log.lines.length;
  book.crash();
  expect(book.log.lines.slice(before)).toEqual([]);
});
