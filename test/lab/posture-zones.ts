import type { Blocklist } from "../../src/mail/blocklist.ts";
import { BLOCKLISTS } from "../../src/mail/blocklist-catalogue.ts";
import { testNames } from "../../src/mail/dnsbl.ts";
import { parseIp } from "../../src/mail/ip-address.ts";
import { reverseNameOf } from "../../src/mail/ip-network.ts";
import { LOGO_HOST, NAME_SERVER, OWN, POLICY_HOST, RECEIVER, TOP } from "./posture-names.ts";

/** Records as in a zone file, names relative to the zone. */
export type ZoneLines = readonly string[];

/** The operator's zone, as it should be. */
export interface OwnRecords {
  /** The text of the DKIM record at the selector `lab`. */
  readonly dkim: string;
  /** SHA-256 of the MX certificate's public key, hexadecimal. */
  readonly keyDigest: string;
}

export const SPF = `v=spf1 ip4:${OWN.address} ip6:${OWN.ipv6} -all`;

export function ownZone({ dkim, keyDigest }: OwnRecords): ZoneLines {
  return [
    "@ MX 10 mail",
    `mail A ${OWN.address}`,
    `mail AAAA ${OWN.ipv6}`,
    `@ TXT "${SPF}"`,
    'mail TXT "v=spf1 a -all"',
    `lab._domainkey TXT ${characterStrings(dkim)}`,
    `_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@${OWN.domain}"`,
    '_mta-sts TXT "v=STSv1; id=1"',
    ...[POLICY_HOST, LOGO_HOST].map((host) => `${host}. A ${OWN.address}`),
    `_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@${OWN.domain}"`,
    "_imaps._tcp SRV 0 1 993 mail",
    `_25._tcp.mail TLSA 3 1 1 ${keyDigest}`,
    `@ CAA 0 issue "ca.${TOP}"`,
    `default._bimi TXT "v=BIMI1; l=https://${LOGO_HOST}/logo.svg;"`,
  ];
}

/** A TXT record's data: character strings of at most 255 octets (RFC 1035 §3.3.14). */
export function characterStrings(text: string): string {
  return (text.match(/.{1,250}/g) ?? [""]).map((part) => JSON.stringify(part)).join(" ");
}

/** Without the operator's zone, which is delegated. */
export function topZone(): ZoneLines {
  return [
    "@ NS ns",
    `ns A ${NAME_SERVER}`,
    "bigmail MX 10 mx.bigmail",
    `mx.bigmail A ${RECEIVER.address}`,
    "sixmail MX 10 mx.sixmail",
    `mx.sixmail AAAA ${RECEIVER.ipv6}`,
  ];
}

/** The PTR records of the mail servers, by zone. */
export function reverseZones(): ReadonlyMap<string, ZoneLines> {
  const zones = ["18.198.in-addr.arpa", "2.0.0.0.1.0.0.2.ip6.arpa"];
  const names = [OWN, RECEIVER].flatMap(({ address, ipv6, hostname }) =>
    [address, ipv6].map((each) => `${reverseName(each)}. PTR ${hostname}.`),
  );
  return new Map(
    zones.map((zone) => [
      zone,
      [nameServer(), ...names.filter((line) => line.includes(`.${zone}. `))],
    ]),
  );
}

export function reverseName(address: string): string {
  const ip = parseIp(address);
  if (ip === undefined) throw new Error(`${address} is no address`);
  return reverseNameOf(ip);
}

/** Every list that is asked without a key unless the operator says otherwise, with test entries alone. */
export function blocklistZones(): ReadonlyMap<string, ZoneLines> {
  const usual = BLOCKLISTS.filter(({ usual, keyed }) => usual && keyed?.only !== true);
  return new Map(usual.map((list) => [list.zone, [nameServer(), ...testEntries(list)]]));
}

function testEntries(list: Blocklist): ZoneLines {
  const names = list.covers.flatMap((kind) => testNames(kind, list, 0).listed);
  return [...new Set(names)].map((name) => `${name} A 127.0.0.2`);
}

function nameServer(): string {
  return `@ NS ns.${TOP}.`;
}
