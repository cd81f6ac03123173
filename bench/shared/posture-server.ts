import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, decode, type DecodedPacket, encode } from "dns-packet";
import { createAuthority } from "../../test/fakes/certificates.ts";
import { postureWorld, type PostureWorld, RESOLVER, WEB } from "./posture-zones.ts";
import { delayOf } from "./resolver-delay.ts";

/** A question as it came over the wire. */
export interface WireQuestion {
  readonly name: string;
  readonly type: string;
  /** The address that was asked. */
  readonly server: string;
  /** DO, CD and RD. */
  readonly flags: string;
}

export interface Tally {
  readonly questions: readonly WireQuestion[];
  /** Questions without an answer at one moment, the most there were. */
  readonly mostAtOnce: number;
}

/** What the server's process tells: that it is ready, and what was asked since the last time. */
export type Told = { readonly ca: string } | Tally;

const DNS_PORT = 53;
/** A resolver that has the answer already is on the same network. */
const CACHED_MS = 1;
const WEB_MS = 60;
const NEGATIVE_TTL = 300;
const FLAGS = { authoritative: 0x0400, authenticated: 0x0020, recursion: 0x0180 };
const CODES = { nxdomain: 3, refused: 5 };
/** The tag of a key of zeros (RFC 4034 Appendix B). */
const SIGNED = { algorithm: 13, keyTag: 1038 };
const POLICY_MX = ["mx1.host.example", "mx2.host.example"];
const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 1 1"><title>Firm</title></svg>';

/**
 * A resolver, the name servers and the web server of the posture world, in a process of their own. Each message
 * to it begins a new tally, and says whether the zones of five domains are dead.
 */
export async function servePosture(domains: number): Promise<void> {
  const world = postureWorld(domains);
  const authority = createAuthority();
  const names = world.domains.map(({ name }) => `mta-sts.${name}`);
  const web = createServer(authority.issue(names), ({ url, headers: { host = "" } }, response) => {
    setTimeout(() => response.end(url?.endsWith(".svg") ? LOGO : policyOf(host)), WEB_MS);
  });
  web.listen(443, WEB);
  await once(web, "listening");
  let questions: WireQuestion[] = [];
  let resolved = new Set<string>();
  let isSilent = false;
  let open = 0;
  let mostAtOnce = 0;

  async function serve(address: string): Promise<void> {
    const socket = createSocket(address.includes(":") ? "udp6" : "udp4");
    const take = async (message: Buffer, peer: RemoteInfo): Promise<void> => {
      const query = decode(message);
      const question = readQuestion(query, address);
      questions.push(question);
      // Nobody answers for the first of the firms.
      if (isSilent && /(^|\.)firm[0-4]\./.test(question.name)) return;
      mostAtOnce = Math.max(mostAtOnce, (open += 1));
      const key = `${question.name} ${question.type}`;
      const isCached = address === RESOLVER && resolved.has(key);
      await sleep(isCached ? CACHED_MS : delayOf(question.name));
      resolved.add(key);
      open -= 1;
      socket.send(answer(query, question, world), peer.port, peer.address);
    };
    socket.on("message", (message, peer) => void take(message, peer));
    socket.bind(DNS_PORT, address);
    await once(socket, "listening");
  }

  const addresses = new Set([RESOLVER, ...[...world.servers.values()].flat()]);
  for (const address of addresses) await serve(address);
  process.on("message", (silent: boolean) => {
    isSilent = silent;
    process.send?.({ questions, mostAtOnce } satisfies Told);
    questions = [];
    resolved = new Set();
    mostAtOnce = 0;
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ ca: authority.ca } satisfies Told);
}

function policyOf(host: string): string {
  const own = `mx: mail.${host.replace("mta-sts.", "")}`;
  const lines = [
    "version: STSv1",
    "mode: testing",
    "max_age: 604800",
    own,
    ...POLICY_MX.map((mx) => `mx: ${mx}`),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

function readQuestion(query: DecodedPacket, server: string): WireQuestion {
  const { name = "", type = "" } = query.questions?.[0] ?? {};
  const flags = [
    ...(query.flag_rd ? ["RD"] : []),
    ...(query.flag_cd ? ["CD"] : []),
    ...(query.additionals?.some((one) => one.type === "OPT" && one.flag_do) ? ["DO"] : []),
  ];
  return { name: name.toLowerCase(), type, server, flags: flags.join(" ") };
}

function answer(
  query: DecodedPacket,
  { name, type, server, flags }: WireQuestion,
  world: PostureWorld,
): Buffer {
  const zone = zoneOf(name, world);
  const isAuthority = server !== RESOLVER;
  const answers = recordsOf(name, type, flags.includes("DO"), world);
  const exists = answers.length > 0 || isName(name, world);
  const isRefused = isAuthority && !world.servers.get(zone)?.includes(server);
  const reply = encode({
    type: "response",
    id: query.id ?? 0,
    questions: query.questions ?? [],
    answers: isRefused ? [] : answers,
    authorities: answers.length > 0 || isRefused ? [] : [soa(zone)],
    flags:
      (isAuthority ? FLAGS.authoritative : FLAGS.recursion) |
      (world.signed.has(zone) && !isAuthority ? FLAGS.authenticated : 0),
  });
  const code = isRefused ? CODES.refused : exists ? 0 : CODES.nxdomain;
  reply.writeUInt8((reply.readUInt8(3) & 0xf0) | code, 3);
  return reply;
}

function recordsOf(name: string, type: string, dnssec: boolean, world: PostureWorld): Answer[] {
  const zone = zoneOf(name, world);
  const isSigned = world.signed.has(zone) && zone === name;
  const types = world.zones.get(name);
  const alias = types?.get("CNAME");
  if (alias !== undefined) {
    const [target] = alias.data as string[];
    return [
      record(name, "CNAME", target, alias.ttl),
      ...recordsOf(target ?? "", type, dnssec, world),
    ];
  }
  const known = types?.get(type);
  const found = known?.data.map((data) => record(name, type, data, known.ttl)) ?? [];
  if (type === "SOA" && world.servers.has(name)) found.push(soa(name));
  if (type === "DS" && isSigned)
    found.push(record(name, type, { ...SIGNED, digestType: 2, digest: Buffer.alloc(32) }));
  if (type === "DNSKEY" && isSigned)
    found.push(record(name, type, { flags: 257, algorithm: 13, key: Buffer.alloc(64) }));
  if (dnssec && found.length > 0 && world.signed.has(zone)) found.push(signature(name, type, zone));
  return found;
}

function soa(zone: string): Answer {
  const data = {
    mname: `ns0.${zone}`,
    rname: `hostmaster.${zone}`,
    serial: 1,
    refresh: 1,
    retry: 1,
    expire: 1,
    minimum: NEGATIVE_TTL,
  };
  return record(zone, "SOA", data, NEGATIVE_TTL);
}

function signature(name: string, type: string, signersName: string): Answer {
  const now = Math.floor(Date.now() / 1000);
  const data = {
    ...SIGNED,
    typeCovered: type,
    labels: name.split(".").length,
    originalTTL: 3600,
    inception: now - 86_400,
    expiration: now + 14 * 86_400,
    signersName,
    signature: Buffer.alloc(64),
  };
  return record(name, "RRSIG", data);
}

function record(name: string, type: string, data: unknown, ttl = 3600): Answer {
  return { name, type, ttl, class: "IN", data } as Answer;
}

/** The longest zone that the name lies in; the top level where there is none. */
function zoneOf(name: string, { servers }: PostureWorld): string {
  for (let at = name; at.includes("."); at = at.slice(at.indexOf(".") + 1)) {
    if (servers.has(at)) return at;
  }
  return name.slice(name.lastIndexOf(".") + 1);
}

/** It has records, or names below it (RFC 8020 §2). */
function isName(name: string, { zones }: PostureWorld): boolean {
  return zones.has(name) || [...zones.keys()].some((other) => other.endsWith(`.${name}`));
}
