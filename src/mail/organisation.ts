import { getDomain } from "tldts";

/** The Public Suffix List, with the part of those who let strangers register below them. */
const BY_REGISTRATION = {
  allowPrivateDomains: true,
  extractHostname: false,
  validateHostname: false,
  detectIp: false,
};

/**
 * The part of a host name that one organisation has registered, lower-cased: `example.org` of
 * `mx1.example.org`, `example.duckdns.org` of `mail.example.duckdns.org`; a public suffix is its own.
 * Undefined for addresses and single labels. DMARC has its own rule, the tree walk (RFC 9989 §4.10).
 */
export function organisationOf(host: string | undefined): string | undefined {
  const name = host?.toLowerCase().replace(/\.$/, "") ?? "";
  if (name.length > 255 || !/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(name)) return undefined;
  return /\.\d+$/.test(name) ? undefined : (getDomain(name, BY_REGISTRATION) ?? name);
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
