import { generateKeyPairSync } from "node:crypto";

/** Records by name and type: data as dns-packet takes it, and the TTL. */
type Zones = ReadonlyMap<string, ReadonlyMap<string, ZoneData>>;

interface ZoneData {
  readonly data: readonly unknown[];
  readonly ttl: number;
}

/** A domain that mail is from, as its operator set it up. */
interface PostureDomain {
  readonly name: string;
  /** The zone that the name lies in. */
  readonly zone: string;
  readonly selectors: readonly string[];
}

export interface PostureWorld {
  readonly domains: readonly PostureDomain[];
  readonly zones: Zones;
  /** Answers about names in them are validated. */
  readonly signed: ReadonlySet<string>;
  /** Every zone, with the addresses of its name servers. */
  readonly servers: ReadonlyMap<string, readonly string[]>;
  /** Addresses that mail leaves from. */
  readonly exits: readonly string[];
}

export const RESOLVER = "198.18.0.53";
/** Where policies and logos are fetched from. */
export const WEB = "198.18.0.80";
const HOUR_SECONDS = 3600;
const DNS_PROVIDERS = 8;

/**
 * Domains as one hosting operator has them: most share mail servers, SPF includes and name servers, a
 * third also sends by a bulk mailer and a shop system, some have a mail server of their own name, four in ten
 * are signed, and one in ten sends from a name below its zone.
 */
export function postureWorld(count: number): PostureWorld {
  const zones = new Map<string, Map<string, ZoneData>>();
  const servers = new Map<string, readonly string[]>();
  const signed = new Set<string>(["host.example", "example", "test"]);
  const add = (name: string, type: string, data: readonly unknown[], ttl = HOUR_SECONDS): void => {
    const types = zones.get(name) ?? new Map<string, ZoneData>();
    zones.set(name, types.set(type, { data, ttl }));
  };
  const exits = ["198.18.1.25", "198.18.1.26", "2001:2:0:1::25"];
  const key = newPublicKey();
  addHost(add, exits);
  for (const zone of ["host.example", "bulk.example", "shop.example"]) addZone(zone, 0);
  const domains = Array.from({ length: count }, (_, n) => {
    const zone = `firm${n}.${n % 2 === 0 ? "example" : "test"}`;
    const name = n % 10 === 9 ? `news.${zone}` : zone;
    if (n % 5 < 2) signed.add(zone);
    addZone(zone, n % DNS_PROVIDERS);
    addMail(add, name, n, key);
    addPolicies(add, name, zone, n);
    const selectors = ["s2026", "s2025", ...(n % 3 === 0 ? ["bulk"] : [])];
    return { name, zone, selectors };
  });
  return { domains, zones, signed, servers, exits };

  function addZone(zone: string, provider: number): void {
    const names = Array.from(
      { length: 2 + (provider % 3) },
      (_, n) => `ns${n}.dns${provider}.example`,
    );
    add(zone, "NS", names, HOUR_SECONDS);
    servers.set(
      zone,
      names.flatMap((_, n) => nameServer(provider, n)),
    );
    for (const [n, name] of names.entries()) {
      const [ipv4, ipv6] = nameServer(provider, n);
      add(name, "A", [ipv4]);
      add(name, "AAAA", [ipv6]);
    }
  }
}

type Add = (name: string, type: string, data: readonly unknown[], ttl?: number) => void;

function nameServer(provider: number, n: number): [ipv4: string, ipv6: string] {
  return [`198.18.${10 + provider}.${n + 1}`, `2001:2:0:${10 + provider}::${n + 1}`];
}

/** The operator itself, and the two services that its customers send by. */
function addHost(add: Add, exits: readonly string[]): void {
  for (const n of [1, 2]) {
    add(`mx${n}.host.example`, "A", [`198.18.2.${n}`]);
    add(`mx${n}.host.example`, "AAAA", [`2001:2:0:2::${n}`]);
    add(`_25._tcp.mx${n}.host.example`, "TLSA", [tlsa(n)]);
  }
  add(
    "out.host.example",
    "A",
    exits.filter((ip) => !ip.includes(":")),
  );
  add(
    "out.host.example",
    "AAAA",
    exits.filter((ip) => ip.includes(":")),
  );
  for (const ip of exits) add(reverseName(ip), "PTR", ["out.host.example"]);
  add("_spf.host.example", "TXT", ["v=spf1 ip4:198.18.1.0/24 a:out.host.example -all"]);
  add("spf.shop.example", "TXT", ["v=spf1 ip4:198.19.3.0/24 ~all"]);
  add(
    "_spf.bulk.example",
    "TXT",
    ["v=spf1 include:_a.bulk.example include:_b.bulk.example ~all"],
    300,
  );
  add("_a.bulk.example", "TXT", ["v=spf1 ip4:198.19.1.0/24 ip4:198.19.2.0/24 ~all"], 300);
  add("_b.bulk.example", "TXT", ["v=spf1 ip4:198.19.4.0/24 ip6:2001:2:9::/48 ~all"], 300);
  add("_dmarc.host.example", "TXT", ["v=DMARC1; p=reject; rua=mailto:dmarc@host.example"]);
}

function addMail(add: Add, name: string, n: number, key: string): void {
  const hasOwnHost = n % 4 === 3;
  const own = `mail.${name}`;
  if (hasOwnHost) {
    add(own, "A", ["198.18.2.1"]);
    add(own, "AAAA", ["2001:2:0:2::1"]);
  }
  const hosts = hasOwnHost ? [own] : ["mx1.host.example", "mx2.host.example"];
  add(
    name,
    "MX",
    hosts.map((exchange, at) => ({ preference: 10 * (at + 1), exchange })),
  );
  add(name, "A", [WEB]);
  const bulk = n % 3 === 0 ? " include:_spf.bulk.example include:spf.shop.example" : "";
  add(name, "TXT", [`v=spf1 mx include:_spf.host.example${bulk} -all`, "verification=0123456789"]);
  for (const selector of ["s2026", "s2025"]) {
    add(`${selector}._domainkey.${name}`, "TXT", [dkimRecord(key)]);
  }
  if (n % 3 === 0) {
    const target = `firm${n}.dkim.bulk.example`;
    add(`bulk._domainkey.${name}`, "CNAME", [target]);
    add(target, "TXT", [dkimRecord(key)], 300);
  }
}

function addPolicies(add: Add, name: string, zone: string, n: number): void {
  add(`_dmarc.${zone}`, "TXT", [
    `v=DMARC1; p=quarantine; rua=mailto:${n % 2 === 0 ? `dmarc@${zone}` : "dmarc@host.example"}`,
  ]);
  if (n % 2 === 1) add(`${zone}._report._dmarc.host.example`, "TXT", ["v=DMARC1"]);
  if (n % 2 === 0) add(zone, "CAA", [{ flags: 0, tag: "issue", value: "ca.example" }]);
  if (n % 5 < 2) {
    add(`_mta-sts.${name}`, "TXT", ["v=STSv1; id=20261122"]);
    add(`mta-sts.${name}`, "A", [WEB]);
    add(`_smtp._tls.${name}`, "TXT", ["v=TLSRPTv1; rua=mailto:tls@host.example"]);
  }
  if (n % 5 === 0) {
    add(`default._bimi.${name}`, "TXT", [`v=BIMI1; l=https://mta-sts.${name}/logo.svg; a=`]);
  }
}

/** A TXT record as character strings of 255 octets at most. */
function dkimRecord(publicKey: string): readonly string[] {
  return `v=DKIM1; k=rsa; p=${publicKey}`.match(/.{1,255}/g) ?? [];
}

function newPublicKey(): string {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return publicKey.export({ type: "spki", format: "der" }).toString("base64");
}

function tlsa(n: number) {
  return { usage: 3, selector: 1, matchingType: 1, certificate: Buffer.alloc(32, n) };
}

function reverseName(ip: string): string {
  if (!ip.includes(":")) return `${ip.split(".").toReversed().join(".")}.in-addr.arpa`;
  const [head = "", tail = ""] = ip.split("::").map((half) =>
    half
      .split(":")
      .map((group) => group.padStart(4, "0"))
      .join(""),
  );
  const digits = `${head}${tail.padStart(32 - head.length, "0")}`;
  return `${digits.split("").toReversed().join(".")}.ip6.arpa`;
}
