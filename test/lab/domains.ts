import { generateKeyPairSync } from "node:crypto";
import type { DnsRecord } from "./dns.ts";

export const SELECTOR = "lab";

/** Who is who: a host, its name in the DNS, and the mail domain it serves. */
export interface MailDomain {
  readonly domain: string;
  readonly hostname: string;
  readonly address: string;
}

export const DNS_ADDRESS = "10.213.0.53";

export const OWN: MailDomain = {
  domain: "own.example",
  hostname: "mail.own.example",
  address: "10.213.0.10",
};

export const RECEIVERS = {
  bigmail: { domain: "bigmail.example", hostname: "mx.bigmail.example", address: "10.213.0.20" },
  oldmail: { domain: "oldmail.example", hostname: "mx.oldmail.example", address: "10.213.0.30" },
} as const satisfies Record<string, MailDomain>;
export type ReceiverName = keyof typeof RECEIVERS;
export const RECEIVER_NAMES = ["bigmail", "oldmail"] as const satisfies readonly ReceiverName[];

/** A DKIM key pair: the private key as PEM, the public one as the text of its DNS record. */
export interface DkimKey {
  readonly pem: string;
  readonly record: string;
}

export function createDkimKey(): DkimKey {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const p = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  return {
    pem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    record: `v=DKIM1; k=rsa; p=${p}`,
  };
}

export const DKIM_NAME = `${SELECTOR}._domainkey.${OWN.domain}`;

/** Everything that a well-kept set of domains publishes. */
export function healthyRecords(dkim: DkimKey): DnsRecord[] {
  return [
    { name: "ns.lab.example", type: "A", value: DNS_ADDRESS },
    ...[OWN, ...Object.values(RECEIVERS)].flatMap(recordsOf),
    { name: DKIM_NAME, type: "TXT", value: dkim.record },
  ];
}

function recordsOf({ domain, hostname, address }: MailDomain): DnsRecord[] {
  const reversed = address.split(".").toReversed().join(".");
  return [
    { name: hostname, type: "A", value: address },
    { name: `${reversed}.in-addr.arpa`, type: "PTR", value: hostname },
    { name: domain, type: "MX", value: `10 ${hostname}` },
    { name: domain, type: "TXT", value: `v=spf1 ip4:${address} -all` },
    { name: hostname, type: "TXT", value: "v=spf1 a -all" },
    {
      name: `_dmarc.${domain}`,
      type: "TXT",
      value: `v=DMARC1; p=none; rua=mailto:dmarc@${domain}`,
    },
  ];
}
