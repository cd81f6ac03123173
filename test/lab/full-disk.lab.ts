import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { buildHouse, get, until, value } from "../e2e/house.ts";

const SENT = "deliverability_canary_sent_total";
const OUTCOMES = "deliverability_canary_outcomes_total";

/** A file system of its own, small enough to fill. */
function smallDisk(): Disposable & { readonly dir: string } {
  const dir = mkdtempSync(join(tmpdir(), "mailcanary-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", dir]);
  return {
    dir,
    [Symbol.dispose]() {
      execFileSync("umount", ["--lazy", dir]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

it("says so when the disk is full, serves on, sends nothing it cannot account for, and recovers", async () => {
  using disk = smallDisk();
  await using house = await buildHouse();
  const schedule = { kind: "every", everyMs: 200 } as const;
  await using app = await house.start({ schedule, dataDir: join(disk.dir, "data") });
  const metrics = (): Promise<string> => get(app.url, "/metrics");
  const sent = async (): Promise<number> => value(await metrics(), SENT, { seed: "bigmail" }) ?? 0;
  await until(sent, (count) => count >= 2);

  const ballast = join(disk.dir, "ballast");
  for (let size = 1 << 20; size >= 512; size /= 2) fill(ballast, size);
  await until(
    () => house.log.lines.map(({ message }) => message),
    (messages) => messages.some((message) => message.startsWith("Cannot write")),
  );
  const during = await sent();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(await sent()).toBe(during);

  rmSync(ballast);
  await until(sent, (count) => count > during + 1, 60_000);
  const [bigmail] = house.world.providers;
  const delivered = (): number => bigmail?.account.folder("INBOX")?.mails.length ?? 0;
  // Every canary in the mailbox is counted, those included that were under way when the disk filled.
  await until(
    async () =>
      (value(await metrics(), OUTCOMES, { seed: "bigmail", outcome: "inbox" }) ?? 0) >=
      delivered() - 1,
    (all) => all,
    60_000,
  );
});

function fill(path: string, bytes: number): void {
  try {
    for (;;) writeFileSync(path, Buffer.alloc(bytes), { flag: "a" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
  }
}
