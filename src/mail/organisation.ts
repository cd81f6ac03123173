/** Second-level names under which registries of a country sell: `example.co.uk` is one organisation. */
const REGISTRY_LABELS = new Set(
  "ac co com edu gob gov go mil ne net nom or org plc ltd gen gv sch asn id web".split(" "),
);

/**
 * The part of a host name that one organisation owns, lower-cased: `example.org` of `mx1.example.org`.
 * A rule of thumb without the Public Suffix List: good enough to group the hosts of one receiver,
 * not to tell strangers under a shared suffix apart. Undefined for addresses and single labels.
 */
export function organisationOf(host: string | undefined): string | undefined {
  const name = host?.toLowerCase().replace(/\.$/, "") ?? "";
  if (name.length > 255 || !/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(name)) return undefined;
  const labels = name.split(".");
  const [second = "", top = ""] = labels.slice(-2);
  if (/^\d+$/.test(top)) return undefined;
  const isShared = top.length === 2 && REGISTRY_LABELS.has(second);
  return labels.slice(isShared ? -3 : -2).join(".");
}

/** Whether the host is the domain itself or lies below it; both lower-cased. */
export function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** The name and every domain above it but the top level: in one of their zones it lies. */
export function domainsAbove(host: string): readonly string[] {
  const labels = host.toLowerCase().split(".");
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
}

/** A name that means something inside one network only: `mx3`, `mx3.internal`, `localhost`. */
export function isLocalName(host: string): boolean {
  const name = host.toLowerCase();
  if (/^[a-z0-9_-]+$/.test(name)) return true;
  return ["internal", "local", "localdomain", "lan", "home.arpa"].some((top) =>
    isWithin(name, top),
  );
}
