import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { promisify } from "node:util";

export const call = promisify(execFile);

/** Where the test process itself is on the lab's network. */
export const HERE = "10.213.0.1";
export const RUN_DIR = "/run/mailcanary-lab";
const BRIDGE = "mclab0";

const LOCK = "/run/mailcanary-lab.lock";
/** Another lab on this machine may take this long before we give up. */
const LOCK_WAIT_SECONDS = 900;

/** Where hosts are plugged in. */
export interface Network extends AsyncDisposable {
  /** Gives the network namespace of the process `pid` an interface `eth0` with these addresses. */
  plugIn(host: string, addresses: readonly string[], pid: number): Promise<void>;
}

/** The lab's network: a bridge that this machine and every host are on. */
export function startNetwork(): Promise<Network> {
  return startBridge([], { ipv4: 24, ipv6: 64 }, async () => {
    await ip("link", "add", BRIDGE, "type", "bridge");
    await ip("addr", "add", `${HERE}/24`, "dev", BRIDGE);
  });
}

/**
 * A network that this machine has no part in: its bridge is in a namespace of its own, so that hosts
 * may have addresses as they are on the internet.
 */
export function startNetworkApart(prefixes: Prefixes): Promise<Network> {
  return startBridge(["-netns", BRIDGE], prefixes, async () => {
    await ip("netns", "add", BRIDGE);
    await ip("-netns", BRIDGE, "link", "add", BRIDGE, "type", "bridge");
  });
}

/** How many bits of an address all hosts have in common. */
interface Prefixes {
  readonly ipv4: number;
  readonly ipv6: number;
}

async function startBridge(
  where: readonly string[],
  { ipv4, ipv6 }: Prefixes,
  create: () => Promise<void>,
): Promise<Network> {
  const unlock = await lock();
  try {
    await removeLeftovers();
    await mkdir(RUN_DIR, { recursive: true });
    await create();
    await ip(...where, "link", "set", BRIDGE, "up");
  } catch (error) {
    unlock();
    throw error;
  }
  return {
    async plugIn(host, addresses, pid) {
      const plug = `mclab-${host}`;
      const peer = ["peer", "name", "eth0", "netns", String(pid)];
      await ip(...where, "link", "add", plug, "type", "veth", ...peer);
      await ip(...where, "link", "set", plug, "master", BRIDGE, "up");
      const inside = (...args: readonly string[]) =>
        call("/usr/bin/nsenter", [`--target=${pid}`, "--net", "ip", ...args], { timeout: 10_000 });
      for (const address of addresses) {
        const prefix = address.includes(":")
          ? [`${address}/${ipv6}`, "nodad"]
          : [`${address}/${ipv4}`];
        await inside("addr", "add", ...prefix, "dev", "eth0");
      }
      await inside("link", "set", "eth0", "up");
    },
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

/** What a lab that was killed leaves: the bridge, its namespace and empty folders. Its processes ended with it. */
async function removeLeftovers(): Promise<void> {
  const links = JSON.parse(await ip("-json", "link")) as readonly { readonly ifname: string }[];
  for (const { ifname } of links) {
    // A veth may vanish with its host's namespace while we look.
    if (ifname.startsWith("mclab")) await ip("link", "del", ifname).catch(() => "");
  }
  if ((await ip("netns", "list")).includes(BRIDGE)) await ip("netns", "del", BRIDGE);
  await rm(RUN_DIR, { recursive: true, force: true });
}
