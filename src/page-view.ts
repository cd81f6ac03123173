import type { Cause } from "./diagnosis/causes.ts";
import type { FindingCatalogue } from "./domain/finding.ts";
import type { OpenFinding, Store } from "./domain/store.ts";
import type { CanaryView, PageView, RateView } from "./exporter/page/view.ts";
import type { Canaries } from "./probes/canary/canaries.ts";
import type { Streams } from "./streams/streams.ts";
import { VERSION } from "./version.ts";

/** Decided canaries shown as dots for each stream. */
const TRAIL = 24;
/** Rows of the table of newest canaries. */
const ROWS = 20;
/** Changes shown. */
const CHANGES = 12;
/** How far back the page looks. */
const HISTORY = 1000;

/** The order in which findings want to be read; within a severity the oldest first. */
const URGENCY = ["fail", "unknown", "warn"];

/** What the page shows, from the store. */
export function pageView(parts: {
  readonly store: Store;
  readonly canaries: Canaries;
  readonly streams: Streams;
  readonly causes: readonly Cause<OpenFinding>[];
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
        rate: rateOf(parts.streams, route.name, seed.provider),
        recent: own.filter(({ phase }) => phase === "ended").slice(0, TRAIL),
        inFlight: own.filter(({ phase }) => phase !== "ended").length,
      };
    }),
    findings: parts.causes
      .flatMap(({ finding, symptoms }) => {
        const info = parts.findings[finding.kind];
        if (info === undefined) return [];
        return [{ ...finding, info, explains: inWords(symptoms, parts.findings) }];
      })
      .toSorted((a, b) => URGENCY.indexOf(a.info.severity) - URGENCY.indexOf(b.info.severity)),
    canaries: newest.slice(0, ROWS),
    changes: parts.store.changes(CHANGES),
  };
}

/** What the page of one canary shows. */
export function canaryView(id: string, store: Store, now: number): CanaryView | undefined {
  const canary = store.canary(id);
  if (canary === undefined) return undefined;
  const isGood = canary.outcome === "inbox" || canary.outcome === "tab";
  const lastGood = isGood ? undefined : store.inboxBefore(canary);
  const until = canary.endedAt ?? now;
  const changesSince =
    lastGood === undefined ? [] : store.changes(CHANGES, lastGood.plannedAt, until);
  return { version: VERSION, now, canary, lastGood, changesSince };
}

/** Each title once, with all that it is about. */
function inWords(symptoms: readonly OpenFinding[], catalogue: FindingCatalogue): readonly string[] {
  return [...Map.groupBy(symptoms, ({ kind }) => kind)].map(([kind, alike]) => {
    const subjects = alike.map(({ subject }) => subject).join(", ");
    return `${catalogue[kind]?.title ?? kind}: ${subjects}`;
  });
}

function rateOf(streams: Streams, route: string, provider: string): RateView | undefined {
  const reading = streams.reading(route);
  const own = reading?.providers.find((one) => one.provider === provider);
  if (reading === undefined || own === undefined) return undefined;
  const { mean, low, high, normal } = own;
  // While the whole route is alarmed its providers are not judged one by one.
  const since = own.since ?? reading.since;
  return { mean, low, high, normal, fallenSince: since === null ? undefined : since * 1000 };
}
