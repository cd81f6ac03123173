import type { DnsAnswer } from "../domain/dns.ts";
import { DAY, HOUR, SECOND } from "../domain/duration.ts";
import type { Clock } from "../domain/net.ts";

/** Answers for as long as they hold, and failures for a moment. */
export interface DnsCache {
  /** With the TTL that is left. */
  get(key: string): DnsAnswer<unknown> | undefined;
  set(key: string, answer: DnsAnswer<unknown>, sizeBytes: number): void;
}

/** RFC 2181 §8 lets a cache forget sooner than the TTL says; RFC 2308 §5 for what is absent. */
const MAX_FOUND_MS = DAY;
const MAX_ABSENT_MS = HOUR;
/**
 * RFC 9520 §3.2 asks for no less than a second: the next part of the same check, or another check of
 * the same domain, is not to wait for a dead server all over again.
 */
const FAILURE_MS = 5 * SECOND;
const MAX_ENTRIES = 10_000;
const MAX_CACHED_BYTES = 16 * 1024 * 1024;

interface Entry {
  readonly answer: DnsAnswer<unknown>;
  readonly storedAt: number;
  readonly heldMs: number;
  readonly sizeBytes: number;
}

/** Holds a bounded number of bytes; the oldest entries make room. */
export function createDnsCache(clock: Clock, maxEntries = MAX_ENTRIES): DnsCache {
  const entries = new Map<string, Entry>();
  let bytes = 0;

  function remove(key: string): void {
    bytes -= entries.get(key)?.sizeBytes ?? 0;
    entries.delete(key);
  }

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      const ageMs = clock.monotonic() - entry.storedAt;
      if (ageMs >= entry.heldMs) {
        remove(key);
        return undefined;
      }
      if (entry.answer.kind === "failed") return entry.answer;
      const ttlSeconds = Math.ceil(entry.answer.ttlSeconds - ageMs / SECOND);
      return { ...entry.answer, ttlSeconds };
    },
    set(key, answer, sizeBytes) {
      remove(key);
      const heldMs = holdMs(answer);
      if (heldMs <= 0 || sizeBytes > MAX_CACHED_BYTES) return;
      entries.set(key, { answer, storedAt: clock.monotonic(), heldMs, sizeBytes });
      bytes += sizeBytes;
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries && bytes <= MAX_CACHED_BYTES) break;
        remove(oldest);
      }
    },
  };
}

function holdMs(answer: DnsAnswer<unknown>): number {
  if (answer.kind === "failed") return FAILURE_MS;
  const longestMs = answer.kind === "found" ? MAX_FOUND_MS : MAX_ABSENT_MS;
  return Math.min(answer.ttlSeconds * SECOND, longestMs);
}
