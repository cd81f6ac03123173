import type { Canary, SignatureCheck } from "../../domain/canary.ts";
import { formatDuration } from "../../domain/duration.ts";
import type { Finding } from "../../domain/finding.ts";
import type { CanaryFinding } from "./findings.ts";
import { arrivedAt } from "./life.ts";

/** Whose faults show in a canary of a route, in the words of the probes that look at them. */
export interface Concerned {
  readonly server: string;
  /** Those that the route's mail carries. */
  readonly domains: readonly string[];
}

/** What the newest decided canary of a route and a seed says. Pure. */
export function judgeCanary(
  canary: Canary,
  lateMs: number,
  { server, domains }: Concerned,
): readonly Finding<CanaryFinding>[] {
  const subject = `${canary.route} to ${canary.seed}`;
  const found = (kind: CanaryFinding, detail: string): Finding<CanaryFinding> => ({
    kind,
    subject,
    about: concerned(kind),
    detail,
  });
  // No more than can be the reason: an MX host's certificate does not keep us from our own server.
  const concerned = (kind: CanaryFinding): readonly string[] => {
    if (kind.startsWith("own-server-")) return [server];
    return kind === "outcome-unknown" ? [canary.seed] : domains;
  };
  return [
    ...placement(canary).map(([kind, detail]) => found(kind, detail)),
    ...lateness(canary, lateMs).map((detail) => found("canary-late", detail)),
    ...authentication(canary).map(([kind, detail]) => found(kind, detail)),
  ];
}

function placement(canary: Canary): [CanaryFinding, string][] {
  const { outcome, reply, arrival } = canary;
  switch (outcome) {
    case "spam":
      return [["canary-in-spam", `found in “${arrival?.folder ?? ""}”`]];
    case "missing":
      return [["canary-missing", "every folder was searched after the lost deadline"]];
    case "refused":
      return [["own-server-refuses", sayReply(canary)]];
    case "unknown":
      return canary.submittedAt === undefined && reply !== undefined
        ? [["own-server-defers", sayReply(canary)]]
        : [
            [
              canary.submittedAt === undefined ? "own-server-defers" : "outcome-unknown",
              unknownBecause(canary),
            ],
          ];
    case "inbox":
    case "tab":
    case "other":
    case "bounced":
    case undefined:
      return [];
  }
}

function unknownBecause({ submittedAt, reply }: Canary): string {
  if (submittedAt === undefined) return "it could not be reached, or did not finish the session";
  return reply?.code === 250
    ? "the seed mailbox could not be read for too long"
    : "the hand-over broke off after DATA and the canary was not found";
}

function lateness(canary: Canary, lateMs: number): string[] {
  const { arrival, submittedAt } = canary;
  if (arrival === undefined || submittedAt === undefined) return [];
  const tookMs = arrivedAt(canary, arrival) - submittedAt;
  return tookMs > lateMs ? [`it took ${formatDuration(tookMs)}`] : [];
}

const FAILED: ReadonlySet<string> = new Set(["fail", "softfail", "permerror", "policy"]);

function authentication({ arrival }: Canary): [CanaryFinding, string][] {
  if (arrival === undefined) return [];
  const said = (method: string): string[] =>
    arrival.authentication.filter((one) => one.method === method).map(({ result }) => result);
  const failed = (["spf", "dkim", "dmarc"] as const).filter(
    (method) => said(method).length > 0 && said(method).every((result) => FAILED.has(result)),
  );
  const opinions = arrival.secondOpinion ?? [];
  const verifies = opinions.some(({ result }) => result === "pass");
  const broken = opinions.length > 0 && opinions.every(({ result }) => result === "fail");
  const findings: [CanaryFinding, string][] = [];
  if (broken) findings.push(brokenSignature(opinions));
  const dkimFailed = failed.includes("dkim");
  if (dkimFailed && verifies) {
    findings.push(["receiver-disagrees", arrival.authenticationResults.join("; ")]);
  }
  for (const method of failed) {
    if (method === "dkim" && (verifies || broken)) continue;
    findings.push([`${method}-failed-at-receiver`, arrival.authenticationResults.join("; ")]);
  }
  return findings;
}

/** With an intact body hash it is the key or a header (RFC 6376 §3.7 hashes the body apart). */
function brokenSignature(opinions: readonly SignatureCheck[]): [CanaryFinding, string] {
  const changed = opinions.find(({ detail }) => detail?.includes("body hash") === true);
  const told = changed ?? opinions[0];
  return [
    changed === undefined ? "signature-mismatch" : "broken-in-transit",
    `${told?.selector}._domainkey.${told?.domain}: ${told?.detail ?? "the signature does not verify"}`,
  ];
}

function sayReply({ reply }: Canary): string {
  if (reply === undefined) return "no reply";
  return [reply.code, reply.enhanced, reply.text].filter((part) => part !== undefined).join(" ");
}
