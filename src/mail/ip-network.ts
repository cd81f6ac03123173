import type { IpAddress } from "./ip-address.ts";

/** The octets of an address, 4 or 16, the leftmost first. */
export function octetsOf({ text, family }: Pick<IpAddress, "text" | "family">): number[] {
  if (family === "ipv4") return text.split(".").map(Number);
  const [head = "", tail = ""] = text.split("::");
  const left = groupsOf(head);
  const right = groupsOf(tail);
  const zeros = Array<number>(8 - left.length - right.length).fill(0);
  return [...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 255]);
}

/** Whether both addresses agree in their first `prefix` bits; never across families. */
export function sharesPrefix(one: IpAddress, other: IpAddress, prefix: number): boolean {
  if (one.family !== other.family) return false;
  const others = octetsOf(other);
  return octetsOf(one).every((octet, index) => {
    const bits = Math.min(8, Math.max(0, prefix - 8 * index));
    const mask = (0xff << (8 - bits)) & 0xff;
    return (octet & mask) === ((others[index] ?? 0) & mask);
  });
}

/** An address of a network that examples use and nobody has (RFC 5737 §3, RFC 3849 §2, RFC 9637 §2). */
export function isForExamples({ text, family }: IpAddress): boolean {
  return family === "ipv4"
    ? /^(?:192\.0\.2|198\.51\.100|203\.0\.113)\./.test(text)
    : /^(?:2001:db8|3fff:[0-9a-f]{0,3}):/.test(text);
}

/** The name that holds the address's PTR records (RFC 1035 §3.5, RFC 3596 §2.5). */
export function reverseNameOf(ip: IpAddress): string {
  const octets = octetsOf(ip).toReversed();
  if (ip.family === "ipv4") return `${octets.join(".")}.in-addr.arpa`;
  const nibbles = octets.flatMap((octet) => [octet & 15, octet >> 4]);
  return `${nibbles.map((nibble) => nibble.toString(16)).join(".")}.ip6.arpa`;
}

function groupsOf(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => parseInt(group, 16));
}
