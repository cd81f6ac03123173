import type { Alarm } from "./alarm.ts";
import type { DetectorConfig } from "./config.ts";
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

/** Same keys, same lengths, finite numbers; tilts equal, since the sums belong to them. */
function fits(value: unknown, pattern: unknown, key = ""): boolean {
  if (typeof pattern === "number") {
    return (
      typeof value === "number" && Number.isFinite(value) && (key !== "tilt" || value === pattern)
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
