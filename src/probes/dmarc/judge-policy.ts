import { type DmarcPolicy, withTag } from "../../mail/dmarc-record.ts";
import type { DmarcAt } from "../../mail/dmarc-walk.ts";
import { isWithin } from "../../mail/organisation.ts";
import { txtLine } from "../../mail/txt-record.ts";
import { fault } from "../domain-probe.ts";
import type { DmarcFault } from "./findings.ts";
import { alignedSigners } from "./judge-alignment.ts";
import type { Facts, Target } from "./observe.ts";
import { policyOf, policyTag } from "./policy.ts";

const STRENGTH: Readonly<Record<DmarcPolicy, number>> = { none: 0, quarantine: 1, reject: 2 };

export function judgePolicy(
  found: DmarcAt,
  facts: Facts,
  target: Target,
  areAligned: boolean,
): readonly DmarcFault[] {
  return [
    ...(areAligned && canAllPass(found, facts, target) ? judgeReadiness(found, facts, target) : []),
    ...judgeBelow(found),
    ...judgePercentage(found),
    ...judgeSuffix(found, target.domain),
  ];
}

/**
 * Whether each route was judged and every newest canary passes by an aligned signature: streams that
 * are not aligned come first (RFC 9989 §5.1.6), and SPF alone does not do (§7.4).
 */
function canAllPass(found: DmarcAt, facts: Facts, { domain }: Target): boolean {
  return facts.senders.every((sender) => {
    const aligned = alignedSigners(sender, found, facts, domain);
    const canaries = facts.canaries.filter(({ route }) => route === sender.route);
    return (
      canaries.some(({ verdicts }) => verdicts.length > 0) &&
      canaries.every(
        ({ verdicts, signers }) =>
          verdicts.every((verdict) => verdict === "pass") &&
          signers.some((signer) => aligned.has(signer)),
      )
    );
  });
}

/** A policy that does nothing yet could do something without harm to our own mail. */
function judgeReadiness(
  found: DmarcAt,
  { isNonexistent, canaries }: Facts,
  { domain, others }: Target,
): readonly DmarcFault[] {
  const { record, text } = found;
  const tag = policyTag(found, domain, isNonexistent);
  const policy = policyOf(record, tag);
  if (policy !== "none" && !record.isTesting) return [];
  const judged = canaries.filter(({ verdicts }) => verdicts.length > 0);
  const providers = [...new Set(judged.map(({ provider }) => provider))].join(", ");
  const next = policy === "none" ? withTag(text, tag, "quarantine") : text;
  const line = txtLine(`_dmarc.${found.domain}`, withTag(next, "t", undefined));
  const heirs = others.filter((other) => isWithin(other, found.domain)).join(", ");
  const caution =
    heirs === "" ? "" : `. It may apply to ${heirs} as well: mend what is found there first`;
  const detail = `${judged.length} canaries pass (${providers}). Publish ${line}${caution}`;
  return [fault("dmarc-ready", detail)];
}

function judgeBelow({ record, text, domain }: DmarcAt): readonly DmarcFault[] {
  const { policy, subdomains, nonexistent } = record;
  // Otherwise what is said of subdomains holds.
  const isWritten = /;\s*np\s*=/.test(text);
  const weak = [
    ...(STRENGTH[subdomains] < STRENGTH[policy] ? (["sp"] as const) : []),
    ...(STRENGTH[nonexistent] < STRENGTH[policy] && isWritten ? (["np"] as const) : []),
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
