import { failuresOf, recordsOf } from "../../mail/dns-answers.ts";
import { genericReason } from "../../mail/generic-name.ts";
import { isHostName } from "../../mail/host-name.ts";
import { parseIp } from "../../mail/ip-address.ts";
import { isLocalName, isWithin, organisationOf } from "../../mail/organisation.ts";
import { fault, type Fault } from "../domain-probe.ts";
import type { ReverseDnsFinding } from "./findings.ts";
import type { Exit, Facts, Target } from "./observe.ts";

/** Each exit has at most one finding about its names: the first that explains the rest. */
export function judge(
  { exits, notPublic }: Facts,
  target: Target,
): readonly Fault<ReverseDnsFinding>[] {
  if (exits.length === 0 && notPublic.length > 0) {
    return [fault("ptr-exit-not-public", `seen leaving: ${notPublic.join(", ")}`)];
  }
  return exits.flatMap((exit) => softened(judgeExit(exit, target), exit));
}

type ExitFault = Fault<ReverseDnsFinding>;

/** What is wrong with an exit that is a guess, or one of days ago, need not harm mail: it never fails. */
function softened(
  faults: readonly ExitFault[],
  { ip, guessedFrom, isCurrent }: Exit,
): readonly ExitFault[] {
  return faults.map((each) => {
    if (each.kind === "ptr-undecided") return each;
    if (guessedFrom !== undefined) {
      return fault("ptr-guess", `${each.detail}; ${ip.text} is the ${guessedFrom}`);
    }
    return isCurrent ? each : fault("ptr-former-exit", each.detail);
  });
}

function judgeExit(exit: Exit, target: Target): readonly ExitFault[] {
  const { ip, ptr, helos, forward, relay } = exit;
  if (ptr.answer.kind === "failed") {
    return [fault("ptr-undecided", failuresOf([ptr]) ?? "")];
  }
  if (ptr.answer.kind === "absent") {
    // Nobody but its owner can name a relay's machine; how it is named is the relay's business.
    const better =
      relay === undefined ? lineFor(exit, target) : `ask ${relay}, whose machine it is`;
    return [fault("ptr-missing", `${ip.text} has none; ${better}`)];
  }
  if (relay !== undefined) return [];
  const names = ptr.answer.records;
  const confirmed = confirmedNames(exit);
  if (confirmed.length === 0) {
    const unknown = failuresOf(forward);
    if (unknown !== undefined) return [fault("ptr-undecided", unknown)];
    return [fault("ptr-unconfirmed", unconfirmed(exit, target))];
  }
  const reasons = confirmed.map((name) => genericReason(name, ip, target.domain));
  if (reasons.every((reason) => reason !== undefined)) {
    const detail = `${ip.text} is ${confirmed.join(", ")}: ${reasons[0] ?? ""}`;
    const better = `${lineFor(exit, target)} and an address record for it`;
    return [fault("ptr-generic", `${detail}; ${better}`)];
  }
  const strange = helos.filter((helo) => !names.includes(helo));
  if (strange.length === 0) return [];
  const detail = `${ip.text} greets as ${strange.join(", ")} and its reverse name is ${names.join(", ")}`;
  // Both are strangers' words, and a shell may read the command.
  const [better, own] = [confirmed.find(isFit), strange.find(isFit)];
  const ways = [
    ...(better === undefined ? [] : [`in Postfix: postconf -e smtp_helo_name=${better}`]),
    ...(own === undefined ? [] : [`publish ${ptr.name}. IN PTR ${own}.`]),
  ];
  return [fault("ptr-helo-mismatch", [detail, ways.join("; or ")].filter(Boolean).join("; "))];
}

/** A name that a record on the internet can lead to. */
function isFit(name: string): boolean {
  return isHostName(name) && !isLocalName(name);
}

/** The reverse name that it ought to have: the one that it greets with, unless that is what is wrong. */
function lineFor({ ip, ptr, helos }: Exit, { domain }: Target): string {
  const wanted = helos.find((name) => isFit(name) && genericReason(name, ip, domain) === undefined);
  return `publish ${ptr.name}. IN PTR ${wanted ?? `mail.${domain}`}.`;
}

/** The reverse names that lead back to the address. */
function confirmedNames({ ip, forward }: Exit): readonly string[] {
  return forward
    .filter((asked) => recordsOf(asked).some((address) => parseIp(address)?.text === ip.text))
    .map(({ name }) => name);
}

function unconfirmed(exit: Exit, target: Target): string {
  const { ip, forward } = exit;
  const ways = forward.map((asked) => {
    const addresses = recordsOf(asked);
    const there = addresses.length === 0 ? "to no address" : `to ${addresses.join(", ")}`;
    return `${asked.name} leads ${there}`;
  });
  // In a provider's zone nobody else can publish anything.
  const own = organisationOf(target.domain) ?? target.domain;
  const first = forward.find(({ name }) => isWithin(name.toLowerCase().replace(/\.$/, ""), own));
  const line =
    first === undefined
      ? `${lineFor(exit, target)} and an address record for it`
      : `publish ${first.name}. IN ${first.type} ${ip.text}`;
  return `${ip.text}: ${ways.join("; ")}; ${line}`;
}
