import {
  certificate,
  EVERY_SUITE,
  postfix,
  records,
  together,
  weakDiffieHellman,
} from "./posture-faults.ts";
import { OWN } from "./posture-names.ts";
import type { Row } from "./posture-row.ts";

const { domain, hostname } = OWN;
const SUBMISSION = `${hostname}:587`;

/** TLS, certificates and the face of the operator's servers. */
export const TLS_ROWS: readonly Row[] = [
  {
    fault: "certificate of the MX expired",
    begin: certificate("mx", { isExpired: true }),
    findings: [`tls-certificate-expired: ${domain}`],
  },
  {
    fault: "certificate of the submission server expired",
    begin: certificate("submission", { isExpired: true }),
    findings: [`tls-certificate-expired: ${SUBMISSION}`],
    canaryEnds: false,
  },
  {
    fault: "certificate of the submission server with another name",
    begin: certificate("submission", { name: `www.${domain}` }),
    findings: [`tls-certificate-name: ${SUBMISSION}`],
    canaryEnds: false,
  },
  {
    fault: "certificate of the MX with another name, under an MTA-STS policy",
    begin: certificate("mx", { name: `www.${domain}` }),
    findings: [`mta-sts-certificate: ${domain}`],
    recordOk: { mta_sts: 0, dane: 1 },
  },
  {
    fault: "certificate of the MX with another name, and nobody has promised a good one",
    begin: together(
      records("_mta-sts"),
      records("_25._tcp"),
      certificate("mx", { name: `www.${domain}` }),
    ),
    findings: [`tls-mx-certificate-unverified: ${domain}`],
    recordOk: { mta_sts: undefined, dane: undefined },
  },
  {
    fault: "certificate of the web server with the MTA-STS policy expired",
    begin: certificate("policy", { isExpired: true }),
    findings: [`mta-sts-policy-broken: ${domain}`],
  },
  {
    fault: "certificate of the MX with another key than the TLSA record's",
    begin: certificate("mx", { isRekeyed: true }),
    findings: [`dane-mismatch: ${domain}`],
    recordOk: { dane: 0, mta_sts: 1 },
  },
  {
    fault: "certificate of the submission server by an authority that nobody knows",
    begin: certificate("submission", { isUntrusted: true }),
    findings: [`tls-certificate-untrusted: ${SUBMISSION}`],
    canaryEnds: false,
  },
  {
    fault: "certificate that must be stapled",
    begin: certificate("mx", { mustStaple: true }),
    findings: [`tls-staple-missing: ${domain}`],
  },
  {
    fault: "TLS 1.0 only",
    begin: postfix("smtpd_tls_protocols=TLSv1", EVERY_SUITE),
    findings: [`tls-outdated: ${domain}`],
  },
  {
    fault: "Diffie-Hellman with too small a group",
    begin: weakDiffieHellman(),
    findings: [`tls-weak-dh: ${domain}`],
  },
  {
    fault: "STARTTLS stripped on the way to the MX",
    begin: postfix("smtp/inet/smtpd_discard_ehlo_keywords=starttls"),
    findings: [`tls-starttls-missing: ${domain}`],
  },
  {
    fault: "STARTTLS stripped on the way to the submission server",
    begin: postfix("submission/inet/smtpd_discard_ehlo_keywords=starttls"),
    findings: [`tls-starttls-missing: ${SUBMISSION}`],
    canaryEnds: false,
  },
  {
    fault: "AUTH offered in the clear",
    begin: postfix("smtp/inet/smtpd_sasl_auth_enable=yes"),
    findings: [`tls-auth-in-clear: ${domain}`],
  },
  {
    fault: "open relay",
    begin: postfix(
      "smtp/inet/mynetworks=0.0.0.0/0",
      "smtp/inet/smtpd_relay_restrictions=permit_mynetworks,reject_unauth_destination",
    ),
    findings: [`smtp-open-relay: ${domain}`],
  },
  {
    fault: "open relay that judges envelopes inside TLS only",
    begin: postfix(
      "smtp/inet/smtpd_tls_security_level=encrypt",
      "smtp/inet/mynetworks=0.0.0.0/0",
      "smtp/inet/smtpd_relay_restrictions=permit_mynetworks,reject_unauth_destination",
    ),
    findings: [`smtp-open-relay: ${domain}`],
  },
];
