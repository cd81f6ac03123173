import { type Fault, type FaultKind, faultName } from "./fault.ts";
import type { ProviderName } from "./providers.ts";

/** The faults in force. */
export interface FaultBoard {
  /** Puts a fault in force; the same fault with another amount takes its place. */
  set(fault: Fault): void;
  /** Mends it; false: it was not in force. */
  clear(fault: Fault): boolean;
  list(): readonly Fault[];
  /** The fault of that kind at a provider, with the time since which it is in force. */
  find(kind: FaultKind, provider?: ProviderName): ActiveFault | undefined;
}

interface ActiveFault extends Fault {
  /** Wall clock, milliseconds since the epoch. */
  readonly since: number;
}

/** `changed` is told of each fault that comes into force or is mended. */
export function createFaultBoard(changed: (fault: Fault, inForce: boolean) => void): FaultBoard {
  const active = new Map<string, ActiveFault>();
  return {
    set(fault) {
      active.set(faultName(fault), { ...fault, since: Date.now() });
      changed(fault, true);
    },
    clear(fault) {
      const known = active.delete(faultName(fault));
      if (known) changed(fault, false);
      return known;
    },
    list: () =>
      [...active.values()].map(({ kind, provider, amount }) => ({ kind, provider, amount })),
    find: (kind, provider) => active.get(faultName({ kind, provider, amount: 1 })),
  };
}
