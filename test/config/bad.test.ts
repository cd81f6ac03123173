import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadConfig } from "../../src/config/load.ts";

const FOLDER = "test/config/bad";
const fixtures = readdirSync(FOLDER).filter((name) => name.endsWith(".yaml"));

/** Each fixture begins with the lines that it must be answered with, less the name of the file. */
function expected(file: string): readonly string[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line.startsWith("#: ")).map((line) => line.slice("#: ".length));
}

it.each(fixtures)("says what is wrong in bad/%s", (name) => {
  const file = join(FOLDER, name);
  const loaded = loadConfig(file, {});
  const problems = expected(file).map((line) => `${file}:${line}`);
  expect(problems).not.toEqual([]);
  expect(loaded).toEqual({ ok: false, problems });
});
