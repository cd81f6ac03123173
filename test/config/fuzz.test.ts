import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { configJsonSchema } from "../../src/config/json-schema.ts";
import { loadConfig } from "../../src/config/load.ts";
import { writeFileSync } from "node:fs";
import { directoryWith } from "./directory.ts";

type JsonSchema = ReturnType<typeof configJsonSchema>;

const SECRET = "Zq7-pelican";
const LINE = /^.*config\.yaml(?::\d+:\d+)?(?: \S.*?)?: .+, expected .+$|^and \d+ more problems$/u;

/** Answers what the loader says of a file with this content; it may say anything but throw. */
function loader(): (content: string) => readonly string[] {
  const file = join(directoryWith({}), "config.yaml");
  return (content) => {
    writeFileSync(file, content);
    const loaded = loadConfig(file, { SECRET });
    return loaded.ok ? [] : loaded.problems;
  };
}

function malformed(problems: readonly string[]): readonly string[] {
  return problems.filter((problem) => !LINE.test(problem));
}

it("takes any text and never throws", () => {
  const load = loader();
  const yamlish = fc.array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        ..."routes:|seeds:|- |  |\n|name: |smtp: |*a|&a |!!set |!x |<<: |{|}|[|]|\"|'|%YAML 1.1\n---\n|? |: |, |>\n|\t|${|${SECRET}|$$|---\n|...|#|0x1|.nan|~|2001-01-01|__proto__: |constructor: ".split(
          "|",
        ),
        "|\n",
      ),
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(yamlish, (parts) => {
      expect(malformed(load(parts.join("")))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

it("takes any file that looks like a config file, and repeats no secret", () => {
  const load = loader();
  fc.assert(
    fc.property(valueFor(configJsonSchema()), (data) => {
      const problems = load(stringify(data));
      expect(malformed(problems)).toEqual([]);
      expect(problems.join("\n")).not.toContain(SECRET);
    }),
    { numRuns: 150 },
  );
});

/** Mostly what the schema asks for, with some keys left out and some values of another kind. */
function valueFor(schema: JsonSchema, key = ""): fc.Arbitrary<unknown> {
  const wrong = fc.oneof(
    fc.constantFrom(null, true, 0, -1, 1e99, "", [], {}, [[]], "30m", "a@b.c", "a.b", "${UNSET}"),
    fc.string(),
    fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
  );
  if (/^(?:password|client_secret|refresh_token)/.test(key)) {
    const wrapped = fc.constantFrom(SECRET, [SECRET], { [SECRET]: 1 }, { a: SECRET }, "${SECRET}");
    return fc.oneof({ weight: 9, arbitrary: wrapped }, { weight: 1, arbitrary: wrong });
  }
  return fc.oneof({ weight: 9, arbitrary: rightFor(schema) }, { weight: 1, arbitrary: wrong });
}

function rightFor(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.properties !== undefined) {
    const entries = Object.entries(schema.properties);
    const model = entries.map(([name, value]) => [name, valueFor(value as JsonSchema, name)]);
    return fc.record(Object.fromEntries(model) as Record<string, fc.Arbitrary<unknown>>, {
      requiredKeys: schema.required ?? [],
    });
  }
  if (schema.items !== undefined) {
    return fc.array(valueFor(schema.items as JsonSchema), { maxLength: 4 });
  }
  if (schema.enum !== undefined) return fc.constantFrom(...(schema.enum as string[]));
  if (schema.type === "integer" || schema.type === "number") {
    return fc.integer({ min: 0, max: 100 });
  }
  return fc.constantFrom("main", "a", "b", "30m", "6h", "a@b.c", "a.b", "* * * * *", "127.0.0.1:1");
}
