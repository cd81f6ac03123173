import type { TlsSession, TlsSurvey } from "../../domain/tls.ts";
import type { Complaint } from "./judge.ts";
import type { Server } from "./observe.ts";

const OLD = ["TLSv1", "TLSv1.1"] as const;
/** What OpenSSL's security level 2 asks for, the default of Debian and Red Hat. */
const MIN_DH_BITS = 2048;
/** Without a key of its own for each session (TLS 1.2 and before). */
const NO_FORWARD_SECRECY = /^(?!TLS_|ECDHE-|DHE-|ADH-|AECDH-)/;

/** Versions, ciphers, and how STARTTLS is kept. */
export function judgeSession(
  session: TlsSession,
  survey: TlsSurvey | undefined,
  role: Server["role"],
): readonly Complaint[] {
  const isOutdated = OLD.some((version) => version === session.version);
  const old = OLD.filter((version) => survey?.versions[version] === "offered");
  const weak = weakSuites(session, survey, role);
  const dhBits = survey?.dhBits ?? MIN_DH_BITS;
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
    session.clear?.capabilities.some((each) => /^AUTH[ =]/.test(each)) === true && {
      kind: "tls-auth-in-clear",
      detail: "AUTH is among the answers to EHLO before STARTTLS",
    },
  ];
  return complaints.filter((complaint) => complaint !== false);
}

function weakSuites(
  { version, cipher }: TlsSession,
  survey: TlsSurvey | undefined,
  role: Server["role"],
): string | undefined {
  const weak = [
    survey?.nullSuites === "offered" && "suites without encryption (eNULL)",
    // Mail between servers is not authenticated as a rule: there they do no harm (RFC 7672 §8.2).
    survey?.anonymousSuites === "offered" &&
      role === "submission" &&
      "suites without a certificate (aNULL)",
    version === "TLSv1.2" && NO_FORWARD_SECRECY.test(cipher) && `${cipher}, no forward secrecy`,
  ].filter((each) => each !== false);
  return weak.length === 0 ? undefined : weak.join("; ");
}
