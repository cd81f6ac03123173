import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { promisify } from "node:util";

export const call = promisify(execFile);

/** Where the test process itself is on the lab's network. */
export const HERE = "10.213.0.1";
export const RUN_DIR = "/run/mailcanary-lab";
export const BRIDGE = "mclab0";

const LOCK = "/run/mailcanary-lab.lock";
/** Another lab on this machine may take this long before we give up. */
const LOCK_WAIT_SECONDS = 900;

/** The lab's network: a bridge that this machine and every host are on. */
export async function startNetwork(): Promise<AsyncDisposable> {
  const unlock = await lock();
  try {
    await removeLeftovers();
    await mkdir(RUN_DIR, { recursive: true });
    await ip("link", "add", BRIDGE, "type", "bridge");
    await ip("addr", "add", `${HERE}/24`, "dev", BRIDGE);
    await ip("link", "set", BRIDGE, "up");
  } catch (error) {
    unlock();
    throw error;
  }
  return {
    async [Symbol.asyncDispose]() {
      await removeLeftovers();
      unlock();
    },
  };
}

export async function ip(...args: readonly string[]): Promise<string> {
  const { stdout } = await call("ip", args, { timeout: 10_000 });
  return stdout;
}

/** One lab at a time on a machine. The lock falls when this process ends, in whatever way. */
async function lock(): Promise<() => void> {
  const holder = spawn(
    "/usr/bin/flock",
    ["--wait", String(LOCK_WAIT_SECONDS), LOCK, "sh", "-c", "echo locked; exec cat"],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const locked = await Promise.race([
    once(holder.stdout, "data").then(() => true),
    once(holder, "exit").then(() => false),
  ]);
  if (!locked) throw new Error(`another lab held ${LOCK} for ${LOCK_WAIT_SECONDS} s`);
  return () => holder.stdin.end();
}

/** What a lab that was killed leaves: the bridge and empty folders. Its processes ended with it. */
async function removeLeftovers(): Promise<void> {
  const links = JSON.parse(await ip("-json", "link")) as readonly { readonly ifname: string }[];
  for (const { ifname } of links) {
    // A veth may vanish with its host's namespace while we look.
    if (ifname.startsWith("mclab")) await ip("link", "del", ifname).catch(() => "");
  }
  await rm(RUN_DIR, { recursive: true, force: true });
}
