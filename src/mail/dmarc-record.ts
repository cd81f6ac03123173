export type DmarcPolicy = "none" | "quarantine" | "reject";

/** A DMARC Policy Record (RFC 9989 §4.7), defaults filled in. */
export interface DmarcRecord {
  /** Where p= is missing or a policy is wrong, receivers act as on p=none at best (§4.10.1). */
  readonly policy: DmarcPolicy;
  /** For subdomains that exist. */
  readonly subdomains: DmarcPolicy;
  /** For names below that do not exist. */
  readonly nonexistent: DmarcPolicy;
  /** t=y: receivers act one step more mildly than the policy says. */
  readonly isTesting: boolean;
  /** Whether the domain says that it is a public suffix, that it is none, or nothing. */
  readonly publicSuffix: "yes" | "no" | "unsaid";
  readonly dkimAlignment: AlignmentMode;
  readonly spfAlignment: AlignmentMode;
  /** Addresses for aggregate reports, without `mailto:`. */
  readonly reportsTo: readonly string[];
  /** Addresses for reports of single failures (RFC 9991), without `mailto:`. */
  readonly failureReportsTo: readonly string[];
  /** There is no p=, or a policy is misspelt: at best that is p=none, and at worst no record (§4.10.1). */
  readonly isVoid: boolean;
  /** What is wrong with it, in words. */
  readonly faults: readonly string[];
  /** What pct= says; receivers no longer read it. */
  readonly percentage: string | undefined;
}

export type AlignmentMode = "strict" | "relaxed";

/** Tags of a record that are read; there are a dozen. */
export const MAX_TAGS = 32;
/** Of what is wrong with it, as shown to people. */
const MAX_QUOTED = 100;

/** From the mildest. */
export const POLICIES: readonly string[] = ["none", "quarantine", "reject"] satisfies DmarcPolicy[];

/** Whether receivers take the TXT record for a DMARC record: it begins with the version, as written. */
export function isDmarcRecord(text: string): boolean {
  return /^v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/.test(text);
}

/** Reads a record that isDmarcRecord() took. */
export function parseDmarc(text: string): DmarcRecord {
  const faults: string[] = [];
  const tags = readTags(text, faults);
  const read = <Value extends string>(
    name: string,
    allowed: readonly string[],
    otherwise: Value,
  ): Value => {
    const value = tags.get(name)?.toLowerCase();
    if (value === undefined) return otherwise;
    if (allowed.includes(value)) return value as Value;
    faults.push(`${name}=${value.slice(0, MAX_QUOTED)} is not ${allowed.join(" or ")}`);
    return otherwise;
  };
  if (!tags.has("p")) faults.push("there is no p=");
  const isVoid = !tags.has("p") || ["p", "sp", "np"].some((tag) => !isPolicy(tags.get(tag)));
  const policy = read<DmarcPolicy>("p", POLICIES, "none");
  const subdomains = read<DmarcPolicy>("sp", POLICIES, policy);
  const nonexistent = read<DmarcPolicy>("np", POLICIES, subdomains);
  const reportsTo = addressesOf("rua", tags, faults);
  const psd = read<"y" | "n" | "u">("psd", ["y", "n", "u"], "u");
  return {
    policy: isVoid ? "none" : policy,
    subdomains: isVoid ? "none" : subdomains,
    nonexistent: isVoid ? "none" : nonexistent,
    isTesting: read<"y" | "n">("t", ["y", "n"], "n") === "y",
    publicSuffix: ({ y: "yes", n: "no", u: "unsaid" } as const)[psd],
    dkimAlignment: read<"r" | "s">("adkim", ["r", "s"], "r") === "s" ? "strict" : "relaxed",
    spfAlignment: read<"r" | "s">("aspf", ["r", "s"], "r") === "s" ? "strict" : "relaxed",
    reportsTo,
    failureReportsTo: addressesOf("ruf", tags, faults),
    isVoid,
    faults,
    percentage: tags.get("pct"),
  };
}

function isPolicy(value: string | undefined): boolean {
  return value === undefined || POLICIES.includes(value.toLowerCase());
}

/** Where another organisation says that it takes reports about the domain (RFC 9990 §4). */
export function consentName(policyDomain: string, host: string): string {
  return `${policyDomain}._report._dmarc.${host}`;
}

/** RFC 9989 §4.8: what is no tag is passed over, and the rest of the record counts. */
function readTags(text: string, faults: string[]): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  const parts = text.split(";").slice(0, MAX_TAGS);
  for (const part of parts) {
    if (part.trim() === "") continue;
    const at = part.indexOf("=");
    const name = part.slice(0, Math.max(0, at)).trim();
    const isTag = /^[a-z]+$/i.test(name);
    if (!isTag) faults.push(`${part.trim().slice(0, MAX_QUOTED)} is not tag=value`);
    else if (tags.has(name)) faults.push(`${name}= stands twice`);
    else tags.set(name, part.slice(at + 1).trim());
  }
  return tags;
}

/** The record with one tag written differently, or without it. */
export function withTag(text: string, name: string, value: string | undefined): string {
  const parts = text
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  const at = parts.findIndex((part) => part.split("=")[0]?.trim() === name);
  const written = value === undefined ? [] : [`${name}=${value}`];
  // A new tag goes behind the version and the policy, where people look for it.
  const place = at >= 0 ? at : Math.min(name === "p" ? 1 : 2, parts.length);
  return parts.toSpliced(place, at >= 0 ? 1 : 0, ...written).join("; ");
}

/** Everybody reports by mail, nobody otherwise (RFC 9989 §4.7). */
function addressesOf(
  tag: "rua" | "ruf",
  tags: ReadonlyMap<string, string>,
  faults: string[],
): readonly string[] {
  return (tags.get(tag)?.split(",") ?? []).flatMap((part) => {
    const uri = part.trim();
    const address = mailboxOf(uri);
    if (address !== undefined) return [address];
    if (!/^https?:/i.test(uri)) {
      faults.push(`${tag}: ${uri.slice(0, MAX_QUOTED)} is not mailto: and an address`);
    }
    return [];
  });
}

/** The address in a `mailto:`; sizes behind `!` are of the past (RFC 9989 §4.8). */
export function mailboxOf(uri: string): string | undefined {
  return /^mailto:([^\s@!?,]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*)(?:!\d+[kmgt]?)?$/i.exec(uri)?.[1];
}
