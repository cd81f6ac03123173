import { fault } from "../domain-probe.ts";
import type { SpfFault } from "./findings.ts";
import { judgeExits } from "./judge-exits.ts";
import { judgeHelos } from "./judge-helos.ts";
import { judgeRecord } from "./judge-record.ts";
import type { Facts, Target } from "./observe.ts";
import { publish, relaysIn, sendersOf } from "./remedy.ts";
import { merged, recordFor } from "../../mail/spf-remedy.ts";
import { quoted, txtLine } from "../../mail/txt-record.ts";

export function judge(facts: Facts, target: Target): readonly SpfFault[] {
  return [...judgeTree(facts, target), ...judgeHelos(facts)];
}

function judgeTree(facts: Facts, { domain }: Target): readonly SpfFault[] {
  const { tree } = facts;
  switch (tree.kind) {
    case "record": {
      const ofRecord = judgeRecord(tree, facts);
      return [...ofRecord, ...judgeExits(tree, facts, ofRecord)];
    }
    case "none": {
      if (!facts.isUsed) return [];
      const record = recordFor(sendersOf(facts));
      return [fault("spf-missing", publish(domain, record, relaysIn(facts.exits)))];
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
