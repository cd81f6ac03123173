import type { MailProtocol } from "../../domain/endpoint.ts";
import type { TlsFinding } from "./findings.ts";

/** Settings of Postfix where mail is taken, of Dovecot where it is read. */
interface Remedy {
  readonly smtp: string;
  /** Where it differs for users. */
  readonly submission?: string;
  readonly mailboxes: string;
}

/** Postfix before 3.6 gives up TLS altogether over what it does not understand. */
const BEFORE_3_6 = "(before Postfix 3.6: !SSLv2, !SSLv3, !TLSv1, !TLSv1.1)";

/** The mandatory ones count where the security level is `encrypt`, at 587 and 465 as a rule. */
const VERSIONS: Remedy = {
  smtp: `Postfix: smtpd_tls_protocols and smtpd_tls_mandatory_protocols = >=TLSv1.2 ${BEFORE_3_6}`,
  mailboxes: "Dovecot: ssl_min_protocol = TLSv1.2",
};

const REMEDIES: Partial<Record<TlsFinding, Remedy>> = {
  "tls-starttls-missing": {
    smtp: "Postfix: smtpd_tls_security_level = may, with smtpd_tls_chain_files",
    submission: "Postfix: smtpd_tls_security_level = encrypt, with smtpd_tls_chain_files",
    mailboxes:
      "Dovecot: ssl = required, with ssl_cert and ssl_key; from 2.4 on ssl_server_cert_file and ssl_server_key_file",
  },
  "tls-outdated": VERSIONS,
  "tls-old-versions": VERSIONS,
  "tls-weak-suites": {
    // Senders that verify nothing like aNULL best, and it does no harm there (RFC 7672 §8.2).
    smtp: "Postfix: smtpd_tls_exclude_ciphers = eNULL, kRSA",
    submission: "Postfix: smtpd_tls_exclude_ciphers = aNULL, eNULL, kRSA",
    mailboxes: "Dovecot: ssl_cipher_list = HIGH:!aNULL:!eNULL:!kRSA",
  },
  "tls-weak-dh": {
    smtp: "Postfix: postconf -X smtpd_tls_dh1024_param_file, the default is good",
    mailboxes:
      "Dovecot: ssl_dh = </etc/dovecot/dh.pem, from 2.4 on ssl_server_dh_file; made by openssl dhparam 2048",
  },
  "tls-auth-in-clear": {
    smtp: "Postfix: smtpd_tls_auth_only = yes",
    mailboxes:
      "Dovecot: ssl = required, or disable_plaintext_auth = yes; from 2.4 on auth_allow_cleartext = no",
  },
};

/** What to set against it, in the programs that most people run. */
export function remedyOf(kind: TlsFinding, protocol: MailProtocol): string | undefined {
  const remedy = REMEDIES[kind];
  if (protocol === "imap" || protocol === "pop3") return remedy?.mailboxes;
  return protocol === "submission" ? (remedy?.submission ?? remedy?.smtp) : remedy?.smtp;
}
