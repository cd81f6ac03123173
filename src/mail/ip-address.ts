/** An IP address in its canonical spelling. */
export interface IpAddress {
  readonly text: string;
  readonly family: "ipv4" | "ipv6";
  /** `private` is every range that cannot send across the internet, loopback apart. */
  readonly scope: "public" | "private" | "loopback";
}

const MAX_LENGTH = 45;

/** Reads an IPv4 or IPv6 address; an IPv4 address mapped into IPv6 (RFC 4291 §2.5.5.2) is IPv4. */
export function parseIp(text: string): IpAddress | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const octets = parseIpv4(text);
  if (octets !== undefined) return fromOctets(octets);
  const groups = parseIpv6(text.toLowerCase());
  if (groups === undefined) return undefined;
  const [high = 0, low = 0] = groups.slice(6);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return fromOctets([high >> 8, high & 255, low >> 8, low & 255]);
  }
  return { text: formatIpv6(groups), family: "ipv6", scope: scopeOfIpv6(groups) };
}

/** Whether it is an address that can be reached across the internet. */
export function isPublicIp(text: string): boolean {
  return parseIp(text)?.scope === "public";
}

function fromOctets(octets: readonly number[]): IpAddress {
  return { text: octets.join("."), family: "ipv4", scope: scopeOfIpv4(octets) };
}

function parseIpv4(text: string): number[] | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return undefined;
  const octets = text.split(".").map(Number);
  return octets.every((octet) => octet < 256) ? octets : undefined;
}

function parseIpv6(text: string): number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(parseGroups);
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** Groups of four hexadecimal digits, the last two also as dotted quad (RFC 4291 §2.2). */
function parseGroups(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const octets = index === parts.length - 1 ? parseIpv4(part) : undefined;
    if (octets !== undefined) {
      const [a = 0, b = 0, c = 0, d = 0] = octets;
      groups.push(a * 256 + b, c * 256 + d);
    } else if (/^[0-9a-f]{1,4}$/.test(part)) {
      groups.push(parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

/** Lower case, the longest run of zero groups as `::` (RFC 5952 §4). */
function formatIpv6(groups: readonly number[]): string {
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.length === 1) return hex.join(":");
  return `${hex.slice(0, best.start).join(":")}::${hex.slice(best.start + best.length).join(":")}`;
}

/**
 * RFC 6890 and the registry behind it, as far as mail servers meet it. 198.18.0.0/15 (benchmarks) stays
 * public: it is never met on the internet, and it is what an internet set up for trials is made of.
 */
function scopeOfIpv4([a = 0, b = 0, c = 0]: readonly number[]): IpAddress["scope"] {
  if (a === 127) return "loopback";
  const isPrivate =
    a === 0 ||
    a === 10 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 0 && c === 0) ||
    (a === 192 && b === 168) ||
    a >= 224;
  return isPrivate ? "private" : "public";
}

function scopeOfIpv6(groups: readonly number[]): IpAddress["scope"] {
  const first = groups[0] ?? 0;
  if (groups.slice(0, 7).every((group) => group === 0)) {
    return groups[7] === 1 ? "loopback" : "private";
  }
  // fc00::/7 (RFC 4193), fe80::/10 (RFC 4291 §2.5.6) with the old fec0::/10, ff00::/8.
  const isLocal = (first & 0xfe00) === 0xfc00 || (first & 0xff80) === 0xfe80 || first >= 0xff00;
  // 64:ff9b::/96 and 64:ff9b:1::/48 are IPv4 behind a translator.
  const isTranslated =
    first === 0x64 &&
    groups[1] === 0xff9b &&
    (groups[2] === 1 || groups.slice(2, 6).every((group) => group === 0));
  // 100::/64 is for what is to be thrown away.
  const isDiscarded = first === 0x100 && groups.slice(1, 4).every((group) => group === 0);
  const isPrivate = isLocal || isTranslated || isDiscarded;
  return isPrivate ? "private" : "public";
}
