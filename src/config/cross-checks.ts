import { formatDuration } from "../domain/duration.ts";
import type { Schedule } from "../domain/schedule.ts";
import { nearest } from "./nearest.ts";
import type { MaybeSchedule, Outline, SeedOutline } from "./outline.ts";
import { type Path, printable } from "./problem.ts";
import { runsPerDay, shortestIntervalMs } from "./schedule.ts";

/** Something that is wrong between two places of the file, told at one of them. */
export interface Clash {
  readonly path: Path;
  readonly message: string;
}

/** What is wrong across sections, in what of the file can be read. */
export function crossChecks(outline: Outline): readonly Clash[] {
  return [
    ...duplicates(
      "routes",
      outline.routes.map(({ name }) => name),
    ),
    ...duplicates(
      "seeds",
      outline.seeds.map(({ name }) => name),
    ),
    ...duplicates("templates", outline.templateNames),
    ...unknownRoutes(outline),
    ...knownEndpoints(outline),
    ...overBudget(outline),
    ...deadlines(outline),
    ...jitter(outline),
  ];
}

/** The jitter where the operator gave none: too short to matter to the schedule. */
export function usualJitterMs(schedules: readonly Schedule[]): number {
  const shortest = Math.min(...schedules.map(shortestIntervalMs));
  return Math.min(USUAL_JITTER_MS, Math.round(shortest / 10));
}

const USUAL_JITTER_MS = 120_000;
const MAX_NAME_SHOWN = 40;

function duplicates(list: string, names: readonly (string | undefined)[]): Clash[] {
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    if (name === undefined || first === index) return [];
    const message = `${quoted(name)} is the name of ${list}[${first}] already, expected another`;
    return [{ path: [list, index, "name"], message }];
  });
}

function unknownRoutes({ routes, seeds }: Outline): Clash[] {
  const known = routes.flatMap(({ name }) => name ?? []);
  if (known.length === 0) return [];
  return seeds.flatMap((seed, index) => {
    if (!Array.isArray(seed.routes)) return [];
    return seed.routes.flatMap((name: string | undefined, entry) => {
      const path = ["seeds", index, "routes", entry];
      if (name === undefined) return [];
      if (!known.includes(name)) {
        const meant = nearest(name, known);
        const expected =
          meant === undefined ? `one of ${known.slice(0, 20).join(", ")}` : quoted(meant);
        return [{ path, message: `${quoted(name)} is not a route, expected ${expected}` }];
      }
      return seed.routes?.indexOf(name) === entry
        ? []
        : [{ path, message: `${quoted(name)} is listed twice, expected once` }];
    });
  });
}

/** Of two entries for one server, which would be right? */
function knownEndpoints({ servers, endpoints }: Outline): Clash[] {
  return endpoints.flatMap((name, index) => {
    if (name === undefined) return [];
    const path = ["endpoints", index, "host"];
    const first = endpoints.indexOf(name);
    if (first !== index) {
      const message = `${quoted(name)} is endpoints[${first}] already, expected each server once`;
      return [{ path, message }];
    }
    const route = servers.indexOf(name);
    if (route === -1) return [];
    const wrong = `${quoted(name)} is the server of routes[${route}] and looked at anyway`;
    return [{ path, message: `${wrong}, expected other servers` }];
  });
}

/** Seeds in the same trouble are told of once. */
function overBudget(outline: Outline): Clash[] {
  const budget = outline.perSeedPerDay;
  if (budget === "unreadable") return [];
  const byNeed = new Map<number, number[]>();
  for (const [index, seed] of outline.seeds.entries()) {
    const need = canariesPerDay(seed, outline);
    if (need > budget) byNeed.set(need, [...(byNeed.get(need) ?? []), index]);
  }
  return [...byNeed].map(([need, [first = 0, ...others]]) => {
    const more = others.length === 0 ? "" : ` (${others.length} more seeds too)`;
    const wrong = `needs ${Math.ceil(need)} canaries a day${more}`;
    const message = `${wrong}, expected at most ${budget}, which is budget.per_seed_per_day: send less often or raise it`;
    return { path: ["seeds", first], message };
  });
}

/** Over all routes of the seed; a schedule that cannot be read counts nothing. */
function canariesPerDay(seed: SeedOutline, outline: Outline): number {
  const wanted = seed.routes;
  const routes =
    wanted === undefined || wanted === "unreadable"
      ? outline.routes
      : outline.routes.filter(({ name }) => wanted.includes(name));
  return routes
    .map((route) => seed.schedule ?? route.schedule ?? outline.schedule)
    .filter(isSchedule)
    .reduce((sum, schedule) => sum + runsPerDay(schedule), 0);
}

function deadlines({ deadlines, seeds }: Outline): Clash[] {
  if (deadlines === "unreadable") return [];
  const { late, lost } = deadlines;
  const lostText = formatDuration(lost);
  const order =
    late < lost
      ? []
      : [
          {
            path: ["deadlines", "late"],
            message: `${formatDuration(late)} is not before lost, expected less than ${lostText}`,
          },
        ];
  const tooSoon = seeds.flatMap(({ deleteCanariesAfterMs: after }, index) => {
    if (typeof after !== "number" || after > lost) return [];
    const path = ["seeds", index, "delete_canaries_after"];
    const wrong = `${formatDuration(after)} is before a canary is lost`;
    return [{ path, message: `${wrong}, expected more than ${lostText}` }];
  });
  return [...order, ...tooSoon];
}

function jitter(outline: Outline): Clash[] {
  const schedules = [outline, ...outline.routes, ...outline.seeds].map(({ schedule }) => schedule);
  const shortest = Math.min(...schedules.filter(isSchedule).map(shortestIntervalMs));
  if (typeof outline.jitterMs !== "number" || outline.jitterMs < shortest) return [];
  const wrong = `${formatDuration(outline.jitterMs)} is not less than the time between two canaries`;
  return [
    { path: ["jitter"], message: `${wrong}, expected less than ${formatDuration(shortest)}` },
  ];
}

function isSchedule(schedule: MaybeSchedule): schedule is Schedule {
  return schedule !== undefined && schedule !== "unreadable";
}

function quoted(name: string): string {
  return `"${printable(name, MAX_NAME_SHOWN)}"`;
}
