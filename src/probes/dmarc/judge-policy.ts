import { type DmarcPolicy, withTag } from "../../mail/dmarc-record.ts";
import type { DmarcAt } from "../../mail/dmarc-walk.ts";
import { txtLine } from "../../mail/txt-record.ts";
import { fault } from "../domain-probe.ts";
import type { DmarcFault } from "./findings.ts";
import { policyOf, policyTag } from "./policy.ts";
import type { Facts } from "./observe.ts";

const STRENGTH: Readonly<Record<DmarcPolicy, number>> = { none: 0, quarantine: 1, reject: 2 };

export function judgePolicy(found: DmarcAt, facts: Facts, domain: string): readonly DmarcFault[] {
  return [
    ...judgeReadiness(found, facts, domain),
    ...judgeBelow(found),
    ...judgePercentage(found),
    ...judgeSuffix(found, domain),
  ];
}

/** Whether a policy that does nothing yet could do something without harm to our own mail. */
function judgeReadiness(found: DmarcAt, facts: Facts, domain: string): readonly DmarcFault[] {
  const { record, text } = found;
  const tag = policyTag(found, domain, facts.isNonexistent);
  const policy = policyOf(record, tag);
  if (policy !== "none" && !record.isTesting) return [];
  const { verdicts } = facts;
  if (verdicts.length === 0 || verdicts.some(({ result }) => result !== "pass")) return [];
  const providers = [...new Set(verdicts.map(({ provider }) => provider))].join(", ");
  const next = policy === "none" ? withTag(text, tag, "quarantine") : text;
  const line = txtLine(`_dmarc.${found.domain}`, withTag(next, "t", undefined));
  return [fault("dmarc-ready", `${verdicts.length} canaries pass (${providers}). Publish ${line}`)];
}

function judgeBelow({ record, text, domain }: DmarcAt): readonly DmarcFault[] {
  const { policy, subdomains, nonexistent } = record;
  const weak = [
    ...(STRENGTH[subdomains] < STRENGTH[policy] ? (["sp"] as const) : []),
    ...(STRENGTH[nonexistent] < STRENGTH[policy] && nonexistent !== subdomains
      ? (["np"] as const)
      : []),
  ];
  if (weak.length === 0) return [];
  const mended = weak.reduce((mends, tag) => withTag(mends, tag, policy), text);
  const list = weak.map((tag) => `${tag}=${policyOf(record, tag)}`).join(" and ");
  const line = txtLine(`_dmarc.${domain}`, mended);
  return [fault("dmarc-subdomains-open", `${list} beside p=${policy}. Publish ${line}`)];
}

/** RFC 9989 §A.6: pct=0 was the way to say t=y. */
function judgePercentage({ record, text, domain }: DmarcAt): readonly DmarcFault[] {
  const { percentage } = record;
  if (percentage === undefined || percentage === "100") return [];
  const without = withTag(text, "pct", undefined);
  const mended = percentage === "0" ? withTag(without, "t", "y") : without;
  return [
    fault(
      "dmarc-pct",
      `pct=${percentage.slice(0, 20)}. Publish ${txtLine(`_dmarc.${domain}`, mended)}`,
    ),
  ];
}

function judgeSuffix(found: DmarcAt, domain: string): readonly DmarcFault[] {
  if (found.record.publicSuffix !== "yes" || found.domain !== domain) return [];
  const line = txtLine(`_dmarc.${domain}`, withTag(found.text, "psd", undefined));
  return [fault("dmarc-public-suffix", `Publish ${line}`)];
}
