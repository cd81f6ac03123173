/** Counts received bytes against what the running calls may receive. */
export interface Meter {
  /** A call begins that may receive so many bytes more. */
  allow(bytes: number): void;
  count(bytes: number): void;
}

/** `onBreach` is called for the byte that breaks the newest allowance, or the total. */
export function createMeter(totalBytes: number, onBreach: () => void): Meter {
  let received = 0;
  let allowed = 0;
  return {
    allow(bytes) {
      allowed = Math.max(allowed, Math.min(received + bytes, totalBytes));
    },
    count(bytes) {
      received += bytes;
      if (received > allowed) onBreach();
    },
  };
}
