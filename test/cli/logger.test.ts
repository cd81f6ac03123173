import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { createLogger } from "../../src/cli/logger.ts";
import { Secret } from "../../src/domain/secret.ts";

const password = 'p4ss"w\\rd of mine';

function capture(format: "json" | "pretty") {
  let text = "";
  const out = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString();
      done();
    },
  });
  const log = createLogger({ level: "debug", format }, [new Secret(password)], out);
  return { log, read: () => text };
}

describe("cli/logger", () => {
  it.each(["json", "pretty"] as const)(
    "prints no secret, wherever it slipped in (%s)",
    (format) => {
      const { log, read } = capture(format);
      const sasl = Buffer.from(password).toString("base64");
      log.warn({ nested: { deep: [`AUTH ${password}`] }, secret: new Secret(password) }, password);
      log.error({ err: new Error(`535 bad ${password} ${sasl}`) }, "Login failed");
      log.child({ user: password }).info({}, "Hello");
      expect(read()).not.toContain("p4ss");
      expect(read()).not.toContain(sasl);
      expect(read().match(/\[secret\]/g)?.length).toBeGreaterThanOrEqual(5);
    },
  );

  it("writes lines for people", () => {
    const { log, read } = capture("pretty");
    log.info({ canary: "c1", reply: { code: 250 }, why: "two words" }, "Canary handed over");
    expect(read()).toMatch(
      /^\d\d:\d\d:\d\d INFO {2}Canary handed over {2}canary=c1 reply=\{"code":250\} why="two words"\n$/,
    );
  });
});
