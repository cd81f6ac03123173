import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { loadConfig } from "../../src/config/load.ts";
import { configJsonSchema } from "../../src/config/json-schema.ts";
import { PROVIDERS } from "../../src/config/providers.ts";
import { createAuthority } from "../fakes/certificates.ts";
import { configOf } from "./directory.ts";

type JsonSchema = ReturnType<typeof configJsonSchema>;

interface Key {
  readonly path: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
}

/** Every key of the file; `auth` and `schedule` mean the same everywhere and are told of once. */
function keysOf(schema: JsonSchema, prefix = ""): readonly Key[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const inner = value as JsonSchema;
    const path = `${prefix}${name}`.replace(/^.*\.(auth|schedule)\./, "$1.");
    const required = schema.required?.includes(name) ?? false;
    const items = inner.items as JsonSchema | undefined;
    const below = items === undefined ? keysOf(inner, `${path}.`) : keysOf(items, `${path}[].`);
    return [{ path, required, schema: inner }, ...below];
  });
}

const keys = keysOf(configJsonSchema());
const example = readFileSync("config.example.yaml", "utf8");
const environment = { SMTP_PASSWORD: "smtp", GMAIL_PASSWORD: "gmail", DQS_KEY: "abcdefgh" };

it("publishes the schema as it is (if not: mailcanary config schema > config.schema.json)", () => {
  const published = readFileSync("config.schema.json", "utf8");
  expect(published).toBe(`${JSON.stringify(configJsonSchema(), null, 2)}\n`);
});

it.each(keys)("describes $path to editors", ({ schema }) => {
  expect(schema.description).toMatch(/\.$/);
});

it.each(keys)("documents $path with its default and meaning", ({ path, required, schema }) => {
  const rows = readFileSync("docs/configuration.md", "utf8")
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .filter(([, key]) => key === `\`${path}\``);
  const value = JSON.stringify(schema.default ?? {}).replaceAll('"', "");
  const shown = value.startsWith("{") || value.startsWith("[") ? "" : `\`${value}\``;
  expect(rows).toHaveLength(1);
  const [[, , standard, example, meaning] = []] = rows;
  expect([standard, meaning]).toEqual([required ? "required" : shown, schema.description]);
  const isLeaf = schema.properties === undefined && schema.items === undefined;
  expect(example !== "" || !isLeaf).toBe(true);
});

it.each(Object.entries(PROVIDERS))("documents the known provider %s", (name, { host, port }) => {
  const table = readFileSync("docs/configuration.md", "utf8").replaceAll(/ +/g, " ");
  expect(table).toContain(`| \`${name}\` | \`${host}:${port}\``);
});

it("has an example that is in order as it stands", () => {
  expect(loadConfig("config.example.yaml", environment)).toMatchObject({ ok: true });
  expect(example.split("\n")[0]).toBe("# yaml-language-server: $schema=./config.schema.json");
});

it("has an example whose defaults are the defaults", () => {
  const minimal = example.slice(0, example.indexOf("\nschedule:"));
  const [shown, usual] = [example, minimal].map((text) => configOf(text, environment));
  expect({ ...shown, secrets: [], seeds: [], routes: [], dataDir: "" }).toEqual({
    ...usual,
    secrets: [],
    seeds: [],
    routes: [],
    dataDir: "",
  });
});

/** The example with every option in use: every "#" is taken away that explains nothing. */
const everything = example
  .slice(example.indexOf("\nroutes:"))
  .replaceAll(/^( *)#(?! \S)(?=.)/gm, "$1");

it("has an example whose options are in order, all of them at once", () => {
  const credentials = "/nonexistent";
  const loaded = configOf(
    everything.replace("refresh_token_credential: outlook-refresh", "refresh_token: abc"),
    { ...environment, CREDENTIALS_DIRECTORY: credentials },
    {
      "secrets/ca.pem": createAuthority().ca,
      "secrets/club": "club\n",
      "secrets/outlook-client": "client\n",
      "secrets/abusix": "ABCDEFGH\n",
    },
  );
  expect(loaded.seeds.map(({ name }) => name)).toEqual(["gmail-anna", "club", "outlook"]);
  expect(loaded.secrets).toHaveLength(7);
});

it.each(keys)("mentions $path in the example", ({ path }) => {
  const name = path.split(/[.[\]]+/).findLast((part) => part !== "") ?? "";
  expect(example).toMatch(new RegExp(`\\b${name}\\b`));
});

it("documents a smallest file that works, and uses no key that is not there", () => {
  const [, smallest = ""] =
    /```yaml\n([^`]*)```/.exec(readFileSync("docs/configuration.md", "utf8")) ?? [];
  expect(configOf(smallest, environment).seeds).toHaveLength(1);
  expect(Object.keys(parse(smallest) as object)).toEqual(["routes", "seeds"]);
});
