import type { z } from "zod";
import { DAY, HOUR, SECOND } from "../domain/duration.ts";
import { readHostAndPort, readResolver } from "./address.ts";
import { attritionSection } from "./attrition.ts";
import { blocklistsSection } from "./blocklists.ts";
import { routeSection } from "./route.ts";
import { scheduleSection } from "./schedule.ts";
import type { Surroundings } from "./secrets.ts";
import { seedSection } from "./seed.ts";
import { templateSection } from "./template.ts";
import { duration, freeText, list, oneOf, section, textValue, wholeNumber } from "./values.ts";
import { watchedSection } from "./watched.ts";

const MAX_ROUTES = 100;
const MAX_SEEDS = 1000;
const MAX_TEMPLATES = 50;
const MAX_ENDPOINTS = 50;
const MAX_RESOLVERS = 8;

/** What the config file says, with the defaults of all keys but those that depend on others. */
export type ConfigFile = z.output<ReturnType<typeof configFileSchema>>;

/** The config file, key by key: what is read, what the editors' schema and the documentation say. */
export function configFileSchema(around: Surroundings) {
  return section("routes and seeds", {
    routes: list("routes", routeSection(around), { min: 1, max: MAX_ROUTES }).describe(
      "The ways your mail leaves: each a server and the identity that mail from it carries.",
    ),
    seeds: list("seeds", seedSection(around), { min: 1, max: MAX_SEEDS }).describe(
      "Mailboxes of yours at the providers that you want to know about.",
    ),
    schedule: scheduleSection()
      .prefault({ every: "30m" })
      .describe("When canaries go, from every route to every seed."),
    jitter: duration(0, 6 * HOUR)
      .optional()
      .describe(
        "Each canary is put off by a random time up to this. Left out: 2m, or a tenth of the shortest interval where that is less.",
      ),
    budget: budgetSection().prefault({}).describe("A hard limit to what is sent."),
    deadlines: deadlinesSection().prefault({}).describe("When a canary is late, and when lost."),
    attrition: attritionSection()
      .prefault({})
      .describe("How silent attrition, a falling inbox rate, is judged."),
    limits: limitsSection().prefault({}).describe("How much happens at once."),
    dns: dnsSection().prefault({}).describe("Which DNS resolvers are asked."),
    dkim: dkimSection().prefault({}).describe("When DKIM keys are due for a change."),
    blocklists: blocklistsSection(around)
      .prefault({})
      .describe("Which blocklists are asked, and about what."),
    endpoints: list("servers (host, port)", watchedSection(around), { min: 0, max: MAX_ENDPOINTS })
      .prefault([])
      .describe(
        "Servers of yours whose TLS is looked at besides those of routes and of MX and SRV records.",
      ),
    listen: textValue("an address to listen on", "one such as 127.0.0.1:10825", readHostAndPort)
      .prefault("127.0.0.1:10825")
      .describe("Address and port of the metrics and the page."),
    data_dir: dataDir(),
    log: logSection().prefault({}).describe("What is logged, and how."),
    templates: list("templates", templateSection(), { min: 1, max: MAX_TEMPLATES })
      .optional()
      .describe("The words of the canaries. Left out: a built-in set."),
  });
}

/** The key `data_dir`. */
export function dataDir() {
  return freeText("a directory")
    .prefault("./data")
    .describe("Where the state is kept, beside the config file unless it begins with /.");
}

/** The `budget` section. */
export function budgetSection() {
  return section("per_seed_per_day", {
    per_seed_per_day: wholeNumber("a number of canaries", 1, 100_000)
      .prefault(60)
      .describe("No seed ever gets more canaries than this in a UTC day."),
  });
}

/** The `deadlines` section. */
export function deadlinesSection() {
  return section("late and lost", {
    late: duration(SECOND, 7 * DAY)
      .prefault("30m")
      .describe("Not seen for so long after it was accepted, a canary is late."),
    lost: duration(SECOND, 7 * DAY)
      .prefault("6h")
      .describe("Not seen for so long, and in no folder then, it is missing."),
  });
}

function limitsSection() {
  return section("concurrency and per_host", {
    concurrency: wholeNumber("a number of tasks", 1, 1000)
      .prefault(8)
      .describe("Hand-overs and checks at once, in all."),
    per_host: wholeNumber("a number of tasks", 1, 1000)
      .prefault(2)
      .describe("The same towards one server."),
  });
}

function dnsSection() {
  const resolver = textValue("a resolver", "an IP address, with or without a port", readResolver);
  return section("resolvers", {
    resolvers: list("IP addresses", resolver, { min: 0, max: MAX_RESOLVERS })
      .prefault([])
      .describe("IP addresses, with :port where it is not 53. Left out, the system's own."),
  });
}

function dkimSection() {
  return section("rotate_after", {
    rotate_after: duration(DAY, 3650 * DAY)
      .prefault("365d")
      .describe("A key that has been published for so long is due for rotation."),
  });
}

function logSection() {
  return section("level and format", {
    level: oneOf("log level", ["trace", "debug", "info", "warn", "error", "fatal"])
      .prefault("info")
      .describe("The least that is logged."),
    format: oneOf("log format", ["json", "pretty"])
      .prefault("json")
      .describe("json for machines, pretty for people."),
  });
}
