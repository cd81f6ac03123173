import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { detect } from "../../src/cli/detect.ts";
import { linesOf } from "../../src/cli/lines.ts";

const OUTCOME = '{"outcome":"inbox","t":0}';

async function* chunks(...parts: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part);
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

async function answers(...parts: (string | Buffer)[]) {
  const tally = { badLines: 0 };
  const out = (await all(detect(chunks(...parts), tally))).join("");
  const lines = out.split("\n").slice(0, -1);
  return { lines: lines.map((line): unknown => JSON.parse(line)), badLines: tally.badLines };
}

describe("mailcanary detect", () => {
  it("answers each line with one line, the last one without a newline too", async () => {
    const { lines, badLines } = await answers(`{"reset":{}}\n${OUTCOME}\r\n\n${OUTCOME}`);
    expect(lines).toMatchObject([
      {},
      { alarm: false },
      { error: expect.stringMatching(/not a JSON object/) as unknown },
      { alarm: false },
    ]);
    expect(badLines).toBe(1);
  });

  it("answers nothing to nothing", async () => {
    expect(await answers()).toEqual({ lines: [], badLines: 0 });
  });

  it("refuses a line of more than 4096 characters, remembers none of it, and goes on", async () => {
    const endless = Buffer.alloc(1_000_000, "x");
    const { lines } = await answers(endless, endless, `\n${OUTCOME}\n`, endless);
    expect(lines).toEqual([
      { error: "line: expected at most 4096 characters" },
      expect.objectContaining({ alarm: false }),
      { error: "line: expected at most 4096 characters" },
    ]);
  });

  it("answers bytes that are no text", async () => {
    const { lines } = await answers(Buffer.from([0xff, 0xfe, 0x00, 0x0a]));
    expect(lines).toEqual([{ error: expect.stringMatching(/not a JSON object/) as unknown }]);
  });

  it("answers a line while the next has not come, as a program that asks line by line", async () => {
    const child = start();
    for (let n = 0; n < 3; n++) {
      child.stdin.write(`{"outcome":"missing","t":${n}}\n`);
      const [line] = (await once(child.stdout, "data")) as [Buffer];
      expect(JSON.parse(line.toString())).toMatchObject({ alarm: false });
    }
    child.stdin.end();
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("exits with 1 after a line that could not be read, having answered all", async () => {
    const child = start();
    child.stdin.end(`nonsense\n${OUTCOME}\n`);
    const [out, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    expect(out.split("\n")).toHaveLength(3);
    expect(code).toBe(1);
  });

  it("ends quietly when its reader has seen enough", async () => {
    const child = start();
    // Whatever is written after the child is gone is lost, as it should be.
    child.stdin.on("error", () => undefined);
    child.stdin.end(`${OUTCOME}\n`.repeat(50_000));
    await once(child.stdout, "data");
    child.stdout.destroy();
    const [complaints, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect({ complaints, code }).toEqual({ complaints: "", code: 0 });
  });
});

describe("lines", () => {
  it("are the same however the bytes are cut", async () => {
    const content = fc.array(fc.constantFrom("a", "ü", "\n", "€"), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(content, fc.array(fc.nat(60), { maxLength: 5 }), async (parts, cuts) => {
        const bytes = Buffer.from(parts.join(""));
        const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const pieces = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
        const lines = (await all(linesOf(chunks(...pieces), 4096))).flat();
        const expected = parts.join("").split("\n");
        expect(lines).toEqual(expected.at(-1) === "" ? expected.slice(0, -1) : expected);
      }),
    );
  });
});

function start() {
  const module = new URL("../../src/cli/detect.ts", import.meta.url).href;
  const script = `import { detectCommand } from ${JSON.stringify(module)};
    await detectCommand().parseAsync([], { from: "user" });`;
  return spawn(process.execPath, ["--input-type=module", "-e", script]);
}
