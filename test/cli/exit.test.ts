import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";

it("ends when its work is done, whatever is left that would keep the process, and says all of it", async () => {
  const leftOver = "data:text/javascript,setInterval(() => undefined, 1e9)";
  const child = spawn(process.execPath, ["--import", leftOver, "src/main.ts", "config", "schema"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [printed, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  expect(code).toBe(0);
  expect(JSON.parse(printed)).toHaveProperty("$schema");
});
