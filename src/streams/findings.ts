import type { LatencyReading } from "../attrition/latency.ts";
import type { Reading, RouteReading } from "../attrition/reading.ts";
import type { Finding, FindingCatalogue } from "../domain/finding.ts";

export const STREAM_FINDINGS = {
  "inbox-attrition": {
    severity: "fail",
    title: "Less mail reaches the inbox than used to",
    advice:
      "This is no single bad canary: the rate has fallen. See what changed at the time it began: DNS records, exit address, blocklists, what you send. At one provider it is its opinion of you, at all of them something of yours. It stays until the rate has recovered; if this is the new normal, accept it with `mailcanary accept-baseline`.",
  },
  "transit-slower": {
    severity: "warn",
    title: "Mail takes longer than it used to",
    advice:
      "Look at the queue of your server and at the replies of the receiver there: greylisting, rate limits and slow DNS all show as 4xx or as waiting before the reply.",
  },
} as const satisfies FindingCatalogue;

export type StreamFinding = keyof typeof STREAM_FINDINGS;

/** What the detector has to say of a route. Pure. */
export function judgeRoute(
  route: string,
  reading: RouteReading,
  drift: (provider: string) => LatencyReading | undefined,
): readonly Finding<StreamFinding>[] {
  const findings: Finding<StreamFinding>[] = [];
  if (reading.scope.includes("_all")) {
    findings.push({ kind: "inbox-attrition", subject: route, detail: fall(reading) });
  }
  for (const one of reading.providers) {
    const subject = `${route} to ${one.provider}`;
    if (one.alarm) findings.push({ kind: "inbox-attrition", subject, detail: fall(one) });
    const slow = drift(one.provider);
    if (slow?.alarm === true) {
      findings.push({ kind: "transit-slower", subject, detail: slower(slow) });
    }
  }
  return findings;
}

function fall({ mean, low, high, normal, since }: Reading): string {
  const interval = `${percent(low)} to ${percent(high)}`;
  return `inbox rate of late ${percent(mean)} (${interval}), normally ${percent(normal)}, since about ${stamp(since)}`;
}

function slower({ median, since }: LatencyReading): string {
  return `normally half of it within ${median?.toFixed(1) ?? "?"} s; slower since about ${stamp(since)}`;
}

/** `93 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** `2026-11-22 14:00 UTC`. */
export function stamp(seconds: number | null): string {
  if (seconds === null) return "an unknown time";
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
