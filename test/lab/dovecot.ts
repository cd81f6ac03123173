import type { MailDomain } from "./domains.ts";
import type { Host } from "./host.ts";
import { until } from "./wait.ts";

export interface DovecotOptions {
  /** The password of every user; every address of the domain has a mailbox. */
  readonly password: string;
  readonly spamFolder: string;
  /** Whether the server tells clients which folder the spam folder is (RFC 6154, `\Junk`). */
  readonly announcesSpamFolder: boolean;
  /** Header and value by which the filter marks what belongs into the spam folder. */
  readonly spamMark: { readonly header: string; readonly value: string };
}

const START_TIMEOUT_MS = 15_000;

/** Dovecot: IMAP on 993, LMTP and SASL for Postfix, a Sieve rule that files marked mail as spam. */
export async function startDovecot(
  host: Host,
  { domain }: MailDomain,
  options: DovecotOptions,
): Promise<void> {
  const { header, value } = options.spamMark;
  await host.write("/etc/dovecot/dovecot.conf", config(domain, options));
  await host.write(
    "/etc/dovecot/sieve/spam.sieve",
    `require "fileinto";
if header :is "${header}" "${value}" { fileinto "${options.spamFolder}"; }
`,
  );
  await host.run("sievec", "/etc/dovecot/sieve/spam.sieve");
  await host.serve("dovecot", "dovecot -F");
  await until(`Dovecot on ${host.name}`, () => host.listens(993), START_TIMEOUT_MS);
}

function config(domain: string, options: DovecotOptions): string {
  const specialUse = options.announcesSpamFolder ? "\n    special_use = \\Junk" : "";
  return `
protocols = imap lmtp
listen = *, ::
log_path = /var/log/lab/dovecot-mail.log
ssl = required
ssl_cert = </etc/ssl/lab/cert.pem
ssl_key = </etc/ssl/lab/key.pem
auth_mechanisms = plain login
auth_username_format = %Lu
mail_location = maildir:/var/vmail/%Lu
mail_max_userip_connections = 100
mail_plugins = quota
postmaster_address = postmaster@${domain}

passdb {
  driver = static
  args = password=${options.password}
}
userdb {
  driver = static
  args = uid=5000 gid=5000 home=/var/vmail/%Lu allow_all_users=yes
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    auto = subscribe
    special_use = \\Sent
  }
  mailbox "${options.spamFolder}" {
    auto = subscribe${specialUse}
  }
}
service imap-login {
  inet_listener imap {
    port = 0
  }
}
service auth {
  unix_listener /var/spool/postfix/private/auth {
    mode = 0600
    user = postfix
    group = postfix
  }
}
service lmtp {
  unix_listener /var/spool/postfix/private/dovecot-lmtp {
    mode = 0600
    user = postfix
    group = postfix
  }
}
protocol imap {
  mail_plugins = quota imap_quota
}
protocol lmtp {
  mail_plugins = quota sieve
}
plugin {
  quota = maildir:User quota
  quota_rule = *:storage=1G
  sieve_before = /etc/dovecot/sieve/spam.sieve
}
`;
}
