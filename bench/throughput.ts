/**
 * Canaries a second through Postfix and Dovecot, as a share of what bare nodemailer and imapflow
 * reach with as many connections, TLS and log-ins: `node bench/throughput.ts`, as root; 2 minutes.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createTransport } from "nodemailer";
import { startApp } from "../src/app.ts";
import { SECOND } from "../src/domain/duration.ts";
import { BUILT_IN_TEMPLATES } from "../src/mail/templates.ts";
import { benchConfig, type MailServer, seedAddress, SILENT } from "./shared/daemon.ts";
import { circumstances, median, print, table } from "./shared/figures.ts";
import { type BenchLab, mailServer, startBenchLab } from "./shared/lab.ts";
import { connect } from "./shared/observers.ts";

const SEEDS = 20;
const ROUTES = 2;
/** Hand-overs at once, on both sides. */
const CONNECTIONS = 8;
const ROUNDS = 4;
const WARM_UP_MS = 5 * SECOND;
const WINDOW_MS = 10 * SECOND;

interface Speed {
  /** Found in their mailboxes, a second. */
  readonly perSecond: number;
  /** Of this process, for each. */
  readonly cpuMs: number;
}

await using bench = await startBenchLab();
const ours: Speed[] = [];
const bare: Speed[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  bare.push(await runBare(bench, 2 * round * SEEDS));
  ours.push(await runDaemon(bench, (2 * round + 1) * SEEDS));
}
print(circumstances());
const floor = median(bare.map(({ perSecond }) => perSecond));
print(
  table(
    [
      `${ROUNDS} rounds of ${WINDOW_MS / SECOND} s, medians`,
      "canaries a second",
      "share",
      "own CPU",
    ],
    [row("Mailcanary", ours), row("bare nodemailer and imapflow", bare)],
  ),
);
const shares = ours.map(({ perSecond }, n) => percent(perSecond / (bare[n]?.perSecond ?? 0)));
print(`Share in each round: ${shares.join(", ")}`);

function row(name: string, speeds: readonly Speed[]): string[] {
  const perSecond = median(speeds.map((speed) => speed.perSecond));
  const cpuMs = median(speeds.map((speed) => speed.cpuMs));
  return [name, perSecond.toFixed(1), percent(perSecond / floor), `${cpuMs.toFixed(1)} ms each`];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

async function runDaemon({ lab, submission, ...bench }: BenchLab, firstSeed: number) {
  const config = benchConfig({
    submission,
    mailboxes: mailServer(lab, lab.ownMailboxes),
    routes: ROUTES,
    seeds: SEEDS,
    firstSeed,
    everyMs: 1,
    concurrency: CONNECTIONS,
    dataDir: bench.dataDir(),
    resolvers: [lab.resolver],
  });
  let found = 0;
  await using _app = await startApp(config, SILENT, {
    onStep(after) {
      if (after.outcome === "inbox") found += 1;
    },
  });
  return await speedOf(() => found);
}

/** Two sessions a seed, for INBOX and spam folder, and every message read whole once it is there. */
async function runBare({ lab, submission }: BenchLab, firstSeed: number): Promise<Speed> {
  const server = mailServer(lab, lab.ownMailboxes);
  const stop = new AbortController();
  const users = Array.from({ length: SEEDS }, (_, n) => seedAddress(server, firstSeed + n));
  let found = 0;
  const clients = await Promise.all(
    users.flatMap((user) =>
      ["INBOX", "Junk"].map((folder) => readAll(server, user, folder, count)),
    ),
  );
  const senders = Array.from({ length: CONNECTIONS }, (_, n) =>
    sendAll(
      submission,
      users.filter((__, index) => index % CONNECTIONS === n),
      stop.signal,
    ),
  );
  const speed = await speedOf(() => found);
  stop.abort();
  await Promise.all(senders);
  for (const client of clients) client.close();
  return speed;

  function count(): void {
    found += 1;
  }
}

async function speedOf(found: () => number): Promise<Speed> {
  await sleep(WARM_UP_MS);
  const before = found();
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  await sleep(WINDOW_MS);
  const { user, system } = process.cpuUsage(cpu);
  const count = found() - before;
  return {
    perSecond: (count / (performance.now() - startedAt)) * SECOND,
    cpuMs: (user + system) / 1000 / count,
  };
}

async function sendAll(
  server: MailServer,
  users: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const transport = createTransport({
    host: server.host,
    port: 465,
    secure: true,
    tls: { ca: server.ca },
    auth: { user: `postmaster@${server.domain}`, pass: server.password },
  });
  const [template] = BUILT_IN_TEMPLATES;
  while (!signal.aborted) {
    for (const to of users) {
      await transport.sendMail({
        from: `canary@${server.domain}`,
        to,
        subject: template?.subject,
        text: template?.text,
        html: template?.html,
      });
    }
  }
}

/** Reads every new message of the folder, and calls back for each. */
async function readAll(
  server: MailServer,
  user: string,
  folder: string,
  onMessage: () => void,
): ReturnType<typeof connect> {
  const client = await connect(server, user);
  const { uidNext } = await client.mailboxOpen(folder, { readOnly: true });
  let next = uidNext;
  let news = false;
  let reading = false;
  client.on("exists", () => {
    news = true;
    void read().catch(() => undefined);
  });
  void client.idle();
  return client;

  async function read(): Promise<void> {
    if (reading) return;
    reading = true;
    while (news) {
      news = false;
      const query = { uid: true, internalDate: true, source: true };
      for await (const { uid } of client.fetch(`${next}:*`, query, { uid: true })) {
        if (uid < next) continue;
        next = uid + 1;
        onMessage();
      }
    }
    reading = false;
    void client.idle();
  }
}
