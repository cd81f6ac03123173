import {
  type DmarcPolicy,
  isDmarcRecord,
  mailboxOf,
  MAX_TAGS,
  parseDmarc,
  POLICIES,
  withTag,
} from "./dmarc-record.ts";

/**
 * The record without what receivers cannot read; undefined where a policy is misspelt, and only its
 * owner knows what was meant.
 */
export function wellFormed(text: string): string | undefined {
  const tags = new Map<string, string>();
  for (const part of text.split(";").slice(0, MAX_TAGS)) {
    const at = part.indexOf("=");
    const name = part.slice(0, Math.max(0, at)).trim();
    const value = part.slice(at + 1).trim();
    if (tags.has(name)) continue;
    const sound = isSound(name, value) ? value : mendedUris(name, value);
    if (sound !== undefined) tags.set(name, sound);
    else if (["p", "sp", "np"].includes(name)) return undefined;
  }
  const kept = [...tags].map(([name, value]) => `${name}=${value}`).join("; ");
  // RFC 9989 §4.10.1: that is what a record without it comes to.
  return tags.has("p") ? kept : withTag(kept, "p", "none");
}

/** What was meant for a record, as one that does no harm: its policy has never been in force. */
export function harmless(text: string, domain: string): string {
  const body = text.replace(/^v\s*=\s*dmarc1\s*;?/i, "");
  const record = `v=DMARC1; ${withTag(body, "p", undefined)}`;
  const kept = wellFormed(["sp", "np"].reduce(without, record)) ?? "v=DMARC1; p=none";
  return parseDmarc(kept).reportsTo.length > 0
    ? kept
    : withTag(kept, "rua", `mailto:postmaster@${domain}`);
}

/** One record of several that receivers discard: the mildest, with the mailboxes of all. */
export function merged(texts: readonly string[], domain: string): string {
  const mildness = (text: string) => POLICIES.indexOf(parseDmarc(text).policy);
  const [mildest = ""] = texts
    .filter(isDmarcRecord)
    .toSorted((one, other) => mildness(one) - mildness(other));
  const mailboxes = new Set(texts.flatMap((text) => parseDmarc(text).reportsTo));
  const rua = [...mailboxes].map((address) => `mailto:${address}`).join(",");
  const kept = wellFormed(mildest) ?? harmless(mildest, domain);
  return rua === "" ? kept : withTag(kept, "rua", rua);
}

function without(text: string, tag: string): string {
  return withTag(text, tag, undefined);
}

/** Whether receivers read the tag as it is written. */
function isSound(name: string, value: string): boolean {
  if (!/^[a-z]+$/i.test(name)) return false;
  const others = name === "v" ? "" : "v=DMARC1; ";
  const policy = name === "p" ? "" : `; p=${"none" satisfies DmarcPolicy}`;
  return parseDmarc(`${others}${name}=${value}${policy}`).faults.length === 0;
}

/** The mailboxes that can be read; an address that lacks its mailto: is one. */
function mendedUris(name: string, value: string): string | undefined {
  if (name !== "rua" && name !== "ruf") return undefined;
  const uris = value.split(",").flatMap((part) => {
    const uri = part.trim();
    return [uri, `mailto:${uri}`].find((each) => mailboxOf(each) !== undefined) ?? [];
  });
  return uris.length === 0 ? undefined : uris.join(",");
}
