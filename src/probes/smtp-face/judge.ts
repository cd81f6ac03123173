import { formatDuration, SECOND } from "../../domain/duration.ts";
import type { DnsAnswer } from "../../domain/dns.ts";
import type { Finding } from "../../domain/finding.ts";
import type { SmtpFace } from "../../domain/smtp-face.ts";
import { type IpAddress, parseIp } from "../../mail/ip-address.ts";
import { sharesPrefix } from "../../mail/ip-network.ts";
import { isLocalName, organisationOf } from "../../mail/organisation.ts";
import { quoted } from "../../mail/txt-record.ts";
import type { SmtpFinding } from "./findings.ts";
import type { Facts, ServerFacts, Sight } from "./observe.ts";

/** Greeting late on purpose, to tire spammers, takes up to half a minute. */
const SLOW_GREETING_MS = 30 * SECOND;
const SLOW_REPLY_MS = 10 * SECOND;

type Seen = Extract<SmtpFace, { kind: "seen" }>;

interface Complaint {
  readonly kind: SmtpFinding;
  readonly detail: string;
}

export function judge({ servers, troubles }: Facts): readonly Finding<SmtpFinding>[] {
  return [
    ...troubles.map((trouble) => ({ kind: "smtp-undecided" as const, ...trouble })),
    ...servers.flatMap((server) =>
      server.sights.flatMap((sight) =>
        judgeSight(sight, server).map(({ kind, detail }) => ({
          kind,
          subject: server.subject,
          detail: `${server.host} port ${server.port}, ${sight.address}: ${detail}`,
        })),
      ),
    ),
  ];
}

function judgeSight(sight: Sight, server: ServerFacts): readonly Complaint[] {
  const { face } = sight;
  if (face.kind === "failed") return [{ kind: "smtp-undecided", detail: face.detail }];
  const complaints: (Complaint | undefined)[] = [
    judgeRelay(face, sight.address),
    judgeName(face, server.names, sight.reverse),
    judgeVrfy(face),
    judgePace(face),
  ];
  return complaints.filter((complaint) => complaint !== undefined);
}

function judgeRelay({ relay, localAddress, seenAs }: Seen, address: string): Complaint | undefined {
  const taken = relay.find(({ outcome }) => outcome === "accepted");
  const [theirs, ...ours] = [address, localAddress, seenAs].map((text) => parseIp(text ?? ""));
  const known = ours.filter((each) => each !== undefined);
  if (taken === undefined || known.length === 0 || known.some((each) => isNear(each, theirs))) {
    return undefined;
  }
  const { sender, recipient, reply } = taken;
  const from = [...new Set(known.map(({ text }) => text))].join(", seen as ");
  const detail = `MAIL FROM:<${sender}>, RCPT TO:<${recipient}> from ${from}: ${reply}`;
  // A container or a machine in the LAN may be meant to relay; behind NAT it is a stranger after all.
  const isStranger = known.some(({ scope }) => scope === "public");
  return { kind: isStranger ? "smtp-open-relay" : "smtp-relay-undecided", detail };
}

/** Servers relay for their own machine and network; what they do for a neighbour tells nothing. */
function isNear(ours: IpAddress, theirs: IpAddress | undefined): boolean {
  if (theirs === undefined || theirs.scope === "loopback") return true;
  return sharesPrefix(ours, theirs, ours.family === "ipv4" ? 24 : 64);
}

/** Large providers use other names of their own; a stranger's name or `localhost` is meant here. */
function judgeName(
  face: Seen,
  names: readonly string[] | undefined,
  reverse: DnsAnswer<string>,
): Complaint | undefined {
  if (names === undefined) return undefined;
  const name = face.heloName ?? face.bannerName;
  if (name === undefined || isLocalName(name)) {
    const detail = `the greeting is ${quoted(face.banner)}, which names no host of the internet`;
    return { kind: "smtp-name-mismatch", detail };
  }
  const own = [...names, ...(reverse.kind === "found" ? reverse.records : [])];
  const isOwn = own.some((each) => each === name || organisationOf(each) === organisationOf(name));
  if (isOwn || own.length === 0 || reverse.kind === "failed") return undefined;
  const detail = `it says ${name}; it is known, by reverse DNS as well, as ${own.join(", ")}`;
  return { kind: "smtp-name-mismatch", detail };
}

/** RFC 5321 §3.5.3: 252 is the answer that gives nothing away. */
function judgeVrfy({ vrfyCode }: Seen): Complaint | undefined {
  const isTold = vrfyCode === 250 || vrfyCode === 251;
  return isTold
    ? { kind: "smtp-vrfy-answers", detail: `VRFY postmaster is answered with ${vrfyCode}` }
    : undefined;
}

function judgePace({ greetingMs, slowestReplyMs }: Seen): Complaint | undefined {
  if (greetingMs <= SLOW_GREETING_MS && slowestReplyMs <= SLOW_REPLY_MS) return undefined;
  const detail = `greeting after ${formatDuration(greetingMs)}, slowest reply after ${formatDuration(slowestReplyMs)}`;
  return { kind: "smtp-slow", detail };
}
