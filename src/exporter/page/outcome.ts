import type { Canary } from "../../domain/canary.ts";
import { formatDuration } from "../../domain/duration.ts";
import { html, type Html } from "./html.ts";

/** How the canary ended, or that it has not. */
export function outcomeName(canary: Canary | undefined): Html | undefined {
  if (canary === undefined) return undefined;
  const name = canary.outcome ?? (canary.late ? "late" : "under way");
  return html`<span class="outcome ${canary.outcome ?? "open"}">${name}</span>`;
}

/** From our server's acceptance to the mailbox; receivers tell whole seconds only. */
export function took({ submittedAt, arrival }: Canary): string | undefined {
  if (submittedAt === undefined || arrival === undefined) return undefined;
  const inMailboxAt = Math.min(arrival.seenAt, arrival.storedAt + 999);
  return formatDuration(Math.max(0, inMailboxAt - submittedAt));
}

export function reply({ reply: said }: Canary): string | undefined {
  return said === undefined ? undefined : `${said.code} ${said.enhanced ?? ""} ${said.text}`;
}
