import { failuresOf, recordsOf } from "../../mail/dns-answers.ts";
import { genericReason } from "../../mail/generic-name.ts";
import { isHostName } from "../../mail/host-name.ts";
import { parseIp } from "../../mail/ip-address.ts";
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
  return exits.flatMap((exit) => judgeExit(exit, target));
}

function judgeExit(exit: Exit, { domain }: Target): readonly Fault<ReverseDnsFinding>[] {
  const { ip, ptr, helos, forward } = exit;
  const wanted = helos.find(isHostName);
  if (ptr.answer.kind === "failed") {
    return [fault("ptr-undecided", failuresOf([ptr]) ?? "")];
  }
  if (ptr.answer.kind === "absent") {
    const better = `${ptr.name}. IN PTR ${wanted ?? `mail.${domain}`}.`;
    return [fault("ptr-missing", `${ip.text} has none; publish ${better}`)];
  }
  const names = ptr.answer.records;
  const confirmed = confirmedNames(exit);
  if (confirmed.length === 0) {
    const unknown = failuresOf(forward);
    if (unknown !== undefined) return [fault("ptr-undecided", unknown)];
    return [fault("ptr-unconfirmed", unconfirmed(exit))];
  }
  const reasons = confirmed.map((name) => genericReason(name, ip));
  if (reasons.every((reason) => reason !== undefined)) {
    const detail = `${ip.text} is ${confirmed.join(", ")}: ${reasons[0] ?? ""}`;
    const better = `${ptr.name}. IN PTR ${wanted ?? `mail.${domain}`}.`;
    return [fault("ptr-generic", `${detail}; publish ${better} and an address record for it`)];
  }
  const strange = helos.filter((helo) => !names.includes(helo));
  if (strange.length === 0) return [];
  const detail = `${ip.text} greets as ${strange.join(", ")} and its reverse name is ${names.join(", ")}`;
  // Both are strangers' words, and a shell may read the command.
  const [better, own] = [confirmed.find(isHostName), strange.find(isHostName)];
  const ways = [
    ...(better === undefined ? [] : [`in Postfix: postconf -e smtp_helo_name=${better}`]),
    ...(own === undefined ? [] : [`publish ${ptr.name}. IN PTR ${own}.`]),
  ];
  return [fault("ptr-helo-mismatch", [detail, ways.join("; or ")].filter(Boolean).join("; "))];
}

/** The reverse names that lead back to the address. */
function confirmedNames({ ip, forward }: Exit): readonly string[] {
  return forward
    .filter((asked) => recordsOf(asked).some((address) => parseIp(address)?.text === ip.text))
    .map(({ name }) => name);
}

function unconfirmed({ ip, forward }: Exit): string {
  const ways = forward.map((asked) => {
    const addresses = recordsOf(asked);
    const there = addresses.length === 0 ? "to no address" : `to ${addresses.join(", ")}`;
    return `${asked.name} leads ${there}`;
  });
  const [first] = forward;
  const line = first === undefined ? "" : `; publish ${first.name}. IN ${first.type} ${ip.text}`;
  return `${ip.text}: ${ways.join("; ")}${line}`;
}
