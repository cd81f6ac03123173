import type { MailProtocol } from "../../domain/endpoint.ts";
import type { TlsFinding } from "./findings.ts";

/** Settings of Postfix where mail is taken, of Dovecot where it is read. */
interface Remedy {
  readonly smtp: string;
  /** Where it differs for users. */
  readonly submission?: string;
  readonly mailboxes: string;
}

const REMEDIES: Partial<Record<TlsFinding, Remedy>> = {
  "tls-starttls-missing": {
    smtp: "Postfix: smtpd_tls_security_level = may, with smtpd_tls_chain_files",
    submission: "Postfix: smtpd_tls_security_level = encrypt, with smtpd_tls_chain_files",
    mailboxes:
      "Dovecot: ssl = required, with ssl_cert and ssl_key; from 2.4 on ssl_server_cert_file and ssl_server_key_file",
  },
  "tls-outdated": {
    smtp: "Postfix: smtpd_tls_protocols = >=TLSv1.2",
    mailboxes: "Dovecot: ssl_min_protocol = TLSv1.2",
  },
  "tls-old-versions": {
    smtp: "Postfix: smtpd_tls_protocols = >=TLSv1.2, smtpd_tls_mandatory_protocols = >=TLSv1.2",
    mailboxes: "Dovecot: ssl_min_protocol = TLSv1.2",
  },
  "tls-weak-suites": {
    smtp: "Postfix: smtpd_tls_exclude_ciphers = aNULL, eNULL, kRSA",
    mailboxes: "Dovecot: ssl_cipher_list = HIGH:!aNULL:!eNULL:!kRSA",
  },
  "tls-weak-dh": {
    smtp: "Postfix: smtpd_tls_dh1024_param_file = auto",
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
