import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ip } from "./network.ts";
import { until } from "./wait.ts";
import { startLab } from "./world.ts";

/** Starts a lab, tells the network namespaces of its hosts, and waits to be killed. */
const VICTIM = `
import { startLab } from ${JSON.stringify(join(import.meta.dirname, "world.ts"))};
const lab = await startLab();
const hosts = Object.values(lab.hosts);
const own = hosts.map((host) => host.run("readlink", "/proc/self/ns/net"));
console.log(JSON.stringify((await Promise.all(own)).map((text) => text.trim())));
setInterval(() => {}, 1000);
`;

function processesIn(namespaces: readonly string[]): string[] {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return namespaces.includes(readlinkSync(`/proc/${name}/ns/net`));
    } catch {
      return false; // It ended while we looked.
    }
  });
}

it("leaves no process behind when it is killed, and the next lab starts", async () => {
  const victim = spawn(process.execPath, ["--input-type=module-typescript", "-e", VICTIM], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(victim.stdout, "data")) as [Buffer];
  const namespaces = JSON.parse(line.toString()) as string[];
  expect(namespaces).toHaveLength(4);
  expect(processesIn(namespaces).length).toBeGreaterThan(20);

  victim.kill("SIGKILL");
  await until("all hosts to end", async () => processesIn(namespaces).length === 0, 10_000);
  {
    await using lab = await startLab();
    expect(lab.ca).toMatch(/BEGIN CERTIFICATE/);
  }
  expect(await ip("-brief", "link")).not.toMatch(/mclab/);
});
