import { withAddresses } from "../../mail/spf-remedy.ts";
import { fault } from "../domain-probe.ts";
import { FINDINGS, type SpfFault, type SpfFinding } from "./findings.ts";
import type { ExitCheck, Facts } from "./observe.ts";
import type { RecordTree } from "./open-terms.ts";
import {
  isRefusal,
  mendedRecord,
  publish,
  reasonsOf,
  refusedExits,
  relaysIn,
  relaysLeftOut,
} from "./remedy.ts";

/** Whether the envelope domain allows every exit, as receivers evaluate it. */
export function judgeExits(
  tree: RecordTree,
  facts: Facts,
  ofRecord: readonly SpfFault[],
): readonly SpfFault[] {
  const isBroken = ofRecord.some(({ kind }) => FINDINGS[kind].severity === "fail");
  const seen = facts.exits.filter(({ guessedFrom }) => guessedFrom === undefined);
  // A broken record explains every permerror, and is reported already.
  const broken = seen.find(({ check, isCurrent }) => isCurrent && check.result === "permerror");
  return [
    ...refused(tree, facts),
    ...former(tree, facts, seen),
    ...(broken === undefined || isBroken ? [] : [fault(kindOf(broken), detailOf(broken))]),
    ...guessed(tree, facts, isBroken),
    ...undecided(facts.exits),
  ];
}

function refused(tree: RecordTree, facts: Facts): readonly SpfFault[] {
  const list = refusedExits(facts);
  if (list.length === 0) return [];
  const remedy = publish(tree.domain, mendedRecord(tree, facts), relaysLeftOut(tree, facts));
  return [fault("spf-exit-not-covered", `${reasonsOf(list)}. ${remedy}`)];
}

function former(tree: RecordTree, facts: Facts, exits: readonly ExitCheck[]): readonly SpfFault[] {
  const list = exits.filter(({ isCurrent, check }) => !isCurrent && isRefusal(check));
  if (list.length === 0) return [];
  const text = withAddresses(mendedRecord(tree, facts), ownIn(list));
  const remedy = publish(tree.domain, text, relaysIn(list));
  return [fault("spf-former-exit", `${reasonsOf(list)}. ${remedy}`)];
}

/** What a guess comes to is a guess: it never fails. */
function guessed(tree: RecordTree, { exits }: Facts, isBroken: boolean): readonly SpfFault[] {
  const list = exits.filter(
    ({ guessedFrom, check }) =>
      guessedFrom !== undefined &&
      (isRefusal(check) || (check.result === "permerror" && !isBroken)),
  );
  if (list.length === 0) return [];
  const sources = new Set(list.map(({ ip, guessedFrom = "" }) => `${ip} is the ${guessedFrom}`));
  const line = publish(tree.domain, withAddresses(tree.text, ownIn(list)), []);
  const detail = `${reasonsOf(list)}; ${[...sources].join("; ")}`;
  return [fault("spf-guess-not-covered", `${detail}. If mail leaves there: ${line}`)];
}

function ownIn(exits: readonly ExitCheck[]): readonly string[] {
  return exits.flatMap(({ relay, ip }) => (relay === undefined ? [ip] : []));
}

const LIMITS = {
  lookups: "spf-too-many-lookups",
  "mx-hosts": "spf-too-many-lookups",
  voids: "spf-too-many-void-lookups",
} as const satisfies Record<NonNullable<ExitCheck["check"]["limit"]>, SpfFinding>;

/** The tree is fine for all we can see from outside; this sender meets more of it. */
function kindOf({ check: { limit } }: ExitCheck): SpfFinding {
  return limit === undefined ? "spf-include-broken" : LIMITS[limit];
}

function detailOf({ ip, check }: ExitCheck): string {
  return `${ip}: ${check.result}, ${check.reason}`;
}

export function undecided(checks: readonly ExitCheck[]): readonly SpfFault[] {
  return checks
    .filter(({ check }) => check.result === "temperror")
    .map(({ check }) => fault("spf-undecided", check.reason));
}
