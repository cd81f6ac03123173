import type { MailProtocol } from "../../domain/endpoint.ts";
import type { ClearText, TlsSession, TlsSurvey } from "../../domain/tls.ts";
import type { Complaint } from "./judge.ts";

const OLD = ["TLSv1", "TLSv1.1"] as const;
/** What OpenSSL's security level 2 asks for, the default of Debian and Red Hat. */
const MIN_DH_BITS = 2048;
/** Without a key of its own for each session (TLS 1.2 and before). */
const NO_FORWARD_SECRECY = /^(?!TLS_|ECDHE-|DHE-|ADH-|AECDH-)/;

/** Versions, ciphers, and how STARTTLS is kept. */
export function judgeSession(
  session: TlsSession,
  survey: TlsSurvey | undefined,
  protocol: MailProtocol,
): readonly Complaint[] {
  const isOutdated = OLD.some((version) => version === session.version);
  const old = OLD.filter((version) => survey?.versions[version] === "offered");
  const weak = weakSuites(session, survey, protocol);
  const dhBits = survey?.dhBits ?? MIN_DH_BITS;
  const loginsInClear = session.clear && offerOfLogins(session.clear, protocol);
  const complaints: (Complaint | false)[] = [
    isOutdated && { kind: "tls-outdated", detail: `the best it agrees to is ${session.version}` },
    !isOutdated && old.length > 0 && { kind: "tls-old-versions", detail: old.join(" and ") },
    weak !== undefined && { kind: "tls-weak-suites", detail: weak },
    dhBits < MIN_DH_BITS && { kind: "tls-weak-dh", detail: `${dhBits} bits` },
    survey?.injection === "open" && {
      kind: "tls-injection",
      detail: "a command sent in the clear behind STARTTLS was answered inside TLS",
    },
    session.clear?.saidMore === true && {
      kind: "tls-injection",
      detail: "more came in the clear behind the answer to STARTTLS",
    },
    loginsInClear !== undefined && { kind: "tls-auth-in-clear", detail: loginsInClear },
  ];
  return complaints.filter((complaint) => complaint !== false);
}

/** By what a server says before TLS that it takes passwords; undefined: it does not. */
function offerOfLogins(
  { capabilities, isFromItself }: ClearText,
  protocol: MailProtocol,
): string | undefined {
  const offers = (pattern: RegExp) => capabilities.find((each) => pattern.test(each));
  if (protocol === "smtp" || protocol === "submission") {
    // Others (GSSAPI, CRAM-MD5, NTLM) do not send the password; some servers write AUTH=.
    const offer = offers(/^AUTH[ =](?:.* )?(?:PLAIN|LOGIN)(?: |$)/);
    return offer && `${offer} is among the answers to EHLO before STARTTLS`;
  }
  // Dovecot takes its own machine for safe, and tells it nothing of what strangers are told.
  if (isFromItself) return undefined;
  if (protocol === "imap") {
    const offer = offers(/^AUTH=(?:PLAIN|LOGIN)$/);
    if (offer !== undefined) return `${offer} is among its capabilities before STARTTLS`;
    // RFC 9051 §6.2.3: who does not take passwords in the clear says so.
    const isRefused = capabilities.includes("LOGINDISABLED");
    return isRefused ? undefined : "LOGINDISABLED is not among its capabilities before STARTTLS";
  }
  // RFC 2449 §6.2 and §6.3.
  const offer = offers(/^USER$|^SASL(?: .*)? (?:PLAIN|LOGIN)(?: |$)/);
  return offer && `${offer} is among the answers to CAPA before STLS`;
}

function weakSuites(
  { version, cipher }: TlsSession,
  survey: TlsSurvey | undefined,
  protocol: MailProtocol,
): string | undefined {
  const weak = [
    survey?.nullSuites === "offered" && "suites without encryption (eNULL)",
    // Mail between servers is not authenticated as a rule: there they do no harm (RFC 7672 §8.2).
    survey?.anonymousSuites === "offered" &&
      protocol !== "smtp" &&
      "suites without a certificate (aNULL)",
    version === "TLSv1.2" && NO_FORWARD_SECRECY.test(cipher) && `${cipher}, no forward secrecy`,
  ].filter((each) => each !== false);
  return weak.length === 0 ? undefined : weak.join("; ");
}
