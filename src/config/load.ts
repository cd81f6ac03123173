import { dirname, resolve } from "node:path";
import { z } from "zod";
import type { Config } from "../domain/config.ts";
import type { Credentials } from "../domain/endpoint.ts";
import type { Secret } from "../domain/secret.ts";
import { crossChecks, usualJitterMs } from "./cross-checks.ts";
import { MAX_ALIASES, parseSource, repeatedKeys, type Source } from "./document.ts";
import { type Environment, expandEnvironment } from "./environment.ts";
import { explain } from "./explain.ts";
import { outlineOf } from "./outline.ts";
import { type Problem, report } from "./problem.ts";
import { readTextFile } from "./read-file.ts";
import { type ConfigFile, configFileSchema, dataDir } from "./schema.ts";

const MAX_CONFIG_BYTES = 1024 * 1024;

export type LoadedConfig =
  | { readonly ok: true; readonly config: Config }
  /** A line each: `config.yaml:14:5 seeds[0].imap.port: 99999 is not a port, expected 1 to 65535`. */
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads the config file and everything that it names: secret files, certificates, credentials.
 * Finds all problems at once, never throws over what is in the file, and touches no network.
 */
export function loadConfig(path: string, environment: Environment = process.env): LoadedConfig {
  const source = readSource(path);
  return "document" in source ? loadSource(source, environment) : failed(source);
}

export type LoadedDataDir =
  | { readonly ok: true; readonly dataDir: string }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Where the daemon of this config file keeps its state. What else is in the file is not looked at:
 * secrets that the daemon alone may read are not needed to find it.
 */
export function loadDataDir(path: string, environment: Environment = process.env): LoadedDataDir {
  const source = readSource(path);
  if (!("document" in source)) return failed(source);
  const expansion = expandEnvironment(source, environment).filter((one) => one.path === "data_dir");
  const plain = plainData(source);
  if (!plain.ok) return failed([plain.problem]);
  const parsed = z.looseObject({ data_dir: dataDir() }).safeParse(plain.data);
  const problems = [...expansion, ...explain(parsed.error?.issues ?? [], source)];
  return parsed.success && problems.length === 0
    ? { ok: true, dataDir: resolve(dirname(resolve(path)), parsed.data.data_dir) }
    : failed(problems);
}

function readSource(path: string): Source | readonly Problem[] {
  const file = readTextFile(path, MAX_CONFIG_BYTES);
  if (file.ok) return parseSource(path, file.text);
  const message = `cannot be read (${file.reason}), expected a config file`;
  return [{ file: path, at: undefined, path: "", message }];
}

function loadSource(source: Source, environment: Environment): LoadedConfig {
  const directory = dirname(resolve(source.file));
  const expansion = expandEnvironment(source, environment);
  const plain = plainData(source);
  if (!plain.ok) return failed([plain.problem]);
  const parsed = configFileSchema({
    directory,
    credentialsDirectory: environment["CREDENTIALS_DIRECTORY"],
  }).safeParse(plain.data);
  const spoken = new Set(expansion.map(placeOf));
  const problems = [
    ...repeatedKeys(source),
    ...explain(parsed.error?.issues ?? [], source),
    ...crossChecks(outlineOf(plain.data)).map(({ path, message }) => source.problem(path, message)),
  ].filter((problem) => !spoken.has(placeOf(problem)));
  if (parsed.success && problems.length === 0 && expansion.length === 0) {
    return { ok: true, config: configOf(parsed.data, directory) };
  }
  return failed([...expansion, ...problems]);
}

function failed(problems: readonly Problem[]) {
  return { ok: false, problems: report(problems) } as const;
}

type PlainData =
  { readonly ok: true; readonly data: unknown } | { readonly ok: false; readonly problem: Problem };

function plainData(source: Source): PlainData {
  try {
    return { ok: true, data: source.document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (error) {
    // A ReferenceError where aliases multiply, an Error where a merge key of YAML 1.1 merges no map.
    if (!(error instanceof Error)) throw error;
    const message =
      error instanceof ReferenceError
        ? `aliases (*) repeat too much, expected at most ${MAX_ALIASES} repetitions`
        : "a merge key (<<) stands before what is no map, expected a file without %YAML 1.1 and merge keys";
    return { ok: false, problem: source.problem([], message) };
  }
}

/** A value that the environment could not fill in has been spoken of; what it looks like now is moot. */
function placeOf({ at }: Problem): string {
  return `${at?.line}:${at?.column}`;
}

/** The config that a file without problems means. */
export function configOf(file: ConfigFile, directory: string): Config {
  const { routes } = file;
  const seeds = file.seeds.map((seed) => ({
    ...seed,
    routes: seed.routes ?? routes.map(({ name }) => name),
  }));
  const schedules = [file, ...routes, ...seeds].flatMap(({ schedule }) => schedule ?? []);
  return {
    routes,
    seeds,
    schedule: file.schedule,
    jitterMs: file.jitter ?? usualJitterMs(schedules),
    budget: { perSeedPerDay: file.budget.per_seed_per_day },
    deadlines: { lateMs: file.deadlines.late, lostMs: file.deadlines.lost },
    attrition: {
      falseAlarmYears: file.attrition.false_alarm_years,
      sloInbox: file.attrition.slo_inbox,
      tabScore: file.attrition.tab_score,
      otherScore: file.attrition.other_score,
      nullAfterBad: file.attrition.null_after_bad,
      burst: file.attrition.burst,
    },
    limits: { concurrency: file.limits.concurrency, perHost: file.limits.per_host },
    dns: file.dns,
    dkim: { rotateAfterMs: file.dkim.rotate_after },
    blocklists: file.blocklists,
    endpoints: file.endpoints,
    listen: file.listen,
    dataDir: resolve(directory, file.data_dir),
    log: file.log,
    templates: file.templates,
    secrets: [
      ...[...routes.map(({ smtp }) => smtp.auth), ...seeds.map(({ imap }) => imap.auth)].flatMap(
        secretsOf,
      ),
      ...Object.values(file.blocklists.keys).filter((key) => key !== undefined),
    ],
  };
}

function secretsOf(auth: Credentials | undefined): readonly Secret[] {
  if (auth === undefined) return [];
  if (auth.kind === "password") return [auth.password];
  return [auth.refreshToken, ...(auth.clientSecret === undefined ? [] : [auth.clientSecret])];
}
