import type { TlsSession } from "../../domain/tls.ts";
import { type Certificate, isMadeOutTo, namesIn, readCertificate } from "../../mail/certificate.ts";
import { type Life, lifeOf } from "../../mail/certificate-life.ts";
import { stapleFault } from "../../mail/ocsp-staple.ts";
import { quoted } from "../../mail/txt-record.ts";
import type { TlsFinding } from "./findings.ts";
import type { Complaint } from "./judge.ts";
import type { Server } from "./sights.ts";

const BY_LIFE: Readonly<Record<Exclude<Life, "good">, TlsFinding>> = {
  early: "tls-certificate-early",
  over: "tls-certificate-expired",
  soon: "tls-certificate-ends-soon",
  near: "tls-certificate-near-end",
};

/** OpenSSL's codes that are about dates, wherever in the chain. */
const ABOUT_DATES = new Map<string, TlsFinding>([
  ["CERT_HAS_EXPIRED", "tls-certificate-expired"],
  ["CERT_NOT_YET_VALID", "tls-certificate-early"],
]);

const REASONS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "it is signed by itself",
  SELF_SIGNED_CERT_IN_CHAIN: "its authority is not one that this machine trusts",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "the server leaves out the intermediate certificate, or its authority is not one that this machine trusts",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its chain does not lead to an authority known here",
};

/** Dates, trust and name: of these only the first that is wrong, and then what else is. */
export function judgeCertificate(
  session: TlsSession,
  server: Server,
  now: number,
): readonly Complaint[] {
  const chain = session.chain.flatMap((der) => readCertificate(der) ?? []);
  const [leaf] = chain;
  if (leaf === undefined) {
    return [{ kind: "tls-undecided", detail: "the certificate that it shows cannot be read" }];
  }
  const validity =
    judgeDates(chain, session, server, now) ?? judgeTrust(leaf, session.distrust, server);
  const weakness = weaknessOf(leaf, chain);
  const staple = leaf.mustStaple ? stapleFault(session.staple, leaf, now) : undefined;
  return [
    ...(validity === undefined ? [] : [validity]),
    ...(weakness === undefined
      ? []
      : [{ kind: "tls-certificate-weak" as const, detail: weakness }]),
    ...(staple === undefined ? [] : [{ kind: "tls-staple-missing" as const, detail: staple }]),
  ];
}

function judgeDates(
  chain: readonly Certificate[],
  { distrust }: TlsSession,
  { isPinned }: Server,
  now: number,
): Complaint | undefined {
  const [leaf, ...issuers] = chain;
  if (leaf === undefined || (isPinned && leaf.isSelfSigned)) return undefined;
  const life = lifeOf(leaf, now);
  const dates = `valid from ${day(leaf.notBefore)} until ${day(leaf.notAfter)}`;
  if (life === "over" || life === "early") return { kind: BY_LIFE[life], detail: dates };
  const ofChain = ABOUT_DATES.get(distrust ?? "");
  if (ofChain !== undefined) {
    const culprit = issuers.find((each) => ["over", "early"].includes(lifeOf(each, now)));
    const which = culprit?.x509.subject.replaceAll("\n", ", ") ?? "the authority";
    return { kind: ofChain, detail: `not the server's own, but one above it: ${which}` };
  }
  if (life !== "good") return { kind: BY_LIFE[life], detail: dates };
  // Cross-signed copies of roots may lie in the chain and end without harm: a warning will do.
  const ending = issuers.find(
    (each) => !each.isSelfSigned && ["soon", "near"].includes(lifeOf(each, now)),
  );
  if (ending === undefined) return undefined;
  const which = ending.x509.subject.replaceAll("\n", ", ");
  const detail = `the intermediate certificate ${which} ends ${day(ending.notAfter)}`;
  return { kind: "tls-certificate-near-end", detail };
}

function judgeTrust(
  leaf: Certificate,
  distrust: string | undefined,
  { protocol, name, isPinned }: Server,
): Complaint | undefined {
  if (isPinned) return undefined;
  const isMx = protocol === "smtp";
  if (distrust !== undefined) {
    const kind = isMx ? "tls-mx-certificate-unverified" : "tls-certificate-untrusted";
    const reason = REASONS[distrust] ?? "it does not verify";
    const issuer = leaf.x509.issuer.replaceAll("\n", ", ");
    return { kind, detail: `${reason} (${distrust}); its issuer is ${quoted(issuer)}` };
  }
  if (isMadeOutTo(leaf, name)) return undefined;
  const kind = isMx ? "tls-mx-certificate-unverified" : "tls-certificate-name";
  return { kind, detail: `it is made out to ${namesIn(leaf)}, not to ${name}` };
}

function weaknessOf(leaf: Certificate, chain: readonly Certificate[]): string | undefined {
  if (leaf.isKeyWeak) return `its key is ${leaf.key}`;
  // What a root is signed with does not matter: it is trusted for being there.
  const weak = chain.find((each) => each.isSignatureWeak && !each.isSelfSigned);
  return weak && `it is signed with ${weak.x509.signatureAlgorithm}`;
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ") + " UTC";
}
