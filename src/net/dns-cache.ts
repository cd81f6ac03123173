import type { DnsAnswer } from "../domain/dns.ts";
import { DAY, HOUR, SECOND } from "../domain/duration.ts";
import type { Clock } from "../domain/net.ts";

/** Answers for as long as they hold; what failed is never kept. */
export interface DnsCache {
  /** With the TTL that is left. */
  get(key: string): DnsAnswer<unknown> | undefined;
  set(key: string, answer: DnsAnswer<unknown>, sizeBytes: number): void;
}

/** RFC 2181 §8 lets a cache forget sooner than the TTL says; RFC 2308 §5 for what is absent. */
const MAX_FOUND_MS = DAY;
const MAX_ABSENT_MS = HOUR;
const MAX_ENTRIES = 10_000;
const MAX_CACHED_BYTES = 16 * 1024 * 1024;

interface Entry {
  readonly answer: Exclude<DnsAnswer<unknown>, { kind: "failed" }>;
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
      const ttlSeconds = Math.ceil(entry.answer.ttlSeconds - ageMs / SECOND);
      return { ...entry.answer, ttlSeconds };
    },
    set(key, answer, sizeBytes) {
      remove(key);
      if (answer.kind === "failed" || sizeBytes > MAX_CACHED_BYTES) return;
      const longestMs = answer.kind === "found" ? MAX_FOUND_MS : MAX_ABSENT_MS;
      const heldMs = Math.min(answer.ttlSeconds * SECOND, longestMs);
      if (heldMs <= 0) return;
      entries.set(key, { answer, storedAt: clock.monotonic(), heldMs, sizeBytes });
      bytes += sizeBytes;
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries && bytes <= MAX_CACHED_BYTES) break;
        remove(oldest);
      }
    },
  };
}
