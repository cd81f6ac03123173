import type { Deadlines } from "../../domain/config.ts";
import type { Log } from "../../domain/log.ts";
import type { Net } from "../../domain/net.ts";
import type { Seed } from "../../domain/seed.ts";
import type { Bell } from "./bell.ts";
import type { Book } from "./book.ts";

/** What the watchers of one seed share. */
export interface WatchParts {
  readonly seed: Seed;
  readonly net: Net;
  readonly book: Book;
  readonly bell: Bell;
  readonly log: Log;
  readonly deadlines: Deadlines;
  /** Called when reading the seed fails or works again. */
  readonly onTrouble: (seed: Seed) => void;
}
