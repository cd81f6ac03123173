/**
 * The whole TLS picture of the ports 25, 587, 465 and 993 against Debian's testssl.sh (package
 * testssl.sh) asked for the same facts, in one run: `node bench/tls.ts`. The servers are our own, on
 * loopback, so that it is the clients that are compared. TESTSSL names another copy of testssl.
 */
import { execFile } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { promisify } from "node:util";
import { SMTPServer } from "smtp-server";
import { createTlsIdentity, type TlsIdentity } from "../src/demo/certificate.ts";
import type { TlsServer } from "../src/domain/tls.ts";
import { createClock } from "../src/net/clock.ts";
import { createHostPlaces } from "../src/net/host-places.ts";
import { createTls } from "../src/net/tls.ts";
import { circumstances, median, print, table } from "./shared/figures.ts";

const TESTSSL = process.env["TESTSSL"] ?? "testssl";
/** Versions, cipher categories, forward secrecy with its groups, certificate. */
const SAME_FACTS = ["-p", "-s", "-f", "-S", "--quiet", "--color", "0", "--nodns", "none"];
const RUNS = 5;
const HOST = "127.0.0.1";

const run = promisify(execFile);

interface Port {
  readonly name: string;
  readonly tls: TlsServer["tls"];
  readonly port: number;
}

const identity = await createTlsIdentity();
const ports = await startServers(identity);
print(circumstances());
await ours();
const ourMs = await timed(RUNS, ours);
const theirMs = await timed(1, theirs);
print(
  table(
    ["four ports", "wall, s", "connections at once, per host"],
    [
      [`Mailcanary, median of ${RUNS}`, (ourMs / 1000).toFixed(3), "2"],
      ["testssl.sh -p -s -f -S, one port after the other", (theirMs / 1000).toFixed(1), "1"],
    ],
  ),
);
print(`Mailcanary is ${(theirMs / ourMs).toFixed(0)} times faster.`);
process.exit();

async function startServers(tls: TlsIdentity): Promise<readonly Port[]> {
  const imap = createServer(tls, (socket) => {
    socket.on("error", () => undefined);
    socket.end("* OK ready\r\n");
  });
  imap.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => imap.listen(0, HOST, resolve));
  return [
    { name: "25", tls: "starttls", port: await startSmtp(tls, false) },
    { name: "587", tls: "starttls", port: await startSmtp(tls, false) },
    { name: "465", tls: "implicit", port: await startSmtp(tls, true) },
    { name: "993", tls: "implicit", port: (imap.address() as AddressInfo).port },
  ];
}

async function startSmtp(tls: TlsIdentity, secure: boolean): Promise<number> {
  const server = new SMTPServer({ ...tls, secure, disableReverseLookup: true, logger: false });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return (server.server.address() as AddressInfo).port;
}

/** What the probe does about each server, with nothing remembered. */
async function ours(): Promise<void> {
  const tls = createTls({ clock: createClock(), places: createHostPlaces() });
  const { signal } = new AbortController();
  await Promise.all(
    ports.map(async ({ tls: mode, port }) => {
      const server = {
        address: HOST,
        port,
        tls: mode,
        protocol: "smtp" as const,
        servername: "localhost",
        ca: identity.cert,
      };
      const look = await tls.look(server, signal);
      const { versions } = await tls.survey(server, signal);
      if (look.kind !== "seen" || versions["TLSv1.2"] !== "offered") {
        throw new Error(`port ${port}: ${JSON.stringify({ look, versions })}`);
      }
    }),
  );
}

async function theirs(): Promise<void> {
  for (const { tls, port } of ports) {
    const how = tls === "starttls" ? ["--starttls", "smtp"] : [];
    const { stdout } = await run(TESTSSL, [...SAME_FACTS, ...how, `${HOST}:${port}`], {
      maxBuffer: 8 * 1024 * 1024,
    }).catch(tolerated);
    if (!/TLS 1\.2\s+offered/.test(stdout)) throw new Error(`port ${port}: ${stdout}`);
  }
}

/** Its exit code counts what it found. */
function tolerated(error: unknown): { readonly stdout: string } {
  if (error instanceof Error && "stdout" in error && error.stdout !== "") {
    return { stdout: String(error.stdout) };
  }
  throw error;
}

async function timed(runs: number, work: () => Promise<void>): Promise<number> {
  const walls: number[] = [];
  for (let n = 0; n < runs; n++) {
    const began = performance.now();
    await work();
    walls.push(performance.now() - began);
  }
  return median(walls);
}
