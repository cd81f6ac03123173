import { isDmarcRecord } from "../../mail/dmarc-record.ts";
import { harmless, merged, wellFormed } from "../../mail/dmarc-remedy.ts";
import { type DmarcAt, policyOfWalk, type WalkStep } from "../../mail/dmarc-walk.ts";
import { isWithin, organisationOf } from "../../mail/organisation.ts";
import { quoted, txtLine } from "../../mail/txt-record.ts";
import { fault } from "../domain-probe.ts";
import type { DmarcFault } from "./findings.ts";
import { judgeAlignment } from "./judge-alignment.ts";
import { judgePolicy } from "./judge-policy.ts";
import { judgeReports } from "./judge-reports.ts";
import type { Facts, Target } from "./observe.ts";

/** A wildcard of the zone answers for the name: nobody meant DMARC by it. */
const OTHER_RECORD = /^v=(?:spf1|dkim1|bimi1|stsv1|tlsrptv1)\b/i;

export function judge(facts: Facts, target: Target): readonly DmarcFault[] {
  const { domain } = target;
  const discovery = policyOfWalk(facts.walk);
  const end = discovery.kind === "found" ? discovery.domain : undefined;
  const written = passedOver(facts.walk, end).flatMap(judgeWritten);
  if (written.length > 0) return written;
  switch (discovery.kind) {
    case "unknown":
      return [fault("dmarc-undecided", discovery.detail)];
    case "none": {
      const text = `v=DMARC1; p=none; rua=mailto:postmaster@${domain}`;
      return [fault("dmarc-missing", `Publish ${txtLine(`_dmarc.${domain}`, text)}`)];
    }
    case "found":
      return judgeRecord(discovery, facts, target);
  }
}

/** The steps of the walk below the record that applies; what stands above the organisation is not ours. */
function passedOver(walk: readonly WalkStep[], end: string | undefined): readonly WalkStep[] {
  const start = walk[0]?.domain ?? "";
  const organisation = organisationOf(start) ?? start;
  const at = walk.findIndex(({ domain }) => domain === end);
  return walk
    .slice(0, at < 0 ? walk.length : at)
    .filter(({ domain }) => isWithin(domain, organisation));
}

/** What stands at a name and is no record, or is more than one. */
function judgeWritten({ domain, answer }: WalkStep): readonly DmarcFault[] {
  const name = `_dmarc.${domain}`;
  const texts = answer.kind === "found" ? answer.records : [];
  const records = texts.filter(isDmarcRecord);
  if (records.length > 1) {
    const detail = `${name}: ${records.map(quoted).join(" and ")}`;
    const better = txtLine(name, merged(records, domain));
    return [fault("dmarc-several-records", `${detail}. Publish ${better}`)];
  }
  const [meant] = texts.filter((text) => /dmarc|\bp\s?=/i.test(text) && !OTHER_RECORD.test(text));
  if (records.length === 1 || meant === undefined) return [];
  const detail = `${name}: ${quoted(meant)} does not begin with v=DMARC1; as written`;
  return [fault("dmarc-syntax", `${detail}. Publish ${txtLine(name, harmless(meant, domain))}`)];
}

function judgeRecord(found: DmarcAt, facts: Facts, target: Target): readonly DmarcFault[] {
  const { faults, isVoid, reportsTo } = found.record;
  const alignment = judgeAlignment(found, facts, target.domain);
  if (isVoid) {
    const better = harmless(found.text, found.domain);
    return [
      fault("dmarc-syntax", sayFaults(found, better)),
      ...alignment,
      ...(reportsTo.length > 0 ? judgeReports(found, facts) : []),
    ];
  }
  const better = wellFormed(found.text);
  return [
    ...(faults.length > 0 ? [fault("dmarc-tag-broken", sayFaults(found, better))] : []),
    ...alignment,
    ...judgeReports(found, facts),
    // Advice on a policy that is not the one that was meant would mislead.
    ...(faults.length === 0 ? judgePolicy(found, facts, target, alignment.length === 0) : []),
  ];
}

function sayFaults({ record, text, domain }: DmarcAt, better: string): string {
  const name = `_dmarc.${domain}`;
  return `${name}: ${record.faults.join(", ")}: ${quoted(text)}. Publish ${txtLine(name, better)}`;
}
