import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";

// Whole programs are started, perhaps on a machine with a lot else to do.
vi.setConfig({ testTimeout: 60_000 });

interface Demo {
  readonly child: ChildProcess;
  /** Where it keeps its temporary files. */
  readonly directory: string;
  /** Waits until the output has a match and answers its first group. */
  said(pattern: RegExp): Promise<string>;
}

function startDemo(...options: string[]): Demo {
  const directory = mkdtempSync(join(tmpdir(), "demo-test-"));
  const child = spawn(process.execPath, ["src/main.ts", "demo", ...options], {
    env: { ...process.env, TMPDIR: directory },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(directory, { recursive: true, force: true });
  });
  let output = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  return {
    child,
    directory,
    said: async (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(output);
          if (match !== null) resolve(match[1] ?? match[0]);
        };
        listeners.add(look);
        child.once("close", () => reject(new Error(`ended without ${pattern}: ${output}`)));
        look();
      }),
  };
}

it("shows real canaries landing, a fault being noticed, and leaves nothing behind", async () => {
  const demo = startDemo("--port", "0", "--fault", "spam-at=bigmail");
  const metricsUrl = await demo.said(/Metrics +(http:\S+)/);
  const controlUrl = await demo.said(/curl (http:\S+)\/ /);
  await Promise.all([
    demo.said(/ bigmail {2}spam {5}after \d/),
    demo.said(/ postbox {2}inbox {4}after \d/),
    demo.said(/ oldmail {2}inbox {4}after \d/),
  ]);
  const metrics = await (await fetch(metricsUrl)).text();
  expect(metrics).toMatch(
    /^deliverability_canary_outcomes_total\{.*seed="bigmail".*outcome="spam".*\} [1-9]/m,
  );
  expect(metrics).toMatch(
    /^deliverability_canary_outcomes_total\{.*seed="oldmail".*outcome="inbox".*\} [1-9]/m,
  );
  const mend = await fetch(`${controlUrl}/faults/spam-at=bigmail`, { method: "DELETE" });
  expect(mend.status).toBe(200);
  await demo.said(/MENDED {3}spam-at=bigmail/);
  await demo.said(/ bigmail {2}inbox {4}after \d/);
  demo.child.kill("SIGINT");
  const [code] = (await once(demo.child, "close")) as [number | null];
  expect(code).toBe(0);
  expect(readdirSync(demo.directory)).toEqual([]);
});

it("takes another port when its own is taken, and ends when nobody reads on", async () => {
  const first = startDemo("--port", "0");
  const port = await first.said(/Page +http:\/\/127\.0\.0\.1:(\d+)/);
  const second = startDemo("--port", port);
  await second.said(/is taken; the page gets another one[^]*Ctrl-C/);
  second.child.stdout?.destroy();
  const [code] = (await once(second.child, "close")) as [number | null];
  expect(code).toBe(0);
  expect(readdirSync(second.directory)).toEqual([]);
});

it("says what faults there are when it is asked for another", async () => {
  const demo = startDemo("--fault", "spam-at=gmail");
  await demo.said(/needs one of the providers bigmail, postbox, oldmail/);
  const [code] = (await once(demo.child, "close")) as [number | null];
  expect(code).toBe(1);
});
