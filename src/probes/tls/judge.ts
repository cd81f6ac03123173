import type { Finding } from "../../domain/finding.ts";
import { fingerprintOf, namesIn, readCertificate } from "../../mail/certificate.ts";
import { bounded } from "../../mail/txt-record.ts";
import type { TlsFinding } from "./findings.ts";
import { judgeCertificate } from "./judge-certificate.ts";
import { judgeSession } from "./judge-session.ts";
import { remedyOf } from "./remedies.ts";
import type { Facts, Server, Sight } from "./sights.ts";

/** What is wrong at one address, before it is known whether the others say the same. */
export interface Complaint {
  readonly kind: TlsFinding;
  readonly detail: string;
}

export function judge(facts: Facts): readonly Finding<TlsFinding>[] {
  return [
    ...facts.troubles.map((trouble) => ({ kind: "tls-undecided" as const, ...trouble })),
    ...facts.astray.map((record) => ({ kind: "tls-srv-astray" as const, ...record })),
    ...facts.servers.flatMap((server) => judgeServer(server, facts.observedAt)),
  ];
}

/** What harms our own mail or passwords at a provider's server; the rest is theirs to look after. */
const HARMFUL: ReadonlySet<TlsFinding> = new Set<TlsFinding>([
  "tls-starttls-missing",
  "tls-handshake-failed",
  "tls-outdated",
  "tls-certificate-expired",
  "tls-certificate-early",
  "tls-certificate-name",
  "tls-certificate-untrusted",
  "tls-mx-certificate-unverified",
  "tls-injection",
  "tls-undecided",
]);

/** Each complaint once, with the addresses that it is about. */
export function judgeServer(server: Server, now: number): readonly Finding<TlsFinding>[] {
  const found = findingsAt(server, now);
  return server.isOurs ? found : found.filter(({ kind }) => HARMFUL.has(kind));
}

function findingsAt(server: Server, now: number): readonly Finding<TlsFinding>[] {
  const complaints = server.sights.flatMap((sight) =>
    judgeSight(sight, server, now).map((complaint) => ({ ...complaint, address: sight.address })),
  );
  const alike = Map.groupBy(complaints, ({ kind, detail }) => JSON.stringify([kind, detail]));
  const findings = [...alike.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const addresses = [first, ...more].map(({ address }) => address).join(", ");
    return [finding(server, first.kind, `${addresses}: ${first.detail}`)];
  });
  return [...findings, ...judgeDifference(server, now)];
}

function judgeSight(sight: Sight, server: Server, now: number): readonly Complaint[] {
  const { look } = sight;
  switch (look.kind) {
    case "seen":
      return [
        ...judgeCertificate(look.session, server, now),
        ...judgeSession(look.session, sight.survey, server.protocol),
      ];
    case "no-starttls":
      return [{ kind: "tls-starttls-missing", detail: look.detail }];
    case "refused":
      return [{ kind: "tls-handshake-failed", detail: look.detail }];
    case "failed":
      return [{ kind: "tls-undecided", detail: `${look.detail} (${look.why})` }];
  }
}

/**
 * Each node of a pool may have a certificate of its own: it matters where something is wrong with
 * one, and then whether IPv6 is served by somebody else than IPv4.
 */
function judgeDifference(server: Server, now: number): readonly Finding<TlsFinding>[] {
  const shown = server.sights.flatMap(({ address, look }) => {
    const [leaf] = look.kind === "seen" ? look.session.chain : [];
    const certificate = leaf && readCertificate(leaf);
    if (look.kind !== "seen" || certificate === undefined) return [];
    const isSound = judgeCertificate(look.session, server, now).length === 0;
    return [{ address, certificate, fingerprint: fingerprintOf(certificate), isSound }];
  });
  if (shown.every(({ isSound }) => isSound)) return [];
  const families = Map.groupBy(shown, ({ address }) => address.includes(":"));
  const sets = [...families.values()].map((members) =>
    [...new Set(members.map(({ fingerprint }) => fingerprint))].toSorted().join(),
  );
  if (new Set(sets).size < 2) return [];
  const groups = Map.groupBy(shown, ({ fingerprint }) => fingerprint);
  const lines = [...groups].map(([fingerprint, members]) => {
    const addresses = members.map(({ address }) => address).join(", ");
    const names = members[0] && namesIn(members[0].certificate);
    return `${addresses}: ${names}, SHA-256 ${fingerprint.slice(0, 16)}...`;
  });
  return [finding(server, "tls-certificate-differs", lines.join("; "))];
}

function finding(server: Server, kind: TlsFinding, detail: string) {
  const { subject, host, port, protocol } = server;
  // Why a server does not answer is told by nothing that is wrong with other domains that use it.
  const about = kind === "tls-undecided" ? [] : server.about;
  const remedy = server.isOurs ? remedyOf(kind, protocol) : theirs(kind);
  const how = remedy === undefined ? "" : ` (${remedy})`;
  return { kind, subject, about, detail: bounded(`${host} port ${port}, ${detail}`) + how };
}

/** What to do about a provider's server. */
function theirs(kind: TlsFinding): string | undefined {
  return kind === "tls-undecided"
    ? undefined
    : "it is outside your domains: tell who runs it, or name the host under endpoints if that is you";
}
