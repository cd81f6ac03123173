import { Resolver } from "node:dns/promises";
import type { Host } from "./host.ts";
import { until } from "./wait.ts";

export interface DnsRecord {
  /** Without the final dot. */
  readonly name: string;
  readonly type: "A" | "MX" | "PTR" | "SRV" | "TXT";
  /** As a person writes it: `10 mx.bigmail.example`, or the plain text of a TXT record. */
  readonly value: string;
}

/** The lab's name server. It answers for the whole DNS, with a TTL of 0: a change is seen at once. */
export interface Dns {
  records(): readonly DnsRecord[];
  /** Replaces all records; resolves when the server answers with the new ones. */
  publish(records: readonly DnsRecord[]): Promise<void>;
}

const ZONE_FILE = "/etc/bind/lab.zone";
const START_TIMEOUT_MS = 15_000;

const NAMED_CONF = `
options {
  directory "/tmp";
  pid-file none;
  session-keyfile none;
  // Forwarding resolvers such as libunbound take no answer without the RA bit.
  recursion yes;
  allow-recursion { any; };
  # BIND would answer for 10.in-addr.arpa by itself.
  empty-zones-enable no;
  listen-on { any; };
  listen-on-v6 { none; };
  dnssec-validation no;
};
controls { };
zone "." { type primary; file "${ZONE_FILE}"; notify no; };
`;

export async function startDns(host: Host, first: readonly DnsRecord[]): Promise<Dns> {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([host.address]);
  let current = first;
  let serial = 1;

  const answering = () =>
    until(
      `${host.name} to serve zone version ${serial}`,
      () =>
        resolver.resolveSoa(".").then(
          (soa) => soa.serial === serial,
          () => false,
        ),
      START_TIMEOUT_MS,
    );

  await host.write("/etc/bind/named.conf", NAMED_CONF);
  await host.write(ZONE_FILE, zoneFile(current, serial));
  await host.serve("named", "named -f -n 1 -u bind");
  await answering();
  return {
    records: () => current,
    async publish(records) {
      current = records;
      serial += 1;
      await host.write(ZONE_FILE, zoneFile(current, serial));
      await host.run("pkill", "-HUP", "-x", "named");
      await answering();
    },
  };
}

/** One zone for everything, the root: names that are not in it do not exist. */
function zoneFile(records: readonly DnsRecord[], serial: number): string {
  return [
    "$TTL 0",
    `. IN SOA ns.lab.example. hostmaster.lab.example. ${serial} 60 60 60 0`,
    ". IN NS ns.lab.example.",
    ...records.map((record) => `${record.name}. IN ${record.type} ${dataOf(record)}`),
    "",
  ].join("\n");
}

function dataOf({ type, value }: DnsRecord): string {
  if (type === "A") return value;
  if (type !== "TXT") return `${value}.`;
  // Character strings of at most 255 octets (RFC 1035 §3.3.14).
  return (value.match(/.{1,250}/g) ?? [""]).map((part) => JSON.stringify(part)).join(" ");
}
