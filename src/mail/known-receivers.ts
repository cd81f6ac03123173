import { parseIp } from "./ip-address.ts";
import { isLocalName, isWithin } from "./organisation.ts";

/** Whose mailbox a message was delivered to. */
export interface Receiver {
  /** The provider's name in the operator's words. */
  readonly provider: string;
  readonly address: string;
}

/** What is known of a large receiver's own trace fields. */
export interface KnownReceiver {
  readonly name: string;
  /** What operators call it. */
  readonly aliases: readonly string[];
  /** Domains of its addresses, those below them included. */
  readonly domains: readonly string[];
  /** Domains of its machines, as its Received fields name them. */
  readonly hosts: readonly string[];
  /** Its authserv-ids (RFC 8601 §2.5) lie in these domains. */
  readonly authservIds: readonly string[];
  /** Its Authentication-Results begin without an authserv-id. */
  readonly omitsAuthservId?: true;
  /** Addresses that only its own machines have. */
  readonly addresses?: RegExp;
  /**
   * Authserv-ids under which it always writes a field directly below its own Received. Its field
   * comes before everything that the sender wrote, so the first one of each id is its own.
   */
  readonly stampsBelow?: readonly string[];
}

const KNOWN_RECEIVERS: readonly KnownReceiver[] = [
  {
    name: "google",
    aliases: ["gmail", "google", "googlemail", "google workspace", "gsuite"],
    domains: ["gmail.com", "googlemail.com"],
    hosts: ["google.com"],
    authservIds: ["mx.google.com"],
    // 6to4 addresses of 10.0.0.0/8, which nobody can send from.
    addresses: /^2002:a[0-9a-f]{2}:/,
    stampsBelow: ["mx.google.com"],
  },
  {
    name: "microsoft",
    aliases: [
      "outlook",
      "hotmail",
      "live",
      "msn",
      "office365",
      "microsoft",
      "microsoft365",
      "m365",
    ],
    domains: ["outlook.com", "hotmail.com", "live.com", "msn.com", "outlook.de", "hotmail.co.uk"],
    hosts: ["outlook.com", "office365.com", "exchangelabs.com"],
    authservIds: ["mx.microsoft.com"],
    omitsAuthservId: true,
    // Exchange Online numbers its machines 2603:1006::, 2603:1016:: ... 2603:10f6::.
    addresses: /^2603:10[0-9a-f]6:/,
  },
  {
    name: "yahoo",
    aliases: ["yahoo", "ymail", "aol", "verizon", "at&t"],
    domains: ["yahoo.com", "ymail.com", "rocketmail.com", "aol.com", "verizon.net", "att.net"],
    hosts: ["yahoo.com", "yahoodns.net", "aol.com"],
    authservIds: ["yahoo.com"],
  },
  {
    name: "icloud",
    aliases: ["icloud", "apple"],
    domains: ["icloud.com", "me.com", "mac.com"],
    hosts: ["icloud.com", "me.com", "apple.com"],
    authservIds: ["icloud.com", "me.com"],
    stampsBelow: ["spf.icloud.com", "dkim-verifier.icloud.com", "dmarc.icloud.com"],
  },
  {
    name: "fastmail",
    aliases: ["fastmail"],
    domains: ["fastmail.com", "fastmail.fm", "messagingengine.com"],
    hosts: ["messagingengine.com"],
    authservIds: ["messagingengine.com"],
  },
  {
    name: "proton",
    aliases: ["proton", "protonmail"],
    domains: ["proton.me", "protonmail.com", "pm.me", "protonmail.ch"],
    hosts: ["protonmail.ch", "proton.ch"],
    authservIds: ["protonmail.ch"],
  },
  {
    name: "gmx",
    aliases: ["gmx", "web.de", "webde", "mail.com"],
    domains: ["gmx.de", "gmx.net", "gmx.com", "gmx.at", "gmx.ch", "web.de", "mail.com"],
    hosts: ["gmx.net", "gmx.com", "web.de", "mail.com"],
    authservIds: ["gmx.net", "gmx.com", "web.de", "mail.com"],
  },
  {
    name: "ionos",
    aliases: ["ionos", "1&1", "1und1"],
    domains: ["online.de"],
    hosts: ["kundenserver.de", "perfora.net"],
    authservIds: ["kundenserver.de", "perfora.net"],
  },
  {
    name: "yandex",
    aliases: ["yandex"],
    domains: ["yandex.com", "yandex.ru", "ya.ru"],
    hosts: ["yandex.net", "yandex.ru"],
    authservIds: ["yandex.net"],
    // It names the machine that took the message; every id in the domain is one place.
    stampsBelow: ["yandex.net"],
  },
  {
    name: "mailru",
    aliases: ["mail.ru", "mailru"],
    domains: ["mail.ru", "bk.ru", "inbox.ru", "list.ru", "internet.ru"],
    hosts: ["mail.ru"],
    authservIds: ["mail.ru"],
  },
  {
    name: "zoho",
    aliases: ["zoho"],
    domains: ["zoho.com", "zoho.eu", "zohomail.com", "zohomail.eu"],
    hosts: ["zoho.com", "zoho.eu", "zohomail.com", "zohomail.eu", "zohomail.in"],
    authservIds: ["zohomail.com", "zohomail.eu", "zohomail.in", "zoho.com", "zoho.eu"],
  },
  {
    name: "infomaniak",
    aliases: ["infomaniak"],
    domains: ["ik.me", "ikmail.com", "infomaniak.com"],
    hosts: ["infomaniak.com", "infomaniak.ch"],
    authservIds: ["infomaniak.com", "infomaniak.ch"],
  },
  {
    name: "murena",
    aliases: ["murena", "ecloud"],
    domains: ["murena.io", "e.email"],
    hosts: ["ecloud.global", "murena.io"],
    authservIds: ["ecloud.global", "murena.io"],
  },
];

/**
 * Finds a receiver by the machine that wrote its newest Received field. Where that name tells
 * nothing (Yahoo and iCloud write inner names), the operator's word and the address decide.
 */
export function knownReceiver(
  { provider, address }: Receiver,
  newestBy: string | undefined,
): KnownReceiver | undefined {
  const by = newestBy?.toLowerCase() ?? "";
  const found = KNOWN_RECEIVERS.find(
    ({ hosts, addresses }) =>
      hosts.some((host) => isWithin(by, host)) || (addresses?.test(by) ?? false),
  );
  const isTelling = by !== "" && !isLocalName(by) && parseIp(by) === undefined;
  if (found !== undefined || isTelling) return found;
  const name = provider.toLowerCase().replaceAll(/[\s_-]+/g, " ");
  const domain = address.slice(address.lastIndexOf("@") + 1).toLowerCase();
  return (
    KNOWN_RECEIVERS.find(({ aliases }) => aliases.includes(name)) ??
    KNOWN_RECEIVERS.find(({ domains }) => domains.some((known) => isWithin(domain, known)))
  );
}
