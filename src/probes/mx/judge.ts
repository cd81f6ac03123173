import type { RecordData } from "../../domain/dns.ts";
import { failuresOf, recordsOf } from "../../mail/dns-answers.ts";
import { parseIp } from "../../mail/ip-address.ts";
import { isPublic } from "../../mail/outside-view.ts";
import { fault, type Fault } from "../domain-probe.ts";
import type { MxFinding } from "./findings.ts";
import { addressesOf, type Facts, type Host, isHostName, type Target } from "./observe.ts";

/** In records, where we know of no host. */
const HOST = "HOST";

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
  const addresses = addressesOf(hosts).flatMap(recordsOf);
  if (addresses.length > 0) {
    const detail = `mail goes to ${addresses.join(", ")}. Publish ${domain}. IN MX 10 ${domain}.`;
    return [fault("mx-implicit", detail)];
  }
  const unknown = failuresOf(addressesOf(hosts));
  if (unknown !== undefined) return [fault("mx-undecided", unknown)];
  const lack = why === "nxdomain" ? "does not exist" : "has no MX and no address record";
  const publish = `Publish ${domain}. IN MX 10 ${mailHost ?? HOST}.`;
  return [fault("mx-missing", `${domain} ${lack}. ${publish}${namedBy(mailHost)}`)];
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
      const better = line({ ...record, exchange: target.mailHost ?? HOST });
      const detail = `found ${line(record)}; publish ${better}${namedBy(target.mailHost)}`;
      return fault("mx-target-invalid", detail);
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

function namedBy(mailHost: string | undefined): string {
  return mailHost === undefined ? ` ${HOST} being the server that takes your mail` : "";
}

/** Whether there is somewhere to deliver to. */
function judgeHosts(hosts: readonly Host[], isExplained: boolean): readonly Fault<MxFinding>[] {
  const unknown = failuresOf(addressesOf(hosts));
  const hidden = hosts.flatMap((host) => (reachOf(host) === "unknown" ? [sayHidden(host)] : []));
  const undecided = [...(unknown === undefined ? [] : [unknown]), ...hidden].map((detail) =>
    fault("mx-undecided", detail),
  );
  const dead = hosts.filter((host) => reachOf(host) === "none");
  const names = sayDead(dead);
  if (dead.length > 0 && dead.length === hosts.length && !isExplained) {
    return [fault("mx-no-target", names)];
  }
  const gone = dead.length === 0 ? [] : [fault("mx-target-unresolved", names)];
  const isWithoutIpv4 = hosts.every(({ ipv4 }) => ipv4.answer.kind === "absent");
  const hasIpv6 = hosts.some(({ ipv6 }) => ipv6.answer.kind === "found");
  const noIpv4 =
    isWithoutIpv4 && hasIpv6
      ? [fault("mx-half-reachable", `no A record: ${hosts.map(({ name }) => name).join(", ")}`)]
      : [];
  return [...gone, ...noIpv4, ...undecided];
}

/** Whether servers outside have an address of the host to go to. */
function reachOf({ ipv4, ipv6, outside }: Host): "some" | "none" | "unknown" {
  const answers = [ipv4, ipv6];
  if (answers.every(({ answer }) => answer.kind === "absent")) return "none";
  // That the DNS did not answer is told as such.
  if (answers.flatMap(recordsOf).length === 0 || isPublic([...answers, ...outside])) return "some";
  return outside.length > 0 && outside.flatMap(recordsOf).every(isLoopback) ? "none" : "unknown";
}

function isLoopback(address: string): boolean {
  return parseIp(address)?.scope === "loopback";
}

function sayDead(hosts: readonly Host[]): string {
  const isLocal = ({ outside }: Host) => outside.flatMap(recordsOf).length > 0;
  const absent = hosts.filter((host) => !isLocal(host)).map(({ name }) => name);
  const local = hosts.filter(isLocal).map(({ name, outside }) => {
    const addresses = outside.flatMap(recordsOf).join(", ");
    return `${name} is ${addresses}, which to every sender is its own machine`;
  });
  const list = absent.length === 0 ? [] : [`no A and no AAAA record: ${absent.join(", ")}`];
  return [...list, ...local].join("; ");
}

function sayHidden({ name, ipv4, ipv6 }: Host): string {
  const addresses = [ipv4, ipv6].flatMap(recordsOf).join(", ");
  return `here ${name} is ${addresses}, where nobody outside can deliver, and its name servers do not tell us what others see`;
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
