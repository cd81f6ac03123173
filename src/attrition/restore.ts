import type { Alarm } from "./alarm.ts";
import type { DetectorConfig } from "./config.ts";
import { type LatencyState, newLatency } from "./latency.ts";
import { newRoute, type RouteState } from "./route.ts";
import { newStream, type StreamState } from "./stream.ts";

/** More providers than any route has. */
const MAX_STREAMS = 10_000;

const ALARM: Alarm = {
  evidence: 0,
  since: 0,
  raisedAt: 0,
  channel: "any",
  oddsRatio: 1,
  recovery: 1,
};

/** The keys of sizes of fall and of delay. */
const SIZES: ReadonlySet<string> = new Set(["tilt", "shift"]);

/**
 * A route's state as it was written to disk, or undefined where it is damaged or was written by
 * another version: then the history of outcomes is replayed.
 */
export function restoreRoute(json: unknown, config: DetectorConfig): RouteState | undefined {
  const { streams: _, alarm: __, ...rest } = newRoute(config);
  if (!isObject(json)) return undefined;
  const { streams, alarm, ...others } = json;
  const sound =
    fits(others, rest) &&
    (alarm === null || isAlarm(alarm)) &&
    Array.isArray(streams) &&
    streams.length <= MAX_STREAMS &&
    streams.every((stream) => isNamedStream(stream, config));
  return sound ? (json as unknown as RouteState) : undefined;
}

/** The same for one stream. */
export function restoreStream(json: unknown, config: DetectorConfig): StreamState | undefined {
  return isStream(json, config) ? json : undefined;
}

/** The same for the transit times of one stream. */
export function restoreLatency(json: unknown): LatencyState | undefined {
  const { cells, oldest } = newLatency();
  if (!isObject(json)) return undefined;
  const { cuts, cutAt, recent, alarm, ...others } = json;
  const sound =
    fits(others, { cells, oldest }) &&
    (cuts === null || fits(cuts, { median: 0, q90: 0, q99: 0 })) &&
    (cutAt === null || Number.isFinite(cutAt)) &&
    Array.isArray(recent) &&
    recent.every((latency) => Number.isFinite(latency)) &&
    (alarm === null || isLatencyAlarm(alarm));
  return sound ? (json as unknown as LatencyState) : undefined;
}

function isLatencyAlarm(json: unknown): boolean {
  if (!isObject(json)) return false;
  const { shift, ...others } = json;
  const isKnown = newLatency().cells.some((cell) => cell.shift === shift);
  return isKnown && fits(others, { evidence: 0, since: 0, raisedAt: 0, recovery: 0 });
}

function isNamedStream(json: unknown, config: DetectorConfig): boolean {
  return isObject(json) && typeof json["provider"] === "string" && isStream(json["state"], config);
}

function isStream(json: unknown, config: DetectorConfig): json is StreamState {
  const { alarm: _, newestAt: __, ...rest } = newStream(config);
  if (!isObject(json)) return false;
  const { alarm, newestAt, ...others } = json;
  return (
    fits(others, rest) &&
    (alarm === null || isAlarm(alarm)) &&
    (newestAt === null || Number.isFinite(newestAt))
  );
}

function isAlarm(json: unknown): boolean {
  return fits(json, ALARM) && isObject(json) && ["any", "spam"].includes(String(json["channel"]));
}

/** Same keys, same lengths, finite numbers; sizes of fall equal, since the sums belong to them. */
function fits(value: unknown, pattern: unknown, key = ""): boolean {
  if (typeof pattern === "number") {
    return (
      typeof value === "number" && Number.isFinite(value) && (!SIZES.has(key) || value === pattern)
    );
  }
  if (Array.isArray(pattern)) {
    return (
      Array.isArray(value) &&
      value.length === pattern.length &&
      pattern.every((part, index) => fits(value[index], part))
    );
  }
  if (!isObject(pattern)) return typeof value === typeof pattern;
  if (!isObject(value)) return false;
  const keys = Object.keys(pattern);
  return (
    Object.keys(value).length === keys.length &&
    keys.every((name) => Object.hasOwn(value, name) && fits(value[name], pattern[name], name))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
