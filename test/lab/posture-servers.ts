import { join } from "node:path";
import { startDovecot } from "./dovecot.ts";
import type { DkimKey } from "./domains.ts";
import type { Host } from "./host.ts";
import { spfCheck, startDmarc, startSigner, startVerifier } from "./opendkim.ts";
import { startPostfix } from "./postfix.ts";
import { type Certificates, chainFiles } from "./posture-certificates.ts";
import { OWN, RECEIVER, RESOLVER } from "./posture-names.ts";
import { until } from "./wait.ts";

const START_TIMEOUT_MS = 15_000;
const FOLDERS = {
  spamFolder: "Junk",
  announcesSpamFolder: true,
  spamMark: { header: "X-Spam", value: "Yes" },
};

/** What the operator serves over HTTPS. */
export const POLICY_FILE = "/srv/www/.well-known/mta-sts.txt";
export const POLICY = policyText(OWN.hostname);

export function policyText(mx: string): string {
  return `version: STSv1\nmode: enforce\nmx: ${mx}\nmax_age: 604800\n`;
}

/** What Debian's Postfix 3.7 leaves to its operator. */
const WELL_KEPT = [
  "smtpd_tls_protocols = >=TLSv1.2",
  "smtpd_tls_mandatory_protocols = >=TLSv1.2",
  "smtpd_tls_mandatory_exclude_ciphers = aNULL, eNULL",
  "disable_vrfy_command = yes",
];

/** The least that BIMI takes for a logo. */
const LOGO = `<svg version="1.2" baseProfile="tiny-ps" xmlns="http://www.w3.org/2000/svg"
 viewBox="0 0 10 10"><title>Lab</title><circle cx="5" cy="5" r="4"/></svg>`;

/** Postfix for mail from strangers and of users, OpenDKIM, Dovecot, and a web server. */
export async function startOwn(
  host: Host,
  { certificates, dkim, password }: { certificates: Certificates; dkim: DkimKey; password: string },
): Promise<void> {
  const places = ["mx", "submission", "policy", "logo"] as const;
  for (const place of places) await certificates.give(host, place);
  await host.write("/etc/ssl/lab/ca.pem", certificates.ca);
  await startPostfix(host, OWN, {
    policyPort: undefined,
    incomingMilters: [],
    submissionMilter: await startSigner(host, OWN, dkim),
    recipientChecks: [],
    ipv6: true,
  });
  await host.run("postconf", "-e", ...WELL_KEPT);
  for (const service of ["submission", "submissions"]) {
    const files = `${service}/inet/smtpd_tls_chain_files=${chainFiles("submission")}`;
    await host.run("postconf", "-P", files);
  }
  await host.run("postfix", "reload");
  await startDovecot(host, OWN, { password, ...FOLDERS });
  await host.write("/srv/www/logo.svg", LOGO);
  await host.write(POLICY_FILE, POLICY);
  await host.serve("web", `${process.execPath} ${join(import.meta.dirname, "posture-web.ts")}`);
  await until("the web server", () => host.listens(443), START_TIMEOUT_MS);
}

/** A receiver of the older kind (see servers.ts), without a spam filter. */
export async function startReceiver(
  host: Host,
  { certificates, password }: { certificates: Certificates; password: string },
): Promise<void> {
  await certificates.give(host, "mx", { name: RECEIVER.hostname });
  await host.write("/etc/ssl/lab/ca.pem", certificates.ca);
  const verifier = await startVerifier(host, RECEIVER, RESOLVER);
  await startPostfix(host, RECEIVER, {
    policyPort: undefined,
    incomingMilters: [verifier, await startDmarc(host, RECEIVER)],
    submissionMilter: undefined,
    recipientChecks: [await spfCheck(host, RECEIVER)],
    otherDomains: [RECEIVER.ipv6Domain],
    ipv6: true,
  });
  await startDovecot(host, RECEIVER, { password, ...FOLDERS });
}
