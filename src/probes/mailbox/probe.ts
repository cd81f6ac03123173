import { MINUTE } from "../../domain/duration.ts";
import { type Folder, MailboxError, type Net, type Quota } from "../../domain/net.ts";
import type { Seed } from "../../domain/seed.ts";
import { defineProbe } from "../probe.ts";
import { FINDINGS } from "./findings.ts";
import { judge, type Facts } from "./judge.ts";
import { measure, METRICS } from "./measure.ts";

/** Can we read the seed, does it have the folders that placement is told by, and is there room in it? */
export const mailbox = defineProbe({
  name: "mailbox",
  everyMs: 15 * MINUTE,
  timeoutMs: 2 * MINUTE,
  targets: ({ seeds }) => seeds,
  identify: ({ name, provider }) => ({ seed: name, provider }),
  host: ({ imap }) => imap.host,
  observe,
  findings: FINDINGS,
  judge,
  metrics: METRICS,
  measure,
});

async function observe(seed: Seed, { mailboxes, clock }: Net, signal: AbortSignal): Promise<Facts> {
  const observedAt = clock.now();
  try {
    await using session = await mailboxes.open(seed, signal);
    const folders: readonly Folder[] = await session.folders();
    const quota: Quota | undefined = await session.quota();
    return {
      kind: "read",
      observedAt,
      loginDurationMs: session.loginDurationMs,
      folders,
      quota,
      tokenExpiresAt: expiry(seed, mailboxes),
    };
  } catch (error) {
    if (!(error instanceof MailboxError)) throw error;
    return { kind: "unreadable", observedAt, reason: error.reason, message: error.message };
  }
}

function expiry({ imap }: Seed, mailboxes: Net["mailboxes"]): number | undefined {
  return imap.auth === undefined ? undefined : mailboxes.tokenExpiresAt(imap.auth);
}
