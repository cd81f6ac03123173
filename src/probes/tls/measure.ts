import type { Labels, MetricSpec, Sample } from "../../domain/metric.ts";
import type { Observation } from "../../domain/result.ts";
import { TLS_VERSIONS, type TlsSession } from "../../domain/tls.ts";
import {
  type Certificate,
  fingerprintOf,
  namesIn,
  readCertificate,
} from "../../mail/certificate.ts";
import { shareLeft } from "../../mail/certificate-life.ts";
import { FINDINGS } from "./findings.ts";
import { judgeServer } from "./judge.ts";
import type { Facts, Server } from "./sights.ts";

const SERVER = ["host", "port"] as const;

const OK = gauge(
  "deliverability_tls_ok",
  "1 if the server's TLS can be used without harm, 0 if something is wrong with it.",
  SERVER,
);
const NOT_AFTER = gauge(
  "deliverability_tls_cert_not_after_timestamp_seconds",
  "When the first certificate of the chain ends, roots apart; the earliest of all addresses.",
  SERVER,
);
const LIFETIME_LEFT = gauge(
  "deliverability_tls_cert_lifetime_left_ratio",
  "Share of the certificate's lifetime that is left, at servers of your own; the least of all addresses.",
  SERVER,
);
const VERSION_OFFERED = gauge(
  "deliverability_tls_version_offered",
  "1 if the server agrees to the version at any address, 0 if not. SSLv3 cannot be tested.",
  [...SERVER, "version"],
);
const DH_BITS = gauge(
  "deliverability_tls_dh_bits",
  "Size of the Diffie-Hellman group, where the server offers one; the least of all addresses.",
  SERVER,
);

export const METRICS: readonly MetricSpec[] = [
  OK,
  NOT_AFTER,
  LIFETIME_LEFT,
  VERSION_OFFERED,
  DH_BITS,
];

export function measure({ servers, observedAt }: Facts): readonly Sample[] {
  return servers.flatMap((server) => measureServer(server, observedAt));
}

/** The certificate that the server shows, once every address was seen. */
export function identities({ servers }: Facts): readonly Observation[] {
  return servers.flatMap((server) => {
    const leaves = leavesOf(server);
    if (leaves.length === 0 || leaves.length < server.sights.length) return [];
    const values = new Set(leaves.map(described));
    const aspect = `certificate ${server.port}`;
    return [{ subject: server.host, aspect, value: [...values].toSorted().join("; ") }];
  });
}

function measureServer(server: Server, now: number): readonly Sample[] {
  const labels = { host: server.host, port: String(server.port) };
  const leaves = leavesOf(server);
  const ends = sessionsOf(server).flatMap((session) => endsOf(session, now));
  return [
    ...okOf(server, labels, now),
    ...least(NOT_AFTER, labels, ends),
    ...least(
      LIFETIME_LEFT,
      labels,
      // A provider renews when it likes, and no alert shall ask the operator to.
      server.isOurs ? leaves.map((leaf) => shareLeft(leaf, now)) : [],
    ),
    ...versionsOf(server, labels),
    ...least(
      DH_BITS,
      labels,
      server.sights.flatMap(({ survey }) => survey?.dhBits ?? []),
    ),
  ];
}

/** Roots end without harm, and so has what a chain is trusted without: cross-signed copies of roots. */
function endsOf(session: TlsSession, now: number): readonly number[] {
  const isTrusted = session.distrust === undefined;
  const [leaf, ...above] = readChain(session);
  const needed = above.filter(
    ({ isSelfSigned, notAfter }) => !isSelfSigned && !(isTrusted && notAfter <= now),
  );
  return [...(leaf === undefined ? [] : [leaf]), ...needed].map(({ notAfter }) => notAfter / 1000);
}

/** No series while nobody knows. */
function okOf(server: Server, labels: Labels, now: number): readonly Sample[] {
  const severities = judgeServer(server, now).map(({ kind }) => FINDINGS[kind].severity);
  if (severities.includes("fail")) return [{ metric: OK, labels, value: 0 }];
  const isSeen = server.sights.some(({ look }) => look.kind === "seen");
  return !isSeen || severities.includes("unknown") ? [] : [{ metric: OK, labels, value: 1 }];
}

function versionsOf({ sights }: Server, labels: Labels): readonly Sample[] {
  return TLS_VERSIONS.flatMap((version) => {
    const offers = sights.flatMap(({ survey }) => survey?.versions[version] ?? []);
    const isOffered = offers.includes("offered");
    if (!isOffered && !offers.includes("refused")) return [];
    const value = isOffered ? 1 : 0;
    return [{ metric: VERSION_OFFERED, labels: { ...labels, version }, value }];
  });
}

function least(metric: MetricSpec, labels: Labels, values: readonly number[]): readonly Sample[] {
  return values.length === 0 ? [] : [{ metric, labels, value: Math.min(...values) }];
}

function leavesOf(server: Server): readonly Certificate[] {
  return sessionsOf(server).flatMap((session) => readChain(session)[0] ?? []);
}

function sessionsOf({ sights }: Server): readonly TlsSession[] {
  return sights.flatMap(({ look }) => (look.kind === "seen" ? [look.session] : []));
}

function readChain({ chain }: TlsSession): readonly Certificate[] {
  return chain.flatMap((der) => readCertificate(der) ?? []);
}

function described(certificate: Certificate): string {
  const until = new Date(certificate.notAfter).toISOString().slice(0, 10);
  const names = namesIn(certificate).slice(0, 100);
  return `${names} until ${until}, ${certificate.key}, SHA-256 ${fingerprintOf(certificate)}`;
}

function gauge(name: string, help: string, labels: readonly string[]): MetricSpec {
  return { name, help, type: "gauge", labels };
}
