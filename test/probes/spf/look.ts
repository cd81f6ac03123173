import type { Verdict } from "../../../src/domain/result.ts";
import { spf } from "../../../src/probes/spf/probe.ts";
import { exit, runProbe, type Surroundings } from "../../fakes/posture.ts";
import type { LiteralZone } from "../../fakes/zone.ts";

export const V4 = "192.0.2.25";
export const V6 = "2001:db8::25";
export const HELO: LiteralZone = {
  "mail.example.org": { A: [V4], AAAA: [V6], TXT: ["v=spf1 a -all"] },
};
export const both = { exits: [exit(V4), exit(V6)] };

export async function look(
  record: string | readonly string[],
  others: LiteralZone = {},
  around: Surroundings = both,
): Promise<Verdict> {
  const zone: LiteralZone = {
    ...HELO,
    "example.org": { TXT: [record].flat(), MX: [{ preference: 10, exchange: "mail.example.org" }] },
    ...others,
  };
  return verdictOf(await runProbe(spf, zone, around));
}

export function verdictOf(verdicts: ReadonlyMap<string, Verdict>): Verdict {
  const verdict = verdicts.get("spf domain=example.org");
  if (verdict === undefined) throw new Error("no check of example.org");
  return verdict;
}

export function series({ samples }: Verdict): Record<string, number> {
  return Object.fromEntries(samples.map(({ metric, value }) => [metric.name, value]));
}

export function kinds({ findings }: Verdict): string[] {
  return findings.map(({ kind }) => kind);
}
