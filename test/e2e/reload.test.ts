import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { freePort } from "../lab/free-port.ts";
import { startDaemon } from "./daemon-process.ts";
import { buildHouse, get, until, value } from "./house.ts";

const OK = "mailcanary_config_last_reload_successful";
const AT = "mailcanary_config_last_reload_success_timestamp_seconds";
const SENT = "deliverability_canary_sent_total";

it("goes on with the config in force while the file has mistakes, and takes the next good one", async () => {
  await using house = await buildHouse();
  const port = await freePort();
  const daemon = await startDaemon(house.configPath, ["--listen", `127.0.0.1:${port}`]);
  const exited = once(daemon.process, "exit");
  const metrics = () => get(daemon.url, "/metrics").catch(() => "");
  const good = readFileSync(house.configPath, "utf8");

  const before = await until(metrics, (text) =>
    ["bigmail", "postbox"].every((seed) => (value(text, SENT, { seed }) ?? 0) >= 1),
  );
  expect(value(before, OK)).toBe(1);

  writeFileSync(house.configPath, `${good}\nsurprise: true\n`);
  daemon.process.kill("SIGHUP");
  const during = await until(metrics, (text) => value(text, OK) === 0);
  expect(value(during, AT)).toBe(value(before, AT));

  writeFileSync(house.configPath, good.replace("name: bigmail", "name: hugemail"));
  daemon.process.kill("SIGHUP");
  const after = await until(metrics, (text) => value(text, SENT, { seed: "hugemail" }) === 1);
  expect(value(after, OK)).toBe(1);
  expect(value(after, AT)).toBeGreaterThan(value(before, AT) ?? Infinity);
  // Series vanish with their target; those of the others go on where they were.
  expect(value(after, SENT, { seed: "bigmail" })).toBeUndefined();
  expect(value(after, SENT, { seed: "postbox" })).toBeGreaterThanOrEqual(1);

  daemon.process.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
});

it("goes back to the config before where the new one does not start", async () => {
  await using house = await buildHouse();
  const [port, other] = [await freePort(), createServer().listen(0, "127.0.0.1")];
  await once(other, "listening");
  const taken = (other.address() as { port: number }).port;
  const good = readFileSync(house.configPath, "utf8");
  const withListen = (at: number) =>
    writeFileSync(
      house.configPath,
      `${good.replace(/^listen:.*$/m, "")}\nlisten: 127.0.0.1:${at}\n`,
    );
  withListen(port);
  const daemon = await startDaemon(house.configPath, []);
  const exited = once(daemon.process, "exit");
  withListen(taken);
  daemon.process.kill("SIGHUP");
  await until(
    () => get(daemon.url, "/metrics").catch(() => ""),
    (text) => value(text, OK) === 0,
  );
  other.close();
  daemon.process.kill("SIGTERM");
  expect(await exited).toEqual([0, null]);
});
