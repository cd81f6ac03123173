import type { MailboxSession } from "../../src/domain/net.ts";
import { createClock } from "../../src/net/clock.ts";
import type { ImapLimits } from "../../src/net/imap-limits.ts";
import { createMailboxes } from "../../src/net/imap.ts";
import { scriptSeed, type ImapScriptServer } from "./imap-script.ts";

export const never = new AbortController().signal;

/** Opens a scripted mailbox with time limits that fit a test. */
export async function openScripted(
  server: ImapScriptServer,
  limits: Partial<ImapLimits> = {},
  signal: AbortSignal = never,
): Promise<MailboxSession> {
  return scriptedMailboxes(limits).open(scriptSeed(server), signal);
}

export function scriptedMailboxes(limits: Partial<ImapLimits> = {}) {
  return createMailboxes({
    clock: createClock(),
    tokens: {
      accessToken: () => Promise.resolve("ya29.access-token"),
      expiresAt: () => 1_800_000_000_000,
    },
    version: "1.2.3",
    limits: { newsPauseMs: 5, ...limits },
  });
}
