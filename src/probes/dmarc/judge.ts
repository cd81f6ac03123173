import { isDmarcRecord } from "../../mail/dmarc-record.ts";
import { type DmarcAt, policyOfWalk, type WalkStep } from "../../mail/dmarc-walk.ts";
import { quoted, txtLine } from "../../mail/txt-record.ts";
import { fault } from "../domain-probe.ts";
import type { DmarcFault } from "./findings.ts";
import { judgeAlignment } from "./judge-alignment.ts";
import { judgePolicy } from "./judge-policy.ts";
import { judgeReports } from "./judge-reports.ts";
import type { Facts, Target } from "./observe.ts";

export function judge(facts: Facts, { domain }: Target): readonly DmarcFault[] {
  const written = judgeWritten(facts.walk[0], domain);
  if (written.length > 0) return written;
  const discovery = policyOfWalk(facts.walk);
  switch (discovery.kind) {
    case "unknown":
      return [fault("dmarc-undecided", discovery.detail)];
    case "none": {
      const text = `v=DMARC1; p=none; rua=mailto:postmaster@${domain}`;
      return [fault("dmarc-missing", `Publish ${txtLine(`_dmarc.${domain}`, text)}`)];
    }
    case "found":
      return judgeRecord(discovery, facts, domain);
  }
}

/** What stands at the domain itself and is no record, or is more than one. */
function judgeWritten(step: WalkStep | undefined, domain: string): readonly DmarcFault[] {
  const texts = step?.answer.kind === "found" ? step.answer.records : [];
  const records = texts.filter(isDmarcRecord);
  if (records.length > 1) {
    return [
      fault("dmarc-several-records", `_dmarc.${domain}: ${records.map(quoted).join(" and ")}`),
    ];
  }
  const meant = texts.filter((text) => /dmarc|\bp\s?=/i.test(text));
  if (records.length === 1 || meant.length === 0) return [];
  const list = meant.map(quoted).join(" and ");
  return [
    fault("dmarc-syntax", `_dmarc.${domain}: ${list} does not begin with v=DMARC1; as written`),
  ];
}

function judgeRecord(found: DmarcAt, facts: Facts, domain: string): readonly DmarcFault[] {
  const { faults } = found.record;
  return [
    ...faults.map((why) =>
      fault("dmarc-syntax", `_dmarc.${found.domain}: ${why}: ${quoted(found.text)}`),
    ),
    ...judgeAlignment(found, facts, domain),
    ...judgeReports(found, facts),
    // Advice on a policy that is not the one that was meant would mislead.
    ...(faults.length === 0 ? judgePolicy(found, facts, domain) : []),
  ];
}
