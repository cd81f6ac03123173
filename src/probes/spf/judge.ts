import { fault } from "../domain-probe.ts";
import type { SpfFault } from "./findings.ts";
import { judgeExits, judgeHelos } from "./judge-exits.ts";
import { judgeRecord } from "./judge-record.ts";
import { currentAddresses, type Facts, type Target } from "./observe.ts";
import { merged, recordFor } from "../../mail/spf-remedy.ts";
import { quoted, txtLine } from "../../mail/txt-record.ts";

export function judge(facts: Facts, target: Target): readonly SpfFault[] {
  return [...judgeTree(facts, target), ...judgeHelos(facts)];
}

function judgeTree(facts: Facts, { domain, senders }: Target): readonly SpfFault[] {
  const { tree } = facts;
  switch (tree.kind) {
    case "record": {
      const ofRecord = judgeRecord(tree, facts);
      return [...ofRecord, ...judgeExits(tree.text, facts, ofRecord)];
    }
    case "none": {
      if (senders.length === 0) return [];
      return [
        fault("spf-missing", `Publish ${txtLine(domain, recordFor(currentAddresses(facts)))}`),
      ];
    }
    case "several": {
      const list = tree.texts.map(quoted).join(" and ");
      const one = merged(tree.texts);
      return [fault("spf-several-records", `Found ${list}. Publish one, ${txtLine(domain, one)}`)];
    }
    case "broken": {
      const { error, text } = tree;
      return [fault("spf-syntax", `${quoted(error.term)} in ${quoted(text)}: ${error.why}`)];
    }
    case "failed":
      return [fault("spf-undecided", `TXT of ${domain}: ${tree.detail}`)];
    // Only ever below the top.
    case "loop":
    case "dynamic":
    case "beyond":
      return [];
  }
}
