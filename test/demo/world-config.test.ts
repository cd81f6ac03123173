import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { startWorld } from "../../src/demo/world.ts";

it("is a config file that the daemon takes without a complaint", async () => {
  const directory = mkdtempSync(join(tmpdir(), "world-config-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  await using world = await startWorld();
  writeFileSync(join(directory, "ca.pem"), world.ca);
  writeFileSync(join(directory, "config.yaml"), world.config("data"));
  const loaded = loadConfig(join(directory, "config.yaml"), {});
  expect(loaded).toMatchObject({
    ok: true,
    config: {
      routes: [{ smtp: { port: world.submission.port, tls: "implicit", ca: world.ca } }],
      seeds: world.providers.map(({ address, imap }) => ({ address, imap: { port: imap.port } })),
      dns: { resolvers: [world.dns] },
      dataDir: join(directory, "data"),
    },
  });
});
