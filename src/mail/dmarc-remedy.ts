import {
  type DmarcPolicy,
  mailboxOf,
  MAX_TAGS,
  parseDmarc,
  POLICIES,
  withTag,
} from "./dmarc-record.ts";

/** The record without what receivers cannot read, where its policies can be read. */
export function wellFormed(text: string): string {
  const tags = new Map<string, string>();
  for (const part of text.split(";").slice(0, MAX_TAGS)) {
    const at = part.indexOf("=");
    const name = part.slice(0, Math.max(0, at)).trim();
    const value = part.slice(at + 1).trim();
    if (tags.has(name)) continue;
    const sound = isSound(name, value) ? value : mendedUris(name, value);
    if (sound !== undefined) tags.set(name, sound);
  }
  return [...tags].map(([name, value]) => `${name}=${value}`).join("; ");
}

/** What was meant for a record, as one that enforces nothing: its policy has not been in force. */
export function harmless(text: string, domain: string): string {
  const body = text.replace(/^v\s*=\s*dmarc1\s*;?/i, "");
  const tags = wellFormed(["p", "sp", "np"].reduce(without, `v=DMARC1; ${body}`));
  const kept = withTag(tags, "p", "none");
  return parseDmarc(kept).reportsTo.length > 0
    ? kept
    : withTag(kept, "rua", `mailto:postmaster@${domain}`);
}

/** One record of several that receivers discard: the mildest, with the mailboxes of all. */
export function merged(texts: readonly string[], domain: string): string {
  const records = texts.map((text) => ({ text, ...parseDmarc(text) }));
  const [mildest] = records.toSorted(
    (one, other) => POLICIES.indexOf(one.policy) - POLICIES.indexOf(other.policy),
  );
  if (mildest === undefined || mildest.isVoid) return harmless(mildest?.text ?? "", domain);
  const mailboxes = new Set(records.flatMap(({ reportsTo }) => reportsTo));
  const rua = [...mailboxes].map((address) => `mailto:${address}`).join(",");
  const kept = wellFormed(mildest.text);
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

/** The mailboxes that can be read, also without mailto: before them and with a subject behind. */
function mendedUris(name: string, value: string): string | undefined {
  if (name !== "rua" && name !== "ruf") return undefined;
  const uris = value.split(",").flatMap((part) => {
    const [uri = ""] = part.trim().split("?");
    return [uri, `mailto:${uri}`].find((each) => mailboxOf(each) !== undefined) ?? [];
  });
  return uris.length === 0 ? undefined : uris.join(",");
}
