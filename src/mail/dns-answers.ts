import type { Dns, DnsAnswer, QueryOptions, RecordData, RecordType } from "../domain/dns.ts";
import { SECOND } from "../domain/duration.ts";

/** A question and what came of it. */
export interface Asked<Data> {
  readonly name: string;
  readonly type: RecordType;
  readonly answer: DnsAnswer<Data>;
}

/** Asks, and keeps the question beside the answer. */
export async function ask<Type extends RecordType>(
  dns: Dns,
  name: string,
  type: Type,
  signal: AbortSignal,
  options?: QueryOptions,
): Promise<Asked<RecordData[Type]>> {
  return { name, type, answer: await dns.query(name, type, signal, options) };
}

/** The records, and none where there are none or nobody knows. */
export function recordsOf<Data>({ answer }: Pick<Asked<Data>, "answer">): readonly Data[] {
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
export function soonestMs(asked: readonly Pick<Asked<unknown>, "answer">[]): number | undefined {
  const ttls = asked.flatMap(({ answer }) =>
    answer.kind === "failed" || answer.ttlSeconds <= 0 ? [] : [answer.ttlSeconds * SECOND],
  );
  return ttls.length === 0 ? undefined : Math.min(...ttls);
}
