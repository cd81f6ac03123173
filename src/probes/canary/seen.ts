import type { Clock } from "../../domain/net.ts";
import type { Seen } from "../../domain/seen.ts";
import type { Store } from "../../domain/store.ts";
import type { Board } from "./board.ts";

/** What canaries and checks have shown so far, for probes that look closer at it. */
export function seenOf(board: Board, store: Pick<Store, "observed">, clock: Clock): Seen {
  return {
    exits: (route) => board.exits(route, clock.now()),
    arrived: (route) => [...board.arrived()].filter((canary) => canary.route === route),
    recall: (subject, aspect) =>
      store.observed().find((one) => one.subject === subject && one.aspect === aspect),
  };
}
