import { type DkimKey, DNS_ADDRESS, type MailDomain, SELECTOR } from "./domains.ts";
import type { Host } from "./host.ts";
import { until } from "./wait.ts";

const START_TIMEOUT_MS = 15_000;
const DKIM_PORT = 8891;
const DMARC_PORT = 8893;

/** OpenDKIM as the signer of the domain's outgoing mail. Gives the milter's address. */
export async function startSigner(
  host: Host,
  { domain }: MailDomain,
  key: DkimKey,
): Promise<string> {
  await host.write("/etc/dkimkeys/lab.key", key.pem, 0o600);
  await host.run("chown", "opendkim", "/etc/dkimkeys/lab.key");
  await host.write(
    "/etc/opendkim.conf",
    `${COMMON}
Mode s
Domain ${domain}
Selector ${SELECTOR}
KeyFile /etc/dkimkeys/lab.key
Canonicalization relaxed/relaxed
OversignHeaders From
`,
  );
  return startOpendkim(host);
}

/** OpenDKIM as the verifier of incoming mail. Gives the milter's address. */
export async function startVerifier(
  host: Host,
  { hostname }: MailDomain,
  resolver = DNS_ADDRESS,
): Promise<string> {
  await host.write(
    "/etc/opendkim.conf",
    `${COMMON}
Mode v
AuthservID ${hostname}
AlwaysAddARHeader yes
Nameservers ${resolver}
`,
  );
  return startOpendkim(host);
}

/** OpenDMARC, which judges by the Authentication-Results that others wrote. Gives its address. */
export async function startDmarc(host: Host, { hostname }: MailDomain): Promise<string> {
  await host.write(
    "/etc/opendmarc.conf",
    `AuthservID ${hostname}
TrustedAuthservIDs ${hostname}
Socket inet:${DMARC_PORT}@0.0.0.0
Syslog yes
UserID opendmarc
RejectFailures no
`,
  );
  await host.serve("opendmarc", "opendmarc -f");
  await until("OpenDMARC", () => host.listens(DMARC_PORT), START_TIMEOUT_MS);
  return `inet:127.0.0.1:${DMARC_PORT}`;
}

/** The Postfix restriction that asks policyd-spf, which writes Authentication-Results. */
export async function spfCheck(host: Host, { hostname }: MailDomain): Promise<string> {
  await host.write(
    "/etc/postfix-policyd-spf-python/policyd-spf.conf",
    `HELO_reject = False
Mail_From_reject = False
Header_Type = AR
Authserv_Id = ${hostname}
`,
  );
  return "check_policy_service unix:private/policyd-spf";
}

const COMMON = `Syslog yes
LogResults yes
Socket inet:${DKIM_PORT}@0.0.0.0
UserID opendkim`;

async function startOpendkim(host: Host): Promise<string> {
  await host.serve("opendkim", "opendkim -f -x /etc/opendkim.conf");
  await until("OpenDKIM", () => host.listens(DKIM_PORT), START_TIMEOUT_MS);
  return `inet:127.0.0.1:${DKIM_PORT}`;
}
