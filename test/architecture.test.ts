import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

/** Who may import whom. A room that is not named here may import nothing but itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  mail: ["domain"],
  attrition: ["domain"],
  diagnosis: ["domain"],
  streams: ["domain", "attrition"],
  probes: ["domain", "mail"],
  net: ["domain", "mail"],
  store: ["domain"],
  scheduler: ["domain"],
  exporter: ["domain"],
  config: ["domain", "mail"],
  // The demo is a world of its own: it serves mail, and starts the real daemon through app.ts.
  demo: ["domain"],
  cli: ["domain", "config", "demo", "attrition"],
};

/** The files beside the rooms, and the rooms that may start the whole house through them. */
const ENTRANCES: Readonly<Record<string, readonly string[]>> = {
  "app.ts": ["cli"],
  "catalogue.ts": ["cli"],
  "check.ts": ["cli"],
  "version.ts": ["cli"],
};

/** What every probe may import of its room. */
const PROBE_CONTRACTS = ["probes/probe.ts", "probes/domain-probe.ts"];

/** The rooms that may know each package; an unlisted package is free for all. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  "prom-client": ["exporter"],
  fastify: ["exporter"],
  "@fastify/helmet": ["exporter"],
  "node-cron": ["scheduler"],
  nodemailer: ["net", "demo"],
  imapflow: ["net"],
  mailauth: ["net"],
  tldts: ["mail"],
  oauth4webapi: ["net"],
  yaml: ["config"],
  zod: ["config"],
  commander: ["cli"],
  pino: ["cli", "app.ts"],
  "smtp-server": ["demo"],
  "node:sqlite": ["store"],
  "node:net": ["net", "demo"],
  "node:tls": ["net", "demo"],
  "node:dgram": ["net", "demo"],
  "node:dns": ["net"],
  "node:dns/promises": ["net"],
  "node:http": ["exporter", "cli"],
  "node:https": ["net"],
};

/** `nodemailer/lib/smtp-connection` belongs to whom `nodemailer` belongs. */
function ownersOf(specifier: string): readonly string[] | undefined {
  if (OWNERS[specifier] !== undefined || specifier.startsWith("node:")) return OWNERS[specifier];
  const parts = specifier.split("/");
  return OWNERS[parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/")];
}

it.each(importsOf("src"))("%s may import %s", (file, specifier) => {
  expect(complaint(file, specifier)).toBeUndefined();
});

it("notices a forbidden import", () => {
  expect(complaint("probes/a/probe.ts", "prom-client")).toMatch(/only exporter/);
  expect(complaint("probes/a/probe.ts", "../../store/sqlite.ts")).toMatch(/may not import store/);
  expect(complaint("probes/a/probe.ts", "../b/judge.ts")).toMatch(/one probe/);
  expect(complaint("net/smtp.ts", "../app.ts")).toMatch(/may not import app.ts/);
  expect(complaint("mail/spf.ts", "nodemailer/lib/mime-node")).toMatch(/only net/);
});

function complaint(file: string, specifier: string): string | undefined {
  const room = file.includes("/") ? (file.split("/")[0] ?? "") : file;
  if (!specifier.startsWith(".")) {
    const owners = ownersOf(specifier) ?? [room];
    return owners.includes(room) ? undefined : `only ${owners.join(", ")} may import ${specifier}`;
  }
  if (!file.includes("/")) return undefined; // app.ts and main.ts wire everything.
  const target = join(dirname(file), specifier);
  const targetRoom = target.split("/")[0] ?? "";
  if (targetRoom !== room) {
    const allowed = MAY_IMPORT[room] ?? [];
    const entrance = ENTRANCES[targetRoom]?.includes(room) ?? false;
    return allowed.includes(targetRoom) || entrance
      ? undefined
      : `${room}/ may not import ${targetRoom}`;
  }
  const crossesProbes =
    room === "probes" &&
    file !== "probes/index.ts" &&
    !PROBE_CONTRACTS.includes(target) &&
    dirname(file) !== dirname(target);
  return crossesProbes
    ? "one probe may not import another; move the shared part to mail/"
    : undefined;
}

function importsOf(root: string): [file: string, specifier: string][] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const text = readFileSync(join(root, file), "utf8");
      const found = text.matchAll(/(?:from|import)\s*\(?\s*"(?<specifier>[^"]+)"/g);
      return [...found].map((m): [string, string] => [file, m.groups?.["specifier"] ?? ""]);
    });
}
