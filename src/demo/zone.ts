import { EXIT_IPS, OPERATOR, PROVIDERS, seedAddress } from "./providers.ts";

/** One resource record, its data as text. */
export interface ZoneRecord {
  /** Lower-cased, without the final dot. */
  readonly name: string;
  readonly type: "A" | "AAAA" | "MX" | "PTR" | "TXT";
  readonly data: string;
}

/** Everything that the world's DNS knows. */
export function worldZone(dkimRecord: string): readonly ZoneRecord[] {
  const { domain, mailHost, selector } = OPERATOR;
  return [
    { name: domain, type: "MX", data: `10 ${mailHost}` },
    { name: domain, type: "TXT", data: "v=spf1 mx -all" },
    {
      name: `_dmarc.${domain}`,
      type: "TXT",
      data: `v=DMARC1; p=quarantine; rua=mailto:postmaster@${domain}`,
    },
    { name: `${selector}._domainkey.${domain}`, type: "TXT", data: dkimRecord },
    { name: mailHost, type: "TXT", data: "v=spf1 a -all" },
    { name: mailHost, type: "A", data: EXIT_IPS.ipv4 },
    { name: mailHost, type: "AAAA", data: EXIT_IPS.ipv6 },
    { name: "25.2.0.192.in-addr.arpa", type: "PTR", data: mailHost },
    { name: `5.2.${"0.".repeat(22)}8.b.d.0.1.0.0.2.ip6.arpa`, type: "PTR", data: mailHost },
    ...PROVIDERS.flatMap((plan): ZoneRecord[] => [
      { name: plan.domain, type: "MX", data: `10 ${plan.mxHost}` },
      { name: plan.mxHost, type: "A", data: plan.mxIp },
    ]),
  ];
}

/** The provider that takes mail for an address. */
export function providerOf(recipient: string): (typeof PROVIDERS)[number] | undefined {
  return PROVIDERS.find((plan) => seedAddress(plan) === recipient.toLowerCase());
}
