import type { Finding } from "../../domain/finding.ts";
import type { Folder, MailboxErrorReason, Quota } from "../../domain/net.ts";
import type { Seed } from "../../domain/seed.ts";
import { inboxFolder, spamFolder } from "../../mail/folders.ts";
import type { MailboxFinding } from "./findings.ts";

export type Facts =
  | {
      readonly kind: "read";
      readonly observedAt: number;
      readonly loginDurationMs: number;
      readonly folders: readonly Folder[];
      readonly quota: Quota | undefined;
      readonly tokenExpiresAt: number | undefined;
    }
  | {
      readonly kind: "unreadable";
      readonly observedAt: number;
      readonly reason: MailboxErrorReason;
      readonly message: string;
    };

/** From this share of its quota on a seed is nearly full. */
const FULL_RATIO = 0.9;

/** Folder names shown to the operator, at most. */
const MAX_NAMES = 12;

export function judge(facts: Facts, seed: Seed): readonly Finding<MailboxFinding>[] {
  const found = (kind: MailboxFinding, detail: string): Finding<MailboxFinding> => ({
    kind,
    subject: seed.name,
    detail,
  });
  if (facts.kind === "unreadable") return [found("seed-unreadable", facts.message)];
  const findings: Finding<MailboxFinding>[] = [];
  const names = facts.folders.map(({ path }) => path).slice(0, MAX_NAMES);
  if (inboxFolder(facts.folders, seed.folders.inbox) === undefined) {
    findings.push(found("inbox-not-found", `folders there: ${names.join(", ")}`));
  }
  if (spamFolder(facts.folders, seed.folders.spam, seed.provider).kind !== "found") {
    findings.push(found("spam-folder-unresolved", `folders there: ${names.join(", ")}`));
  }
  const { quota } = facts;
  if (quota !== undefined && quota.usedBytes > FULL_RATIO * quota.limitBytes) {
    const percent = Math.round((100 * quota.usedBytes) / quota.limitBytes);
    findings.push(found("mailbox-nearly-full", `${percent} % of its quota is used`));
  }
  return findings;
}
