/** The families that the world's mail leaves by, with the addresses that its DNS knows. */
export const EXIT_IPS = { ipv4: "192.0.2.25", ipv6: "2001:db8::25" } as const;

/** The operator of this world and the mail server that sends the canaries. */
export const OPERATOR = {
  domain: "garden.example",
  mailHost: "mail.garden.example",
  sender: "newsletter@garden.example",
  selector: "canary",
} as const;

/** One of the mailbox providers: where mail goes and how it is written about there. */
export interface ProviderPlan {
  readonly name: ProviderName;
  readonly domain: string;
  readonly mxHost: string;
  readonly mxIp: string;
  /** Over which family the operator's server reaches it. */
  readonly exit: keyof typeof EXIT_IPS;
  readonly spamFolder: { readonly path: string; readonly specialUse: string | undefined };
  readonly otherFolders: Readonly<Record<string, string | undefined>>;
  readonly filter: "rspamd" | "spamassassin" | "none";
  readonly tls: { readonly version: string; readonly cipher: string; readonly bits: number };
  /** Milliseconds between acceptance and mailbox, at least and at most. */
  readonly transitMs: readonly [least: number, most: number];
  /** The methods that its Authentication-Results tell. */
  readonly stamps: readonly ("spf" | "dkim" | "dmarc")[];
  readonly capabilities: readonly string[];
  readonly quotaBytes: number | undefined;
}

export const PROVIDER_NAMES = ["bigmail", "postbox", "oldmail"] as const;
export type ProviderName = (typeof PROVIDER_NAMES)[number];

const OLD_CAPABILITIES = ["IMAP4rev1", "LITERAL+", "AUTH=PLAIN", "ID", "NAMESPACE", "IDLE"];
const CAPABILITIES = [
  ...OLD_CAPABILITIES,
  "SASL-IR",
  "CHILDREN",
  "UNSELECT",
  "UIDPLUS",
  "SPECIAL-USE",
  "LIST-EXTENDED",
  "QUOTA",
];
const MIB = 1024 * 1024;

export const PROVIDERS: readonly ProviderPlan[] = [
  {
    name: "bigmail",
    domain: "bigmail.example",
    mxHost: "mx1.bigmail.example",
    mxIp: "198.51.100.10",
    exit: "ipv4",
    spamFolder: { path: "Junk", specialUse: String.raw`\Junk` },
    otherFolders: { Sent: String.raw`\Sent`, Trash: String.raw`\Trash` },
    filter: "rspamd",
    tls: { version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384", bits: 256 },
    transitMs: [300, 900],
    stamps: ["dkim", "spf", "dmarc"],
    capabilities: CAPABILITIES,
    quotaBytes: 64 * MIB,
  },
  {
    name: "postbox",
    domain: "postbox.example",
    mxHost: "mx.postbox.example",
    mxIp: "198.51.100.20",
    exit: "ipv6",
    spamFolder: { path: "Spam", specialUse: String.raw`\Junk` },
    otherFolders: { Archive: String.raw`\Archive` },
    filter: "spamassassin",
    tls: { version: "TLSv1.3", cipher: "TLS_CHACHA20_POLY1305_SHA256", bits: 256 },
    transitMs: [500, 1500],
    stamps: ["spf", "dkim", "dmarc"],
    capabilities: CAPABILITIES,
    quotaBytes: 16 * MIB,
  },
  {
    name: "oldmail",
    domain: "oldmail.example",
    mxHost: "mail.oldmail.example",
    mxIp: "198.51.100.30",
    exit: "ipv4",
    spamFolder: { path: "Spamverdacht", specialUse: undefined },
    otherFolders: { Entwürfe: undefined, Papierkorb: undefined },
    filter: "none",
    tls: { version: "TLSv1.2", cipher: "ECDHE-RSA-AES256-GCM-SHA384", bits: 256 },
    transitMs: [800, 2000],
    stamps: ["spf", "dkim"],
    capabilities: OLD_CAPABILITIES,
    quotaBytes: undefined,
  },
];

/** The mailbox that is read at a provider. */
export function seedAddress(plan: ProviderPlan): string {
  return `canary@${plan.domain}`;
}
