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

export interface ActiveFault extends Fault {
  /** Wall clock, milliseconds since the epoch. */
  readonly since: number;
}

/** `changed` is called after each change. */
export function createFaultBoard(
  initial: readonly Fault[],
  changed: (board: FaultBoard) => void,
): FaultBoard {
  const active = new Map<string, ActiveFault>();
  const board: FaultBoard = {
    set(fault) {
      active.set(faultName(fault), { ...fault, since: Date.now() });
      changed(board);
    },
    clear(fault) {
      const known = active.delete(faultName(fault));
      if (known) changed(board);
      return known;
    },
    list: () =>
      [...active.values()].map(({ kind, provider, amount }) => ({ kind, provider, amount })),
    find: (kind, provider) => active.get(faultName({ kind, provider, amount: 1 })),
  };
  for (const fault of initial) board.set(fault);
  return board;
}
