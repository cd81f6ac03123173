import type { DnsAnswer, RecordType } from "../domain/dns.ts";
import { SECOND } from "../domain/duration.ts";

/** A question and what came of it. */
export interface Asked<Data> {
  readonly name: string;
  readonly type: RecordType;
  readonly answer: DnsAnswer<Data>;
}

/** The records, and none where there are none or nobody knows. */
export function recordsOf<Data>({ answer }: Asked<Data>): readonly Data[] {
  return answer.kind === "found" ? answer.records : [];
}

/** What could not be found out, in words: `MX of example.org: ...`; undefined where all of it could. */
export function failuresOf(asked: readonly Asked<unknown>[]): string | undefined {
  const failures = asked.flatMap(({ name, type, answer }) =>
    answer.kind === "failed" ? [`${type} of ${name}: ${answer.detail}`] : [],
  );
  return failures.length === 0 ? undefined : failures.join("; ");
}

/** When the first of the answers is no longer true for sure, milliseconds from now. */
export function soonestMs(asked: readonly Asked<unknown>[]): number | undefined {
  const ttls = asked.flatMap(({ answer }) =>
    answer.kind === "failed" || answer.ttlSeconds <= 0 ? [] : [answer.ttlSeconds * SECOND],
  );
  return ttls.length === 0 ? undefined : Math.min(...ttls);
}
