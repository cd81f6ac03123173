import { type ChildProcess, spawn } from "node:child_process";
import { until } from "./house.ts";

/** The daemon as a process of its own, listening on a free port by default; resolves when it is up. */
export async function startDaemon(
  configPath: string,
  options: readonly string[] = ["--listen", "127.0.0.1:0"],
): Promise<{ process: ChildProcess; url: string }> {
  const child = spawn(
    process.execPath,
    ["src/main.ts", "run", "--config", configPath, ...options],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += String(chunk);
  });
  const url = await until(
    () => /url=(\S+)/.exec(text)?.[1],
    (seen) => seen !== undefined,
  );
  return { process: child, url: url ?? "" };
}
