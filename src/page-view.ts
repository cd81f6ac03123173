import type { FindingCatalogue } from "./domain/finding.ts";
import type { Store } from "./domain/store.ts";
import type { PageView } from "./exporter/page.ts";
import type { Canaries } from "./probes/canary/canaries.ts";
import { VERSION } from "./version.ts";

/** Decided canaries shown as dots for each stream. */
const TRAIL = 24;
/** Rows of the table of newest canaries. */
const ROWS = 20;
/** How far back the page looks. */
const HISTORY = 1000;

/** What the page shows, from the store. */
export function pageView(parts: {
  readonly store: Store;
  readonly canaries: Canaries;
  readonly findings: FindingCatalogue;
  readonly now: number;
}): PageView {
  const newest = parts.store.newestCanaries(HISTORY);
  const byStream = Map.groupBy(newest, ({ route, seed }) => JSON.stringify([route, seed]));
  return {
    version: VERSION,
    now: parts.now,
    streams: parts.canaries.pairs.map(({ route, seed }) => {
      const own = byStream.get(JSON.stringify([route.name, seed.name])) ?? [];
      return {
        route: route.name,
        seed: seed.name,
        provider: seed.provider,
        recent: own.filter(({ phase }) => phase === "ended").slice(0, TRAIL),
        inFlight: own.filter(({ phase }) => phase !== "ended").length,
      };
    }),
    findings: parts.store.openFindings().flatMap((finding) => {
      const info = parts.findings[finding.kind];
      return info === undefined ? [] : [{ ...finding, info }];
    }),
    canaries: newest.slice(0, ROWS),
  };
}
