import { isAligned, type Nearness, nearness } from "../../mail/alignment.ts";
import { withTag } from "../../mail/dmarc-record.ts";
import { type DmarcAt, organisationOfWalk } from "../../mail/dmarc-walk.ts";
import { txtLine } from "../../mail/txt-record.ts";
import { fault } from "../domain-probe.ts";
import type { DmarcFault } from "./findings.ts";
import type { Facts, SenderFacts, Walked } from "./observe.ts";

/** What each route authenticates as, against the domain in From (RFC 9989 §4.4). */
export function judgeAlignment(
  found: DmarcAt,
  facts: Facts,
  domain: string,
): readonly DmarcFault[] {
  const near = nearFrom(facts, domain);
  return facts.senders.flatMap((sender) => judgeSender(sender, found, domain, near));
}

/** The domains whose signatures would do on the route; those that may are left out. */
export function alignedSigners(
  { signers = [] }: SenderFacts,
  { record }: DmarcAt,
  facts: Facts,
  domain: string,
): ReadonlySet<string> {
  const near = nearFrom(facts, domain);
  const aligned = signers.filter((each) => isAligned(near(each), record.dkimAlignment) === true);
  return new Set(aligned.map((each) => each.domain));
}

function nearFrom(facts: Facts, domain: string): (walked: Walked) => Nearness {
  const from = { domain, organisation: organisationOfWalk(facts.walk) };
  return ({ domain: name, walk }) =>
    nearness(from, { domain: name, organisation: organisationOfWalk(walk) });
}

function judgeSender(
  { route, envelope, signers }: SenderFacts,
  found: DmarcAt,
  domain: string,
  near: (walked: Walked) => Nearness,
): readonly DmarcFault[] {
  if (signers === undefined) return [];
  const { spfAlignment, dkimAlignment } = found.record;
  const spf = near(envelope);
  const dkim = signers.map(near);
  const byDkim = some(dkim.map((each) => isAligned(each, dkimAlignment)));
  if (byDkim === true) return [];
  const bySpf = isAligned(spf, spfAlignment);
  const unknown = [spf, ...dkim].find((each) => each.kind === "unknown");
  if (unknown !== undefined && (byDkim === undefined || bySpf === undefined)) {
    return [fault("dmarc-undecided", unknown.detail)];
  }
  const names = signers.map((signer) => `d=${signer.domain}`).join(", ") || "no signature";
  const detail = `${route}: ${names}, envelope ${envelope.domain}, From ${domain}.${remedy(found, [
    ...(dkim.some(isNear) ? (["adkim"] as const) : []),
    ...(isNear(spf) ? (["aspf"] as const) : []),
  ])}`;
  if (bySpf !== true) return [fault("dmarc-unaligned", detail)];
  // That nothing is signed is for the DKIM probe to say.
  return signers.length === 0 ? [] : [fault("dmarc-dkim-unaligned", detail)];
}

function isNear({ kind }: Nearness): boolean {
  return kind === "organisation";
}

/** Whether one is true; undefined where one might be. */
function some(values: readonly (boolean | undefined)[]): boolean | undefined {
  if (values.includes(true)) return true;
  return values.includes(undefined) ? undefined : false;
}

/** The record that would take the same organisation for aligned, where strictness alone forbids it. */
function remedy({ text, domain, record }: DmarcAt, tags: readonly ("adkim" | "aspf")[]): string {
  const strict = tags.filter(
    (tag) => (tag === "adkim" ? record.dkimAlignment : record.spfAlignment) === "strict",
  );
  if (strict.length === 0) return "";
  const mended = strict.reduce((relaxed, tag) => withTag(relaxed, tag, undefined), text);
  return ` Or relax: ${txtLine(`_dmarc.${domain}`, mended)}`;
}
