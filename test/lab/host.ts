import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { call, type Network, RUN_DIR } from "./network.ts";

/** A machine of the lab: namespaces of its own, and a private layer over this machine's files. */
export interface Host extends AsyncDisposable {
  readonly name: string;
  readonly address: string;
  /** Writes a file, owned by root, with the folders above it. */
  write(path: string, text: string, mode?: number): Promise<void>;
  read(path: string): Promise<string>;
  /** Runs a command to its end and gives its output; throws when it fails. */
  run(command: string, ...args: readonly string[]): Promise<string>;
  /** Starts a server that stays in the foreground; its output goes to the host's logs. */
  serve(name: string, commandLine: string): Promise<void>;
  /** Whether something on the host listens on the TCP port. */
  listens(port: number): Promise<boolean>;
  /** Everything that the host's servers logged. */
  logs(): Promise<string>;
}

const LOG_DIR = "/var/log/lab";
const NSENTER = "/usr/bin/nsenter";
const UNSHARE = "/usr/bin/unshare";
const UNSHARE_ALL = "--net --mount --uts --ipc --pid --fork --kill-child";
const RUN_TIMEOUT_MS = 20_000;
/** On every host at its own path, to be read only: what runs there may be ours. */
const PROJECT = join(import.meta.dirname, "../..");

export interface HostPlan {
  readonly name: string;
  /** The first one is the host's address; it answers at the others as well. */
  readonly addresses: readonly [string, ...string[]];
  readonly resolver: string;
}

export async function startHost(
  network: Network,
  { name, addresses, resolver }: HostPlan,
): Promise<Host> {
  const [address] = addresses;
  const base = join(RUN_DIR, name);
  await mkdir(base, { recursive: true });
  const initScript = join(import.meta.dirname, "host-init.sh");
  const init = spawn(
    UNSHARE,
    [...UNSHARE_ALL.split(" "), "bash", initScript, name, base, PROJECT],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const pid = await firstProcess(init, name);
  await network.plugIn(name, addresses, pid);
  const root = `/proc/${pid}/root`;
  const inside = [`--target=${pid}`, "--net", "--mount", "--uts", "--ipc", "--pid", "--root"];

  const host: Host = {
    name,
    address,
    async write(path, text, mode = 0o644) {
      await mkdir(dirname(root + path), { recursive: true });
      await writeFile(root + path, text);
      await chmod(root + path, mode);
    },
    read: (path) => readFile(root + path, "utf8"),
    async run(command, ...args) {
      const argv = [...inside, "--wdns=/", command, ...args];
      const { stdout } = await call(NSENTER, argv, { timeout: RUN_TIMEOUT_MS });
      return stdout;
    },
    async serve(server, commandLine) {
      const log = await open(`${root}${LOG_DIR}/${server}.log`, "a");
      spawn(NSENTER, [...inside, "--wdns=/", ...commandLine.split(" ")], {
        stdio: ["ignore", log.fd, log.fd],
      });
      await log.close();
    },
    async listens(port) {
      const tables = ["tcp", "tcp6"].map((table) => readFile(`/proc/${pid}/net/${table}`, "utf8"));
      return (await Promise.all(tables)).some((table) => isListening(table, port));
    },
    async logs() {
      const files = await readdir(root + LOG_DIR);
      const texts = files.map(
        async (file) => `--- ${name} ${file}\n${await host.read(`${LOG_DIR}/${file}`)}`,
      );
      return (await Promise.all(texts)).join("\n");
    },
    async [Symbol.asyncDispose]() {
      const gone = once(init, "exit");
      init.stdin?.end();
      await gone;
    },
  };
  await host.write("/etc/resolv.conf", `nameserver ${resolver}\noptions timeout:2 attempts:2\n`);
  // OpenDKIM, OpenDMARC and the SpamAssassin milter log nowhere but to syslog.
  await host.serve("syslogd", `busybox syslogd -n -O ${LOG_DIR}/syslog.log`);
  return host;
}

/** Waits for the host's first process and gives its number as this machine counts. */
async function firstProcess(init: ChildProcess, name: string): Promise<number> {
  if (init.stdout === null) throw new Error("the first process has no output");
  const up = await Promise.race([
    once(init.stdout, "data").then(() => true),
    once(init, "exit").then(() => false),
  ]);
  if (!up) throw new Error(`the lab host ${name} did not start; labs need root on Linux`);
  const children = await readFile(`/proc/${init.pid}/task/${init.pid}/children`, "utf8");
  return Number(children.trim());
}

/** Local address and port, peer, and the state, 0A being LISTEN, in each line (proc(5)). */
function isListening(table: string, port: number): boolean {
  const digits = port.toString(16).toUpperCase().padStart(4, "0");
  return new RegExp(String.raw`:${digits} \w+:0000 0A `).test(table);
}
