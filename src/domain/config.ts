import type { WatchedEndpoint } from "./endpoint.ts";
import type { Route } from "./route.ts";
import type { Schedule } from "./schedule.ts";
import type { Secret } from "./secret.ts";
import type { Seed } from "./seed.ts";
import type { Template } from "./template.ts";

/** The operator's config file, checked, with every default filled in and every secret resolved. */
export interface Config {
  readonly routes: readonly Route[];
  readonly seeds: readonly Seed[];
  /** For every pair of route and seed that has none of its own (a seed's wins over a route's). */
  readonly schedule: Schedule;
  /** Each run is put off by a random time up to this. */
  readonly jitterMs: number;
  readonly budget: { readonly perSeedPerDay: number };
  readonly deadlines: Deadlines;
  readonly attrition: Attrition;
  readonly limits: {
    /** Hand-overs and checks at once, in all. */
    readonly concurrency: number;
    /** The same towards one host. */
    readonly perHost: number;
  };
  /** `address` or `address:port`; empty takes the system's own. */
  readonly dns: { readonly resolvers: readonly string[] };
  readonly dkim: {
    /** A key that has been the same for so long is due for rotation. */
    readonly rotateAfterMs: number;
  };
  readonly blocklists: Blocklists;
  /** Besides the servers of routes, and of MX and SRV records; none of those, and each once. */
  readonly endpoints: readonly WatchedEndpoint[];
  readonly listen: { readonly host: string; readonly port: number };
  readonly dataDir: string;
  readonly log: { readonly level: LogLevel; readonly format: "json" | "pretty" };
  /** Undefined takes the built-in set. */
  readonly templates: readonly Template[] | undefined;
  /** Every secret that the file names, so that logs can be searched for them. */
  readonly secrets: readonly Secret[];
}

/** How silent attrition is judged; see docs/detector.md. */
export interface Attrition {
  /** A false alarm is tolerated once in so many years, for each route. */
  readonly falseAlarmYears: number;
  /** The inbox rate that is owed, 0.5 up to 1; a lower one is never learnt as normal. */
  readonly sloInbox: number;
  /** How bad a tab is, and any other folder: 0 as good as the inbox, 1 as bad as spam. */
  readonly tabScore: number;
  readonly otherScore: number;
  /** The least bad rate that is expected right after a bad canary; 0: no other than usual; `learned`: from the past. */
  readonly nullAfterBad: number | "learned";
  /** Send more often to a provider whose outcomes look suspicious, within the budget. */
  readonly burst: boolean;
}

export interface Deadlines {
  /** Later than this after acceptance a canary is *late*. */
  readonly lateMs: number;
  /** A look into every folder after this that does not find it makes it *missing*. */
  readonly lostMs: number;
}

/** Which DNS lists are asked, and about what besides what canaries show. */
export interface Blocklists {
  /** Keys of accounts, which become part of the names that are asked for: lower case. */
  readonly keys: {
    readonly spamhausDqs: Secret | undefined;
    readonly abusix: Secret | undefined;
  };
  /** Names of lists in our catalogue that are asked besides the usual ones. */
  readonly enabled: readonly string[];
  readonly disabled: readonly string[];
  readonly zones: readonly OwnBlocklist[];
  /** How often lists of our catalogue are asked, where not as the catalogue says. */
  readonly intervals: readonly { readonly list: string; readonly everyMs: number }[];
  /** Addresses and domains that are always asked about. */
  readonly subjects: readonly string[];
}

/** A list that our catalogue does not have. */
export interface OwnBlocklist {
  readonly name: string;
  readonly zone: string;
  readonly lists: readonly ("ipv4" | "ipv6" | "domain")[];
  /** What an entry in it means to the operator. */
  readonly meaning: "listed" | "minor" | "policy" | "informational" | "allow";
  readonly removal: string | undefined;
  readonly everyMs: number;
}

type LogLevel = "trace" | "debug" | "info" | "warn" | "error" | "fatal";
