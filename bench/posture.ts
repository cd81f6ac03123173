/**
 * One full look at the DNS around 100 domains, as `mailcanary check` and the daemon take it: questions
 * on the wire, time against the same questions asked by others, memory: `node bench/posture.ts`, as
 * root, since it runs in a network namespace where every address is this machine's. Left out are TLS
 * and SMTP sessions (bench/tls.ts) and blocklists (bench/blocklist.ts).
 */
import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { circumstances, median, print, table } from "./shared/figures.ts";
import { askByNode, askByUdp } from "./shared/posture-floors.ts";
import { lookAt } from "./shared/posture-look.ts";
import { servePosture, type Tally, type Told, type WireQuestion } from "./shared/posture-server.ts";
import { postureWorld, type PostureWorld, RESOLVER, WEB } from "./shared/posture-zones.ts";

const DOMAINS = 100;
const RUNS = 5;
const SAMPLE_MS = 10;
const MEGABYTE = 1024 * 1024;
const [, script = "", role] = process.argv;

type Row = "fresh" | "again" | "byNode" | "byUdp" | "troubled";

const NAMES: Readonly<Record<Row, string>> = {
  fresh: "Mailcanary, nothing cached",
  again: "once more at once",
  byNode: "the same questions by node:dns",
  byUdp: "the same questions by bare sockets",
  troubled: "Mailcanary, five zones dead",
};

if (role === "serve") await servePosture(DOMAINS);
else if (role === "measure") await measureAll(postureWorld(DOMAINS));
else inNamespace();

/** Starts this script again where every address of the world is this machine's. */
function inNamespace(): void {
  const { servers, exits } = postureWorld(DOMAINS);
  const addresses = new Set([RESOLVER, WEB, ...exits, ...[...servers.values()].flat()]);
  const setUp = ["ip link set lo up", ...[...addresses].map((one) => `ip addr add ${one} dev lo`)];
  const node = [process.execPath, "--expose-gc", ...process.execArgv, script, "measure"];
  const command = `${setUp.join(" && ")} && exec "$0" "$@"`;
  const { status } = spawnSync("unshare", ["-n", "sh", "-c", command, ...node], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}

interface Pass extends Tally {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly rssBefore: number;
  readonly rssMost: number;
  /** Live bytes of the heap afterwards. */
  readonly heap: number;
}

async function measureAll(world: PostureWorld): Promise<void> {
  const server = fork(script, ["serve"], { execArgv: [] });
  const [{ ca }] = (await once(server, "message")) as [{ readonly ca: string }];
  const tally = async (isSilent: boolean): Promise<Tally> => {
    server.send(isSilent);
    const [told] = (await once(server, "message")) as [Told];
    if ("ca" in told) throw new Error("the server started twice");
    return told;
  };
  const measured = async (work: () => Promise<unknown>, isSilent = false): Promise<Pass> => {
    await tally(isSilent);
    const usage = watchUsage();
    await work();
    return { ...usage.end(), ...(await tally(false)) };
  };
  print(circumstances());
  const fresh: Pass[] = [];
  const again: Pass[] = [];
  const byNode: Pass[] = [];
  const byUdp: Pass[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const look = lookAt(world, ca);
    const pass = await measured(look);
    fresh.push(pass);
    again.push(await measured(look));
    byNode.push(await measured(() => askByNode(pass.questions, pass.mostAtOnce)));
    byUdp.push(await measured(() => askByUdp(pass.questions, pass.mostAtOnce)));
  }
  const troubled = [await measured(lookAt(world, ca), true)];
  report({ fresh, again, byNode, byUdp, troubled });
  server.kill();
}

function watchUsage() {
  const rssBefore = process.memoryUsage.rss();
  let rssMost = rssBefore;
  const sampling = setInterval(() => {
    rssMost = Math.max(rssMost, process.memoryUsage.rss());
  }, SAMPLE_MS);
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  return {
    end(): Omit<Pass, keyof Tally> {
      const wallMs = performance.now() - began;
      const { user, system } = process.cpuUsage(cpuBefore);
      clearInterval(sampling);
      globalThis.gc?.();
      const heap = process.memoryUsage().heapUsed;
      return { wallMs, cpuMs: (user + system) / 1000, rssBefore, rssMost, heap };
    },
  };
}

function report(passes: Readonly<Record<Row, readonly Pass[]>>): void {
  const middle = (row: Row, value: (pass: Pass) => number) => median(passes[row].map(value));
  const rows = (Object.keys(NAMES) as Row[]).map((row) => [
    NAMES[row],
    middle(row, ({ questions }) => questions.length).toFixed(0),
    (middle(row, ({ questions }) => questions.length) / DOMAINS).toFixed(1),
    middle(row, ({ questions }) => repeated(questions).length).toFixed(0),
    middle(row, ({ mostAtOnce }) => mostAtOnce).toFixed(0),
    `${(middle(row, ({ wallMs }) => wallMs) / 1000).toFixed(2)} s`,
    `${(middle(row, ({ cpuMs }) => cpuMs) / 1000).toFixed(2)} s`,
  ]);
  const head = ["questions", "a domain", "asked again", "at once", "wall", "CPU"];
  print(table([`${DOMAINS} domains, median of ${RUNS}`, ...head], rows));
  for (const floor of ["byNode", "byUdp"] as const) {
    const ratios = passes.fresh.map(({ wallMs }, n) => wallMs / (passes[floor][n]?.wallMs ?? 0));
    print(`Wall time against ${NAMES[floor]}: ${median(ratios).toFixed(2)}`);
  }
  const [first] = passes.fresh;
  const last = passes.again.at(-1);
  if (first === undefined || last === undefined) return;
  print(
    `RSS before and most during the first look: ${mb(first.rssBefore)}, ${mb(first.rssMost)} MB`,
  );
  print(
    `Live heap after the first look and the last of ${2 * RUNS}: ${mb(first.heap)}, ${mb(last.heap)} MB`,
  );
}

/** Questions that were asked before in the same way. */
function repeated(questions: readonly WireQuestion[]): readonly WireQuestion[] {
  const seen = new Set<string>();
  return questions.filter((question) => {
    const key = JSON.stringify(question);
    return seen.has(key) || !seen.add(key);
  });
}

function mb(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(0);
}
