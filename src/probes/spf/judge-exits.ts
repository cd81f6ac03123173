import { recordFor, withAddresses } from "../../mail/spf-remedy.ts";
import { txtLine } from "../../mail/txt-record.ts";
import { fault } from "../domain-probe.ts";
import { FINDINGS, type SpfFault, type SpfFinding } from "./findings.ts";
import type { ExitCheck, Facts } from "./observe.ts";

/** Whether the envelope domain allows every exit, as receivers evaluate it. */
export function judgeExits(
  text: string,
  { exits, tree }: Facts,
  ofRecord: readonly SpfFault[],
): readonly SpfFault[] {
  const isBroken = ofRecord.some(({ kind }) => FINDINGS[kind].severity === "fail");
  const findings: SpfFault[] = [];
  const uncovered = exits.filter(({ check }) => isRefusal(check.result));
  for (const [kind, isCurrent] of [
    ["spf-exit-not-covered", true],
    ["spf-former-exit", false],
  ] as const) {
    const list = uncovered.filter((exit) => exit.isCurrent === isCurrent);
    if (list.length > 0) findings.push(fault(kind, describeRefusals(list, text, tree.domain)));
  }
  // A broken record explains every permerror, and is reported already.
  const broken = exits.find(({ check, isCurrent }) => isCurrent && check.result === "permerror");
  if (broken !== undefined && !isBroken) findings.push(fault(kindOf(broken), detailOf(broken)));
  return [...findings, ...undecided(exits)];
}

/** Those that mail leaves from now and that the record does not allow. */
export function refusedAddresses({ exits }: Facts): readonly string[] {
  return exits.flatMap(({ ip, isCurrent, check }) =>
    isCurrent && isRefusal(check.result) ? [ip] : [],
  );
}

function describeRefusals(exits: readonly ExitCheck[], text: string, domain: string): string {
  const reasons = exits.map(({ ip, check }) => `${ip}: ${check.result} by ${check.reason}`);
  const addresses = exits.map(({ ip }) => ip);
  const line = txtLine(domain, withAddresses(text, [...new Set(addresses)]));
  return `${[...new Set(reasons)].join("; ")}. Publish ${line}`;
}

/** What the HELO names say about the addresses that use them (RFC 7208 §2.3). */
export function judgeHelos({ helos }: Facts): readonly SpfFault[] {
  const findings: SpfFault[] = [];
  const missing = linesFor(helos, ({ result }) => result === "none");
  if (missing.length > 0) {
    findings.push(fault("spf-helo-missing", `Publish ${missing.join(" and ")}`));
  }
  const isBad = ({ result }: ExitCheck["check"]) => isRefusal(result) || result === "permerror";
  const bad = helos.filter(({ check }) => isBad(check));
  if (bad.length > 0) {
    const list = bad.map(
      ({ ip, helo, check }) => `${ip} as ${helo}: ${check.result}, ${check.reason}`,
    );
    const lines = linesFor(helos, isBad).join(" and ");
    findings.push(fault("spf-helo-not-covered", `${list.join("; ")}. Publish ${lines}`));
  }
  return [...findings, ...undecided(helos)];
}

/** A record for each name in question, allowing all addresses that use it. */
function linesFor(
  helos: readonly ExitCheck[],
  isInQuestion: (check: ExitCheck["check"]) => boolean,
): readonly string[] {
  const names = new Set(
    helos.filter(({ check }) => isInQuestion(check)).map(({ helo }) => nameOf(helo)),
  );
  return [...names].map((name) => {
    const users = helos.filter(({ helo }) => nameOf(helo) === name);
    return txtLine(name, recordFor(users.map(({ ip }) => ip)));
  });
}

function nameOf(helo: string): string {
  return helo.toLowerCase().replace(/\.$/, "");
}

function isRefusal(result: ExitCheck["check"]["result"]): boolean {
  return result === "fail" || result === "softfail" || result === "neutral";
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

function undecided(checks: readonly ExitCheck[]) {
  return checks
    .filter(({ check }) => check.result === "temperror")
    .map(({ check }) => fault("spf-undecided", check.reason));
}
