import type { Canary } from "../../domain/canary.ts";
import type { Glimpse } from "../../domain/net.ts";

/**
 * Which awaited canary a message is. Both the Message-ID and the token must be ours: each alone
 * can be copied by anybody who once saw a canary, and the pair is random and used once.
 */
export function recognise(
  { messageId, token }: Glimpse,
  awaited: readonly Canary[],
): Canary | undefined {
  return awaited.find((canary) => canary.token === token && canary.messageId === messageId);
}
