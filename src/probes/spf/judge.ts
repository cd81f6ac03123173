import type { Finding } from "../../domain/finding.ts";
import type { Found, SpfFinding } from "./findings.ts";
import { judgeExits, judgeHelos } from "./judge-exits.ts";
import { judgeRecord } from "./judge-record.ts";
import { currentAddresses, type Facts, type Target } from "./observe.ts";
import { merged, recordFor } from "../../mail/spf-remedy.ts";
import { bounded, quoted, txtLine } from "../../mail/txt-record.ts";

export function judge(facts: Facts, target: Target): readonly Finding<SpfFinding>[] {
  const found: Found = (kind, detail) => ({
    kind,
    subject: target.domain,
    detail: bounded(detail),
  });
  const judged = [...judgeTree(facts, target, found), ...judgeHelos(facts, found)];
  // Undecided for two reasons is still one finding.
  const undecided = judged.filter(({ kind }) => kind === "spf-undecided");
  const rest = judged.filter(({ kind }) => kind !== "spf-undecided");
  if (undecided.length === 0) return rest;
  const reasons = new Set(undecided.map(({ detail }) => detail));
  return [...rest, found("spf-undecided", [...reasons].join("; "))];
}

function judgeTree(facts: Facts, { domain, senders }: Target, found: Found) {
  const { tree } = facts;
  switch (tree.kind) {
    case "record": {
      const ofRecord = judgeRecord(tree, facts, found);
      return [...ofRecord, ...judgeExits(tree.text, facts, ofRecord, found)];
    }
    case "none": {
      if (senders.length === 0) return [];
      return [
        found("spf-missing", `Publish ${txtLine(domain, recordFor(currentAddresses(facts)))}`),
      ];
    }
    case "several": {
      const list = tree.texts.map(quoted).join(" and ");
      const one = merged(tree.texts);
      return [found("spf-several-records", `Found ${list}. Publish one, ${txtLine(domain, one)}`)];
    }
    case "broken": {
      const { error, text } = tree;
      return [found("spf-syntax", `${quoted(error.term)} in ${quoted(text)}: ${error.why}`)];
    }
    case "failed":
      return [found("spf-undecided", `TXT of ${domain}: ${tree.detail}`)];
    // Only ever below the top.
    case "loop":
    case "dynamic":
    case "beyond":
      return [];
  }
}
