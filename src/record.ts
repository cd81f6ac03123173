import { FINDINGS } from "./catalogue.ts";
import { causesOf } from "./diagnosis/causes.ts";
import type { Finding } from "./domain/finding.ts";
import type { Log } from "./domain/log.ts";
import type { Result } from "./domain/result.ts";
import { type Store, StoreError } from "./domain/store.ts";
import { runCounted } from "./scheduler/metrics.ts";

/** Keeps results, and says aloud what was found and what is mended. */
export function createRecorder(store: Store, log: Log): (result: Result) => void {
  return (result) => {
    const before = store.openFindings().filter(({ check }) => check === result.check);
    try {
      store.record(result, [runCounted(result)]);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      // A view of the world that cannot be written is lost, and the next will come.
      log.error({ err: error, check: result.check }, "Result could not be written");
      return;
    }
    const explained = new Set(
      causesOf(store.openFindings(), FINDINGS).flatMap(({ symptoms }) => symptoms.map(keyOf)),
    );
    for (const finding of without(result.findings, before)) {
      const { kind, subject, detail } = finding;
      const about = { check: result.check, kind, subject, detail };
      const { title, advice } = FINDINGS[kind] ?? {};
      if (explained.has(keyOf(finding))) log.info(about, "Found a symptom of what is known");
      else log.warn({ ...about, title, advice }, "Found something");
    }
    for (const { kind, subject } of without(before, result.findings)) {
      log.info({ check: result.check, kind, subject }, "Mended");
    }
  };
}

function without(findings: readonly Finding[], others: readonly Finding[]): readonly Finding[] {
  const known = new Set(others.map(keyOf));
  return findings.filter((finding) => !known.has(keyOf(finding)));
}

function keyOf({ kind, subject }: Finding): string {
  return JSON.stringify([kind, subject]);
}
