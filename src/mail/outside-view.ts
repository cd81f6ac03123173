import type { Dns, DnsAnswer } from "../domain/dns.ts";
import { ask, type Asked, recordsOf } from "./dns-answers.ts";
import { isPublicIp, parseIp } from "./ip-address.ts";
import { findApex } from "./zone-apex.ts";

/** Name servers of a zone that are tried. */
const MAX_SERVERS = 3;

/**
 * What the zone's own name server says of a host's addresses, which is what others see; nothing where
 * no name server with a public address answers.
 */
export async function askOutside(
  name: string,
  dns: Dns,
  signal: AbortSignal,
): Promise<readonly Asked<string>[]> {
  const zone = await findApex(name, (each) => dns.query(each, "NS", signal));
  if (zone.kind !== "found") return [];
  for (const nameServer of zone.nameServers.slice(0, MAX_SERVERS)) {
    const found = recordsOf(await ask(dns, nameServer, "A", signal));
    const server = found.find(isPublicIp);
    if (server === undefined) continue;
    const how = { server, authoritative: true };
    const answers = await Promise.all([
      ask(dns, name, "A", signal, how),
      ask(dns, name, "AAAA", signal, how),
    ]);
    if (answers.every(({ answer }) => answer.kind !== "failed")) return answers;
  }
  return [];
}

/** Whether one of the addresses can be reached across the internet. */
export function isPublic(asked: readonly Pick<Asked<string>, "answer">[]): boolean {
  return asked.flatMap(recordsOf).some(isPublicIp);
}

/**
 * The DNS with the addresses of hosts that receivers find: a network may have its own view of them, and
 * the machine itself (`127.0.1.1` of /etc/hosts, by systemd-resolved). Failed where only that is known.
 */
export function asOthersSee(dns: Dns): Dns {
  // One look meets a host many times, and servers out of reach take their time.
  const known = new Map<string, ReturnType<typeof askOutside>>();
  return {
    async query(name, type, signal, options) {
      const answer = await dns.query(name, type, signal, options);
      if (type !== "A" && type !== "AAAA") return answer;
      const addresses = answer as DnsAnswer<string>;
      const inside = await hiddenBehind(addresses, { name, type }, dns, signal);
      if (inside === undefined) return answer;
      const outside = known.get(name) ?? askOutside(name, dns, signal);
      known.set(name, outside);
      const seen = (await outside).find((each) => each.type === type)?.answer;
      return (isWord(seen) ? seen : sayUnseen(addresses, inside)) as typeof answer;
    },
  };
}

/** Addresses that mean nothing outside, or that stand beside none of the other family. */
async function hiddenBehind(
  answer: DnsAnswer<string>,
  { name, type }: { readonly name: string; readonly type: "A" | "AAAA" },
  dns: Dns,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  if (answer.kind === "failed") return undefined;
  if (answer.kind === "absent" && type === "A") return undefined;
  const known = answer.kind === "found" ? answer : await dns.query(name, "A", signal);
  const found = recordsOf({ answer: known });
  return found.length === 0 || isPublic([{ answer: known }]) ? undefined : found;
}

/** A private address says once more that somebody has a view of their own. */
function isWord(answer: DnsAnswer<string> | undefined): answer is DnsAnswer<string> {
  if (answer === undefined) return false;
  return recordsOf({ answer }).every((address) => parseIp(address)?.scope !== "private");
}

/** Loopback is what `exists` of SPF is answered with, and means itself (RFC 7208 §5.7). */
function sayUnseen(answer: DnsAnswer<string>, inside: readonly string[]): DnsAnswer<string> {
  const isPrivate = inside.some((address) => parseIp(address)?.scope === "private");
  if (answer.kind === "found" && !isPrivate) return answer;
  const detail = `here it is ${inside.join(", ")}, which means nothing outside, and its name servers do not tell us what others see`;
  return { kind: "failed", why: "refused", detail };
}
