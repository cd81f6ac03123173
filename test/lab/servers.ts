import type { Authority } from "./certificates.ts";
import { startDovecot } from "./dovecot.ts";
import { type DkimKey, DNS_ADDRESS, OWN, RECEIVERS } from "./domains.ts";
import type { Host } from "./host.ts";
import { spfCheck, startDmarc, startSigner, startVerifier } from "./opendkim.ts";
import { startPostfix } from "./postfix.ts";
import { startRspamd } from "./rspamd.ts";
import { startSpamassassin } from "./spamassassin.ts";
import type { SpamFilter } from "./spam-filter.ts";

/** What every mail server of the lab is given. */
export interface Common {
  readonly authority: Authority;
  readonly policyPort: number | undefined;
  readonly password: string;
}

export const OWN_SPAM_FOLDER = "Junk";
export const BIGMAIL_SPAM_FOLDER = "Junk";
/** Not announced by the server, and not English. */
export const OLDMAIL_SPAM_FOLDER = "Courrier indésirable";

/** The operator's server: submission, OpenDKIM signing, and a mailbox for what bounces. */
export async function startOwn(host: Host, common: Common, dkim: DkimKey): Promise<void> {
  await common.authority.issue(host, OWN.hostname);
  const signer = await startSigner(host, OWN, dkim);
  await startPostfix(host, OWN, {
    policyPort: common.policyPort,
    incomingMilters: [],
    submissionMilter: signer,
    recipientChecks: [],
  });
  await startDovecot(host, OWN, {
    password: common.password,
    spamFolder: OWN_SPAM_FOLDER,
    announcesSpamFolder: true,
    spamMark: { header: "X-Spam", value: "Yes" },
  });
}

/** A modern receiver: rspamd judges and writes one Authentication-Results; spam goes to `\Junk`. */
export async function startBigmail(host: Host, common: Common): Promise<SpamFilter> {
  const identity = RECEIVERS.bigmail;
  await common.authority.issue(host, identity.hostname);
  const filter = await startRspamd(host, identity, DNS_ADDRESS);
  await startPostfix(host, identity, {
    policyPort: common.policyPort,
    incomingMilters: [filter.milter],
    submissionMilter: undefined,
    recipientChecks: [],
  });
  await startDovecot(host, identity, {
    password: common.password,
    spamFolder: BIGMAIL_SPAM_FOLDER,
    announcesSpamFolder: true,
    spamMark: filter.mark,
  });
  return filter;
}

/**
 * A receiver of the older kind: policyd-spf, OpenDKIM and OpenDMARC write an Authentication-Results
 * each, SpamAssassin marks, and nobody tells IMAP clients which folder the spam folder is.
 */
export async function startOldmail(host: Host, common: Common): Promise<SpamFilter> {
  const identity = RECEIVERS.oldmail;
  await common.authority.issue(host, identity.hostname);
  const [verifier, dmarc, filter, spf] = await Promise.all([
    startVerifier(host, identity),
    startDmarc(host, identity),
    startSpamassassin(host),
    spfCheck(host, identity),
  ]);
  await startPostfix(host, identity, {
    policyPort: common.policyPort,
    incomingMilters: [verifier, dmarc, filter.milter],
    submissionMilter: undefined,
    recipientChecks: [spf],
  });
  await startDovecot(host, identity, {
    password: common.password,
    spamFolder: OLDMAIL_SPAM_FOLDER,
    announcesSpamFolder: false,
    spamMark: filter.mark,
  });
  return filter;
}
