import type { Arrival, Placement } from "../../domain/canary.ts";
import type { Glimpse, MailboxSession, Net } from "../../domain/net.ts";
import type { Seed } from "../../domain/seed.ts";
import { parseHeader } from "../../mail/header-fields.ts";
import { exitOf, hopsOf, lastHopTls } from "../../mail/received.ts";
import { spamVerdicts } from "../../mail/spam-verdicts.ts";
import { trustedResults } from "../../mail/trust-boundary.ts";

/** What is read of a message; a canary is a few kilobytes, headers of a long way included. */
const MAX_MESSAGE_BYTES = 256 * 1024;

/** Reads a canary that was glimpsed in the open folder; undefined when it is gone again. */
export async function sight(
  session: MailboxSession,
  glimpse: Glimpse,
  where: { readonly folder: string; readonly placement: Placement; readonly seed: Seed },
  net: Pick<Net, "clock" | "signatures">,
  signal: AbortSignal,
): Promise<Arrival | undefined> {
  const seenAt = net.clock.now();
  const message = await session.read(glimpse.uid, MAX_MESSAGE_BYTES);
  if (message === undefined) return undefined;
  const tab = where.placement === "inbox" ? await session.category(glimpse.uid) : undefined;
  const secondOpinion = message.complete
    ? await net.signatures.verifyDkim(message.raw, signal)
    : undefined;
  return {
    ...facts(message.raw, where.seed),
    placement: tab === undefined ? where.placement : "tab",
    folder: where.folder,
    tab,
    storedAt: glimpse.storedAt,
    seenAt,
    secondOpinion,
  };
}

/** What the message itself tells; pure. */
function facts(raw: string, { provider, address }: Seed) {
  const fields = parseHeader(raw);
  const receiver = { provider, address };
  const { asWritten, results } = trustedResults(fields, receiver);
  const hops = hopsOf(fields);
  return {
    hops,
    authenticationResults: asWritten,
    authentication: results,
    spamVerdicts: spamVerdicts(fields, receiver),
    tls: lastHopTls(fields, receiver),
    exit: exitOf(fields, receiver),
  };
}
