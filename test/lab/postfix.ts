import type { MailDomain } from "./domains.ts";
import type { Host } from "./host.ts";
import { HERE } from "./network.ts";
import { until } from "./wait.ts";

export interface PostfixOptions {
  /** Of the policy service that the test process answers as; undefined where it cannot be reached. */
  readonly policyPort: number | undefined;
  /** For mail that comes in on port 25, in this order. */
  readonly incomingMilters: readonly string[];
  /** For mail that users hand in; without it the server takes none. */
  readonly submissionMilter: string | undefined;
  /** Further restrictions at RCPT TO, e.g. another policy service. */
  readonly recipientChecks: readonly string[];
  /** Further domains that it takes mail for. */
  readonly otherDomains?: readonly string[];
  readonly ipv6?: boolean;
}

const START_TIMEOUT_MS = 15_000;

/** Postfix with delivery to Dovecot over LMTP, and submission on 587 and 465 where asked for. */
export async function startPostfix(
  host: Host,
  identity: MailDomain,
  options: PostfixOptions,
): Promise<void> {
  await host.write("/etc/postfix/main.cf", mainCf(host.name, identity, options));
  await host.write("/etc/postfix/master.cf", masterCf(options.submissionMilter));
  await host.serve("postfix", "postfix start-fg");
  await until(`Postfix on ${host.name}`, () => host.listens(25), START_TIMEOUT_MS);
}

function mainCf(name: string, { domain, hostname }: MailDomain, options: PostfixOptions): string {
  const { policyPort, recipientChecks, otherDomains = [], ipv6 = false } = options;
  const policy =
    policyPort === undefined
      ? []
      : [`check_policy_service { inet:${HERE}:${policyPort}, policy_context=${name} }`];
  return `
compatibility_level = 3.6
maillog_file = /var/log/lab/postfix-mail.log
myhostname = ${hostname}
myorigin = ${domain}
mydestination =
mynetworks = 127.0.0.0/8
inet_protocols = ${ipv6 ? "all" : "ipv4"}
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = ${[domain, ...otherDomains].join(", ")}
virtual_transport = lmtp:unix:private/dovecot-lmtp

smtpd_tls_chain_files = /etc/ssl/lab/key.pem, /etc/ssl/lab/cert.pem
smtpd_tls_security_level = may
smtpd_tls_received_header = yes
smtp_tls_security_level = may
smtp_tls_CAfile = /etc/ssl/lab/ca.pem
smtp_tls_loglevel = 1

smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = ${[...policy, ...recipientChecks].join(", ")}
smtpd_milters = ${options.incomingMilters.join(", ")}
smtpd_client_connection_count_limit = 0
milter_default_action = tempfail

# A mail that was put off is tried again within seconds, so that tests need not wait.
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
# One bad answer must not hold up the mail to everybody else at that receiver.
default_destination_concurrency_failed_cohort_limit = 100
`;
}

function masterCf(submissionMilter: string | undefined): string {
  const submission =
    submissionMilter === undefined
      ? ""
      : ["submission", "submissions"]
          .map(
            (service) => `${service} inet n - n - - smtpd
  -o syslog_name=postfix/${service}
  -o ${service === "submission" ? "smtpd_tls_security_level=encrypt" : "smtpd_tls_wrappermode=yes"}
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_auth_only=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o milter_macro_daemon_name=ORIGINATING
  -o smtpd_milters=${submissionMilter}
`,
          )
          .join("");
  return `${submission}smtp inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
policyd-spf unix - n n - 0 spawn user=policyd-spf argv=/usr/bin/policyd-spf
`;
}
