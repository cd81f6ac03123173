import type { TlsMode } from "../domain/endpoint.ts";

/** How to reach a provider's mailboxes, so that a seed there needs an address and a password. */
export interface Provider {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsMode;
  /** What the provider wants as user name: the whole address or what stands before the @. */
  readonly user: "address" | "local-part";
}

const WHOLE_ADDRESS = { port: 993, tls: "implicit", user: "address" } as const;
const LOCAL_PART = { ...WHOLE_ADDRESS, user: "local-part" } as const;

/** Providers by the word that stands under `provider` in the config file. */
export const PROVIDERS: Readonly<Record<string, Provider>> = {
  "126": { host: "imap.126.com", ...WHOLE_ADDRESS },
  "163": { host: "imap.163.com", ...WHOLE_ADDRESS },
  aol: { host: "imap.aol.com", ...WHOLE_ADDRESS },
  disroot: { host: "disroot.org", ...WHOLE_ADDRESS },
  ecloud: { host: "mail.ecloud.global", ...WHOLE_ADDRESS },
  fastmail: { host: "imap.fastmail.com", ...WHOLE_ADDRESS },
  free: { host: "imap.free.fr", ...WHOLE_ADDRESS },
  gmail: { host: "imap.gmail.com", ...WHOLE_ADDRESS },
  gmx: { host: "imap.gmx.net", ...WHOLE_ADDRESS },
  "gmx.com": { host: "imap.gmx.com", ...WHOLE_ADDRESS },
  icloud: { host: "imap.mail.me.com", ...LOCAL_PART },
  infomaniak: { host: "mail.infomaniak.com", ...WHOLE_ADDRESS },
  ionos: { host: "imap.ionos.com", ...WHOLE_ADDRESS },
  "ionos.de": { host: "imap.ionos.de", ...WHOLE_ADDRESS },
  "ionos.fr": { host: "imap.ionos.fr", ...WHOLE_ADDRESS },
  "mail.de": { host: "imap.mail.de", ...WHOLE_ADDRESS },
  "mail.ru": { host: "imap.mail.ru", ...WHOLE_ADDRESS },
  "mailbox.org": { host: "imap.mailbox.org", ...WHOLE_ADDRESS },
  microsoft365: { host: "outlook.office365.com", ...WHOLE_ADDRESS },
  orange: { host: "imap.orange.fr", ...WHOLE_ADDRESS },
  outlook: { host: "outlook.office365.com", ...WHOLE_ADDRESS },
  posteo: { host: "posteo.de", ...WHOLE_ADDRESS },
  // Proton has no IMAP of its own: its Bridge runs beside us and speaks it on loopback.
  proton: { host: "127.0.0.1", port: 1143, tls: "starttls", user: "address" },
  qq: { host: "imap.qq.com", ...WHOLE_ADDRESS },
  riseup: { host: "mail.riseup.net", ...WHOLE_ADDRESS },
  sfr: { host: "imap.sfr.fr", ...WHOLE_ADDRESS },
  "t-online": { host: "secureimap.t-online.de", ...WHOLE_ADDRESS },
  "web.de": { host: "imap.web.de", ...LOCAL_PART },
  yahoo: { host: "imap.mail.yahoo.com", ...WHOLE_ADDRESS },
  yandex: { host: "imap.yandex.com", ...WHOLE_ADDRESS },
  zoho: { host: "imap.zoho.com", ...WHOLE_ADDRESS },
  "zoho.eu": { host: "imap.zoho.eu", ...WHOLE_ADDRESS },
};
