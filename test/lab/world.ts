import { randomBytes } from "node:crypto";
import { createAuthority } from "./certificates.ts";
import { type Dns, startDns } from "./dns.ts";
import {
  createDkimKey,
  DNS_ADDRESS,
  healthyRecords,
  type MailDomain,
  OWN,
  type ReceiverName,
  RECEIVERS,
  SELECTOR,
} from "./domains.ts";
import { createFaults, type Faults } from "./faults.ts";
import { type Host, startHost } from "./host.ts";
import { type Network, startNetwork } from "./network.ts";
import { startPolicyService } from "./policy.ts";
import {
  BIGMAIL_SPAM_FOLDER,
  OLDMAIL_SPAM_FOLDER,
  OWN_SPAM_FOLDER,
  startBigmail,
  startOldmail,
  startOwn,
} from "./servers.ts";

/** A small internet of real mail servers. Its hosts vanish with the process that started it. */
export interface Lab extends AsyncDisposable {
  /** PEM of the authority behind every certificate. */
  readonly ca: string;
  /** The address of the name server. */
  readonly resolver: string;
  readonly submission: LabSubmission;
  readonly receivers: Readonly<Record<ReceiverName, LabMailboxes>>;
  /** The mailboxes of the operator's own domain, where bounces go. */
  readonly ownMailboxes: LabMailboxes;
  readonly dns: Dns;
  readonly faults: Faults;
  readonly hosts: Readonly<Record<"dns" | "own" | ReceiverName, Host>>;
  /** For further hosts. */
  readonly network: Network;
  /** All logs of all hosts, for a person who looks into a failed test. */
  logs(): Promise<string>;
}

/** The operator's own server. */
interface LabSubmission {
  /** An address; certificates carry it and the hostname. */
  readonly host: string;
  readonly hostname: string;
  readonly ports: { readonly starttls: 587; readonly implicit: 465 };
  readonly user: string;
  readonly password: string;
  readonly domain: string;
  readonly selector: string;
}

/** The mailboxes of a domain: every `anything@domain` is one, with one password for all. */
export interface LabMailboxes {
  readonly host: string;
  readonly hostname: string;
  /** IMAP with implicit TLS. */
  readonly port: 993;
  readonly domain: string;
  readonly password: string;
  /** As a mail client shows it. */
  readonly spamFolder: string;
}

/** Brings the lab up: about ten seconds. Needs root and the packages in `.ci/packages`. */
export async function startLab(): Promise<Lab> {
  await using stack = new AsyncDisposableStack();
  const network = stack.use(await startNetwork());
  const authority = stack.use(await createAuthority());
  const policy = stack.use(await startPolicyService());
  const host = async (name: string, address: string) =>
    stack.use(await startHost(network, { name, addresses: [address], resolver: DNS_ADDRESS }));
  const [dnsHost, own, bigmail, oldmail] = await Promise.all([
    host("dns", DNS_ADDRESS),
    host("own", OWN.address),
    host("bigmail", RECEIVERS.bigmail.address),
    host("oldmail", RECEIVERS.oldmail.address),
  ]);
  const hosts = { dns: dnsHost, own, bigmail, oldmail };
  const logs = async () =>
    (await Promise.all(Object.values(hosts).map((each) => each.logs()))).join("\n");

  try {
    const password = randomBytes(12).toString("hex");
    const dkim = createDkimKey();
    const common = { authority, policyPort: policy.port, password };
    const [dns, , bigmailFilter, oldmailFilter] = await Promise.all([
      startDns(dnsHost, healthyRecords(dkim)),
      startOwn(own, common, dkim),
      startBigmail(bigmail, common),
      startOldmail(oldmail, common),
    ]);
    const filters = { bigmail: bigmailFilter, oldmail: oldmailFilter };
    const owned = stack.move();
    return {
      ca: authority.ca,
      resolver: DNS_ADDRESS,
      submission: {
        host: OWN.address,
        hostname: OWN.hostname,
        ports: { starttls: 587, implicit: 465 },
        user: `postmaster@${OWN.domain}`,
        password,
        domain: OWN.domain,
        selector: SELECTOR,
      },
      receivers: {
        bigmail: mailboxes(RECEIVERS.bigmail, password, BIGMAIL_SPAM_FOLDER),
        oldmail: mailboxes(RECEIVERS.oldmail, password, OLDMAIL_SPAM_FOLDER),
      },
      ownMailboxes: mailboxes(OWN, password, OWN_SPAM_FOLDER),
      dns,
      faults: createFaults({ hosts, filters, policy, dns }),
      hosts,
      network,
      logs,
      [Symbol.asyncDispose]: () => owned.disposeAsync(),
    };
  } catch (error) {
    throw new Error(`the lab did not start\n${await logs()}`, { cause: error });
  }
}

function mailboxes(identity: MailDomain, password: string, spamFolder: string): LabMailboxes {
  const { address, hostname, domain } = identity;
  return { host: address, hostname, port: 993, domain, password, spamFolder };
}
