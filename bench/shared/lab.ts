import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../test/lab/host.ts";
import { type Lab, type LabMailboxes, startLab } from "../../test/lab/world.ts";
import type { MailServer } from "./daemon.ts";

/** More sessions at once than Dovecot's default allows, for a test with hundreds of mailboxes. */
const MANY_SESSIONS = `
default_process_limit = 2000
default_client_limit = 4000
mail_max_userip_connections = 200
service imap-login {
  service_count = 0
  client_limit = 4000
  process_min_avail = 2
}
`;

/** The lab, its Dovecots ready for many sessions, and a directory that vanishes with it. */
export interface BenchLab extends AsyncDisposable {
  readonly lab: Lab;
  readonly submission: MailServer;
  /** A data directory of its own for each daemon. */
  dataDir(): string;
}

export async function startBenchLab(): Promise<BenchLab> {
  await using stack = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), "mailcanary-bench-"));
  stack.defer(() => rmSync(dir, { recursive: true, force: true }));
  const lab = stack.use(await startLab());
  for (const host of [lab.hosts.own, lab.hosts.bigmail]) await allowManySessions(host);
  const { host, domain, password } = lab.submission;
  const parts = stack.move();
  return {
    lab,
    submission: { host, domain, password, ca: lab.ca },
    dataDir: () => mkdtempSync(join(dir, "data-")),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

/** A domain of the lab as a place for seeds. */
export function mailServer({ ca }: Lab, { host, domain, password }: LabMailboxes): MailServer {
  return { host, domain, password, ca };
}

async function allowManySessions(host: Host): Promise<void> {
  const path = "/etc/dovecot/dovecot.conf";
  await host.write(path, `${await host.read(path)}${MANY_SESSIONS}`);
  await host.run("doveadm", "reload");
}
