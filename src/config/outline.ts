import type { z } from "zod";
import { serverName } from "../domain/endpoint.ts";
import type { Schedule } from "../domain/schedule.ts";
import { smtpPlace } from "./endpoint.ts";
import { scheduleSection } from "./schedule.ts";
import { budgetSection, deadlinesSection } from "./schema.ts";
import { duration } from "./values.ts";
import { watchedPlace } from "./watched.ts";

/**
 * The few things that depend on one another across the file, as far as they can be read, so that
 * a wrong port in one place does not hide a wrong reference in another. The schema says what is
 * wrong with a malformed part; here it is `unreadable`, and nothing is concluded from it.
 */
export interface Outline {
  readonly routes: readonly RouteOutline[];
  readonly seeds: readonly SeedOutline[];
  /** `host:port` of each; undefined: it cannot be read, or its TLS is not looked at. */
  readonly servers: readonly (string | undefined)[];
  readonly endpoints: readonly (string | undefined)[];
  readonly templateNames: readonly (string | undefined)[];
  readonly schedule: MaybeSchedule;
  readonly jitterMs: number | Unreadable | undefined;
  readonly perSeedPerDay: number | Unreadable;
  readonly deadlines: { readonly late: number; readonly lost: number } | Unreadable;
}

interface RouteOutline {
  readonly name: string | undefined;
  readonly schedule: MaybeSchedule;
}

export interface SeedOutline extends RouteOutline {
  /** Undefined: all of them. */
  readonly routes: readonly (string | undefined)[] | Unreadable | undefined;
  readonly deleteCanariesAfterMs: number | Unreadable | undefined;
}

type Unreadable = "unreadable";
export type MaybeSchedule = Schedule | Unreadable | undefined;

const SCHEDULE = scheduleSection().prefault({ every: "30m" });
const OWN_SCHEDULE = scheduleSection().optional();
const SMTP_PLACE = smtpPlace();
const WATCHED_PLACE = watchedPlace();
const DURATION = duration(0).optional();
const BUDGET = budgetSection().prefault({});
const DEADLINES = deadlinesSection().prefault({});

/** Looks at what of the file has the expected form. */
export function outlineOf(data: unknown): Outline {
  const file = mapping(data);
  const budget = read(BUDGET, file["budget"]);
  return {
    routes: entries(file["routes"]).map(routeOutline),
    seeds: entries(file["seeds"]).map((seed) => ({
      ...routeOutline(seed),
      routes: namesOf(mapping(seed)["routes"]),
      deleteCanariesAfterMs: read(DURATION, mapping(seed)["delete_canaries_after"]),
    })),
    servers: entries(file["routes"]).map(serverOf),
    endpoints: entries(file["endpoints"]).map(endpointOf),
    templateNames: entries(file["templates"]).map(nameOf),
    schedule: read(SCHEDULE, file["schedule"]),
    jitterMs: read(DURATION, file["jitter"]),
    perSeedPerDay: budget === "unreadable" ? budget : budget.per_seed_per_day,
    deadlines: read(DEADLINES, file["deadlines"]),
  };
}

function routeOutline(entry: unknown): RouteOutline {
  return {
    name: nameOf(entry),
    schedule: read(OWN_SCHEDULE, mapping(entry)["schedule"]),
  };
}

function serverOf(route: unknown): string | undefined {
  const smtp = read(SMTP_PLACE, mapping(route)["smtp"]);
  return smtp === "unreadable" || smtp.tls === "none" ? undefined : serverName(smtp);
}

function endpointOf(entry: unknown): string | undefined {
  const place = read(WATCHED_PLACE, entry);
  return place === "unreadable" ? undefined : serverName(place);
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
): z.output<Schema> | Unreadable {
  const parsed = schema.safeParse(input);
  return parsed.success ? parsed.data : "unreadable";
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function entries(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function nameOf(entry: unknown): string | undefined {
  return text(mapping(entry)["name"]);
}

function namesOf(value: unknown): SeedOutline["routes"] {
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.map(text) : "unreadable";
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
