import { parseIp } from "../../mail/ip-address.ts";
import { merged, networkTerm, withAddresses } from "../../mail/spf-remedy.ts";
import { txtLine } from "../../mail/txt-record.ts";
import { fault } from "../domain-probe.ts";
import type { SpfFault } from "./findings.ts";
import { undecided } from "./judge-exits.ts";
import { type ExitCheck, type Facts, type Greeter, nameOf } from "./observe.ts";
import { isRefusal } from "./remedy.ts";

/** What the HELO names say about the addresses that use them (RFC 7208 §2.3). */
export function judgeHelos(facts: Facts): readonly SpfFault[] {
  const { helos } = facts;
  const missing = helos.filter(({ check }) => check.result === "none");
  const bad = helos.filter(({ check }) => isRefusal(check) || check.result === "permerror");
  const list = bad.map(
    ({ ip, helo, check }) => `${ip} as ${helo}: ${check.result}, ${check.reason}`,
  );
  return [
    ...(missing.length === 0 ? [] : [fault("spf-helo-missing", remedies(missing, facts))]),
    ...(bad.length === 0
      ? []
      : [fault("spf-helo-not-covered", `${list.join("; ")}. ${remedies(bad, facts)}`)]),
    ...undecided(helos),
  ];
}

function remedies(inQuestion: readonly ExitCheck[], facts: Facts): string {
  const names = [...new Set(inQuestion.map(({ helo }) => nameOf(helo)))];
  const ways = names.flatMap((name) => {
    const greeter = facts.greeters.find((each) => each.name === name);
    if (greeter?.texts === undefined) return [];
    const refused = inQuestion.filter(({ helo }) => nameOf(helo) === name);
    const line = txtLine(name, recordOf(greeter, refused, facts));
    // Beside a CNAME nothing else may stand (RFC 1034 §3.6.2), and HELO wants a host's own name.
    return greeter.isAlias
      ? [`Give ${name} address records of its own in place of its CNAME, and publish ${line}`]
      : [`Publish ${line}`];
  });
  return ways.join(" and ");
}

/** What the name has now with the addresses added; a new record speaks of the host that the name is. */
function recordOf(
  { name, texts = [], addresses }: Greeter,
  refused: readonly ExitCheck[],
  facts: Facts,
): string {
  const [text] = texts;
  const isPermerror = refused.some(({ check }) => check.result === "permerror");
  if (text !== undefined) {
    const readable = isPermerror ? merged(texts) : text;
    return withAddresses(
      readable,
      refused.map(({ ip }) => ip),
    );
  }
  const hosts = new Set(addresses.map((each) => parseIp(each)?.text));
  const users = facts.exits.filter(
    ({ helo, relay }) => nameOf(helo) === name && relay === undefined,
  );
  const others = users.filter(({ ip }) => !hosts.has(ip)).map(({ ip }) => networkTerm(ip));
  const host = hosts.size === 0 ? [] : ["a"];
  // More machines of the name may turn up, unless all that do are the host itself.
  const end = others.length === 0 ? "-all" : "~all";
  return ["v=spf1", ...host, ...new Set(others), end].join(" ");
}
