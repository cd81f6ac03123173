import type { ListAnswer } from "./blocklist-answer.ts";

/** Why a list cannot be believed; stands in a label. */
type Distrust =
  | "refuses-us"
  | "rewritten"
  | "lists-everything"
  | "lists-nothing"
  | Extract<ListAnswer, { kind: "failed" }>["why"];

export type Trust =
  | { readonly usable: true }
  | { readonly usable: false; readonly reason: Distrust; readonly detail: string };

/** What a list answered about its test names and about ours. */
export interface Answers {
  /** Of these one must be an entry. */
  readonly listed: readonly ListAnswer[];
  /** Of these none may be. */
  readonly unlisted: readonly ListAnswer[];
  /** Of these neither; what else comes back for them says nothing. */
  readonly absurd: readonly ListAnswer[];
  /** Of the subjects: they show too when a list refuses us or a resolver rewrites. */
  readonly others: readonly ListAnswer[];
}

/** Whether a list passed its self-test (RFC 5782 §5), and why not. */
export function trustIn({ listed, unlisted, absurd, others }: Answers): Trust {
  const all = [...unlisted, ...listed, ...others];
  for (const answer of all) {
    if (answer.kind === "refused-us") {
      return distrust("refuses-us", `it answered ${answer.code}: ${answer.says}`);
    }
    if (answer.kind === "rewritten") {
      const told = `it answered ${answer.address}, which no list does`;
      return distrust("rewritten", `${told}: a resolver rewrites answers, or the list is gone`);
    }
  }
  if ([...unlisted, ...absurd].some(isEntry)) {
    return distrust("lists-everything", "it lists what cannot be listed");
  }
  const missed = listed.some(isEntry) ? unlisted : [...unlisted, ...listed];
  for (const answer of missed) {
    if (answer.kind === "failed") return distrust(answer.why, answer.detail);
  }
  if (listed.some(isEntry)) return { usable: true };
  const why = listed.some((answer) => answer.kind === "clean" && answer.why === "nodata")
    ? "its test entry has no address (NODATA)"
    : "its test entry does not exist (NXDOMAIN)";
  return distrust("lists-nothing", why);
}

function isEntry({ kind }: ListAnswer): boolean {
  return kind === "entry" || kind === "unknown-code";
}

function distrust(reason: Distrust, detail: string): Trust {
  return { usable: false, reason, detail };
}
