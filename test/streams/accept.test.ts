import { expect, it } from "vitest";
import type { Outcome } from "../../src/domain/canary.ts";
import { type RouteBook, routeBook } from "./book-of-route.ts";

async function decideAll(book: RouteBook, ids: readonly string[], outcome: (n: number) => Outcome) {
  for (const [n, id] of ids.entries()) await book.decide(id, outcome(n));
}

/** The fall begins with the 60th canary. */
async function fallen(providers: readonly string[], route = "main"): Promise<RouteBook> {
  const book = routeBook();
  const sent = providers.map((provider) => book.send(provider, 75, route));
  for (let n = 0; n < 75; n += 1) {
    for (const ids of sent) await book.decide(ids[n] ?? "", n < 60 ? "inbox" : "spam");
  }
  return book;
}

const scope = (book: RouteBook) => book.watch.streams.reading("main")?.scope;

it("ends the alarm and learns the normal afresh from what came since the fall", async () => {
  using book = await fallen(["bigmail"]);
  expect(scope(book)).toEqual(["bigmail"]);
  const answer = await book.accept();
  expect(answer.ok).toBe(true);
  expect(answer.message).toMatch(
    /^Accepted for route main and bigmail: the alarm is over\. .* from 1\d canaries since about 2026-11-22 \d\d:\d\d UTC, \d+ % of them in the inbox\./,
  );
  expect(scope(book)).toEqual([]);
  expect(book.watch.streams.reading("main")?.normal).toBeLessThan(0.8);
  book.crash();
  expect(scope(book)).toEqual([]);
});

it("says that a rate below the objective will not stay accepted, and it does not", async () => {
  using book = await fallen(["bigmail"]);
  expect((await book.accept()).message).toContain(
    "below the objective of 95 %, which is never normal",
  );
  await decideAll(book, book.send("bigmail", 15), () => "spam");
  expect(scope(book)).toEqual(["bigmail"]);
});

it("accepts one provider and leaves the alarm of another", async () => {
  using book = routeBook();
  const [big, post] = [book.send("bigmail", 80), book.send("postbox", 100)];
  for (let n = 0; n < 80; n += 1) {
    await book.decide(big[n] ?? "", n < 60 ? "inbox" : "spam");
    await book.decide(post[n] ?? "", "inbox");
  }
  await decideAll(book, post.slice(80), () => "missing");
  expect(scope(book)).toEqual(["bigmail", "postbox"]);
  await book.accept("postbox");
  expect(scope(book)).toEqual(["bigmail"]);
});

it("accepts what is about the route as a whole only as a whole", async () => {
  using book = await fallen(["bigmail", "postbox"]);
  expect(scope(book)).toEqual(["_all"]);
  const before = book.states();
  expect(await book.accept("bigmail")).toEqual({
    ok: false,
    message:
      "The alarm is about route main as a whole: nothing was changed. Accept it without naming a provider.",
  });
  expect(book.states()).toEqual(before);
  expect((await book.accept()).message).toContain("all its providers");
  expect(scope(book)).toEqual([]);
});

it("changes nothing where no alarm is on", async () => {
  using book = routeBook();
  expect(await book.accept()).toEqual({
    ok: true,
    message: "No alarm is on for route main: nothing was changed.",
  });
  await decideAll(book, book.send("bigmail", 10), (n) => (n === 5 ? "spam" : "inbox"));
  const before = book.states();
  expect((await book.accept("bigmail")).message).toBe(
    "No alarm is on for bigmail on route main: nothing was changed.",
  );
  expect(book.states()).toEqual(before);
});

it("knows no route and no provider that the config file has not", async () => {
  using book = routeBook();
  expect(await book.accept(undefined, "mian")).toEqual({
    ok: false,
    message: "There is no route called mian, expected one of main, other.",
  });
  expect(await book.accept("bigmial")).toMatchObject({ ok: false });
});
