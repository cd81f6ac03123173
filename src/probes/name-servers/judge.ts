import { failuresOf } from "../../mail/dns-answers.ts";
import { fault, type Fault } from "../domain-probe.ts";
import type { NameServersFinding } from "./findings.ts";
import type { Facts, NameServer, ServerAnswer } from "./observe.ts";
import { differencesOf } from "./versions.ts";

/** All servers of the zone answer, and all say the same (RFC 1912 §2.8, RFC 1034 §4.3.5). */
export function judge({
  zone,
  servers,
  delegation,
  isResolverAnswered,
}: Facts): readonly Fault<NameServersFinding>[] {
  if (zone.kind === "failed") return [fault("name-servers-undecided", zone.detail)];
  const unknown = failuresOf(servers.flatMap(({ addresses }) => addresses)) ?? [];
  const unasked = [unknown].flat().map((detail) => fault("name-servers-unasked", detail));
  const answers = servers.flatMap((server) => server.answers);
  const details = servers.flatMap((server) => troubles(server, server.answers)).concat(unknown);
  if (details.length > 0 && !answers.some(isGood)) {
    // Whether the addresses are still in a cache says nothing of the servers.
    const kind = isResolverAnswered ? "name-servers-unasked" : "name-servers-undecided";
    return [fault(kind, details.join("; "))];
  }
  return [
    ...judgeNames(servers),
    ...judgeAnswers(servers, answers),
    ...judgeVersions(servers),
    ...judgeDelegation(delegation),
    ...unasked,
  ];
}

function judgeNames(servers: readonly NameServer[]): readonly Fault<NameServersFinding>[] {
  const names = servers
    .filter(({ addresses }) => addresses.every(({ answer }) => answer.kind === "absent"))
    .map(({ name }) => name);
  return names.length === 0
    ? []
    : [fault("name-server-unresolved", `no A and no AAAA record: ${names.join(", ")}`)];
}

function judgeAnswers(
  servers: readonly NameServer[],
  answers: readonly ServerAnswer[],
): readonly Fault<NameServersFinding>[] {
  // Where no IPv6 address answers, it is us who have no IPv6, and the other way round.
  const families = new Set(answers.filter(({ soa }) => !isSilent(soa)).map(({ family }) => family));
  const silent = servers.flatMap((server) =>
    troubles(
      server,
      server.answers.filter(({ soa, family }) => isSilent(soa) && families.has(family)),
    ),
  );
  const lame = servers.flatMap((server) =>
    troubles(
      server,
      server.answers.filter((answer) => !isGood(answer) && !isSilent(answer.soa)),
    ),
  );
  return [
    ...(silent.length === 0 ? [] : [fault("name-server-silent", silent.join("; "))]),
    ...(lame.length === 0 ? [] : [fault("name-server-lame", lame.join("; "))]),
  ];
}

function judgeVersions(servers: readonly NameServer[]): readonly Fault<NameServersFinding>[] {
  const differences = differencesOf(servers);
  return differences.length === 0 ? [] : [fault("name-servers-disagree", differences.join("; "))];
}

/** What only one side of the cut says sends resolvers astray, or is of no use. */
function judgeDelegation(delegation: Facts["delegation"]): readonly Fault<NameServersFinding>[] {
  if (delegation === undefined) return [];
  const { parent, given, own, glue } = delegation;
  const extra = given.filter((name) => !own.includes(name));
  const missing = own.filter((name) => !given.includes(name));
  const differences = [
    ...(extra.length === 0 ? [] : [`only at the parent (${parent}): ${extra.join(", ")}`]),
    ...(missing.length === 0 ? [] : [`only in the zone: ${missing.join(", ")}`]),
  ];
  const stale = glue.filter((each) => each.given.some((address) => !each.own.includes(address)));
  return [
    ...(differences.length === 0 ? [] : [fault("name-servers-delegation", differences.join("; "))]),
    ...stale.map(({ name, ...each }) =>
      fault(
        "name-server-glue",
        `${name}: ${each.given.join(", ")} at the parent (${parent}), ${each.own.join(", ")} in the zone`,
      ),
    ),
  ];
}

function isGood({ soa }: ServerAnswer): boolean {
  return soa.kind === "found";
}

function isSilent(soa: ServerAnswer["soa"]): boolean {
  return soa.kind === "failed" && ["timeout", "unreachable", "aborted"].includes(soa.why);
}

function troubles({ name }: NameServer, answers: readonly ServerAnswer[]): readonly string[] {
  return answers.map(({ address, soa }) => {
    const said = soa.kind === "failed" ? soa.detail : `${address} has no such zone (${soa.kind})`;
    return `${name}: ${said}`;
  });
}
