import { consentName, isDmarcRecord, withTag } from "../../mail/dmarc-record.ts";
import { type DmarcAt, organisationOfWalk, type WalkStep } from "../../mail/dmarc-walk.ts";
import { txtLine } from "../../mail/txt-record.ts";
import { fault } from "../domain-probe.ts";
import type { DmarcFault } from "./findings.ts";
import type { Destination, Facts } from "./observe.ts";

/** Whether reports are asked for, and may be sent where they are asked for. */
export function judgeReports(found: DmarcAt, facts: Facts): readonly DmarcFault[] {
  const { record, text, domain } = found;
  // A broken rua is reported as such.
  const isSilent =
    record.reportsTo.length === 0 && !record.faults.some((fault) => fault.startsWith("rua"));
  const mended = withTag(text, "rua", `mailto:postmaster@${domain}`);
  const at = facts.walk.findIndex((step) => step.domain === domain);
  const own = facts.walk.slice(at);
  return [
    ...(isSilent
      ? [fault("dmarc-no-reports", `Publish ${txtLine(`_dmarc.${domain}`, mended)}`)]
      : []),
    ...facts.destinations.flatMap((destination) => judgeDestination(destination, domain, own)),
  ];
}

/** RFC 9990 §4, RFC 9991 §5: mailboxes of another organisation have to agree. */
function judgeDestination(
  { address, domain, walk, consent }: Destination,
  policyDomain: string,
  own: readonly WalkStep[],
): readonly DmarcFault[] {
  if (domain === policyDomain) return [];
  const [ours, theirs] = [organisationOfWalk(own), organisationOfWalk(walk)];
  if (ours.kind === "unknown") return [fault("dmarc-undecided", ours.detail)];
  if (theirs.kind === "unknown") return [fault("dmarc-undecided", theirs.detail)];
  if (ours.domain === theirs.domain) return [];
  const name = consentName(policyDomain, domain);
  if (consent.kind === "failed") {
    return [fault("dmarc-undecided", `TXT of ${name}: ${consent.detail}`)];
  }
  if (consent.kind === "found" && consent.records.some(isDmarcRecord)) return [];
  return [fault("dmarc-report-unauthorised", `${address} needs ${txtLine(name, "v=DMARC1")}`)];
}
