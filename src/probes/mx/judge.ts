import type { RecordData } from "../../domain/dns.ts";
import { failuresOf, recordsOf } from "../../mail/dns-answers.ts";
import { fault, type Fault } from "../domain-probe.ts";
import type { MxFinding } from "./findings.ts";
import { addressesOf, type Facts, type Host, isHostName, type Target } from "./observe.ts";

/** RFC 5321 §5.1, RFC 7505. */
export function judge(facts: Facts, target: Target): readonly Fault<MxFinding>[] {
  const { answer } = facts.mx;
  switch (answer.kind) {
    case "failed":
      return [fault("mx-undecided", failuresOf([facts.mx]) ?? "")];
    case "absent":
      return judgeImplicit(answer.why, facts.hosts, target);
    case "found":
      return judgeRecords(answer.records, facts.hosts, target);
  }
}

function judgeImplicit(
  why: "nxdomain" | "nodata",
  hosts: readonly Host[],
  { domain, mailHost }: Target,
): readonly Fault<MxFinding>[] {
  const publish = `Publish ${domain}. IN MX 10 ${mailHost}.`;
  const addresses = addressesOf(hosts).flatMap(recordsOf);
  if (addresses.length > 0) {
    return [fault("mx-implicit", `mail goes to ${addresses.join(", ")}. ${publish}`)];
  }
  const unknown = failuresOf(addressesOf(hosts));
  if (unknown !== undefined) return [fault("mx-undecided", unknown)];
  const lack = why === "nxdomain" ? "does not exist" : "has no MX and no address record";
  return [fault("mx-missing", `${domain} ${lack}. ${publish}`)];
}

function judgeRecords(
  records: readonly RecordData["MX"][],
  hosts: readonly Host[],
  target: Target,
): readonly Fault<MxFinding>[] {
  const isNull = ({ exchange }: RecordData["MX"]) => exchange === ".";
  if (records.every(isNull)) return [fault("mx-null", `${target.domain}. IN MX 0 .`)];
  const line = ({ preference, exchange }: RecordData["MX"]) =>
    `${target.domain}. IN MX ${preference} ${exchange === "." ? "." : `${exchange}.`}`;
  const invalid = records.filter((record) => !isNull(record) && !isHostName(record.exchange));
  return [
    ...records
      .filter(isNull)
      .slice(0, 1)
      .map((record) => fault("mx-null-among-others", `Remove ${line(record)}`)),
    ...invalid.map((record) => {
      const better = line({ ...record, exchange: target.mailHost });
      return fault("mx-target-invalid", `found ${line(record)}; publish ${better}`);
    }),
    ...judgeHosts(hosts, invalid.length > 0),
    ...records.flatMap((record) => {
      const alias = aliasOf(record.exchange, hosts);
      return alias === undefined
        ? []
        : [
            fault(
              "mx-target-is-alias",
              `${record.exchange} is an alias. Publish ${line({ ...record, exchange: alias })}`,
            ),
          ];
    }),
  ];
}

/** Whether there is somewhere to deliver to. */
function judgeHosts(hosts: readonly Host[], isExplained: boolean): readonly Fault<MxFinding>[] {
  const unknown = failuresOf(addressesOf(hosts));
  const undecided = unknown === undefined ? [] : [fault("mx-undecided", unknown)];
  const dead = hosts.filter(({ ipv4, ipv6 }) =>
    [ipv4, ipv6].every(({ answer }) => answer.kind === "absent"),
  );
  const names = dead.map(({ name }) => name).join(", ");
  if (dead.length > 0 && dead.length === hosts.length && !isExplained) {
    return [fault("mx-no-target", `no A and no AAAA record: ${names}`)];
  }
  const gone =
    dead.length === 0 ? [] : [fault("mx-target-unresolved", `no A and no AAAA record: ${names}`)];
  const isWithoutIpv4 = hosts.every(({ ipv4 }) => ipv4.answer.kind === "absent");
  const hasIpv6 = hosts.some(({ ipv6 }) => ipv6.answer.kind === "found");
  const noIpv4 =
    isWithoutIpv4 && hasIpv6
      ? [fault("mx-half-reachable", `no A record: ${hosts.map(({ name }) => name).join(", ")}`)]
      : [];
  return [...gone, ...noIpv4, ...undecided];
}

/** What the name stands for; undefined: it is no alias. */
function aliasOf(exchange: string, hosts: readonly Host[]): string | undefined {
  const host = hosts.find(({ name }) => name === exchange);
  if (host === undefined) return undefined;
  const answers = [host.ipv4.answer, host.ipv6.answer];
  // An alias of nothing is reported as unresolved.
  const resolved = answers.find((answer) => answer.kind === "found" && answer.aliases.length > 0);
  return resolved?.kind === "found" ? resolved.aliases.at(-1) : undefined;
}
