import type { z } from "zod";
import type { Source } from "./document.ts";
import { configJsonSchema, type JsonSchema, keysAt } from "./json-schema.ts";
import { nearest } from "./nearest.ts";
import { formatPath, type Path, type Problem } from "./problem.ts";
import { SECRET_FORMS, SECRET_KEYS } from "./secrets.ts";

type Issue = z.core.$ZodIssue;

/** What the schema has against the file, each with its place. */
export function explain(issues: readonly Issue[], source: Source): readonly Problem[] {
  const unrecognized = issues.filter((issue) => issue.code === "unrecognized_keys");
  const schema: JsonSchema = unrecognized.length === 0 ? {} : configJsonSchema();
  const unknown = unrecognized.flatMap(({ keys, path }) => unknownKeys(keys, path, schema));
  const misspelt = new Set(unknown.map(({ meant }) => meant));
  const others = issues
    .filter(({ code }) => code !== "unrecognized_keys")
    // A key that stands there misspelt is not missing as well.
    .filter(({ path }) => source.has(path) || !misspelt.has(formatPath(path)))
    .map((issue) => source.problem(issue.path, sentence(issue, source)));
  const strangers = unknown.map(({ path, message }) => source.keyProblem(path, message));
  return [...others, ...strangers];
}

interface UnknownKey {
  readonly path: Path;
  readonly message: string;
  /** The path that was probably meant. */
  readonly meant: string | undefined;
}

function unknownKeys(
  keys: readonly string[],
  path: Path,
  schema: JsonSchema,
): readonly UnknownKey[] {
  const known = keysAt(schema, path);
  return keys.map((key) => {
    const near = nearest(key, known);
    const expected = near === undefined ? `one of ${known.join(", ")}` : `"${near}"`;
    return {
      path: [...path, key],
      message: `unknown key, expected ${expected}`,
      meant: near === undefined ? undefined : formatPath([...path, near]),
    };
  });
}

/** The schema's messages begin with a verb; what they speak of comes before it. */
function sentence(issue: Issue, source: Source): string {
  const { path, message } = issue;
  if (!source.has(path)) return `is missing${expectation(message)}`;
  const written = source.written(path);
  if (written === "" || message.startsWith("is empty")) return `is empty${expectation(message)}`;
  if (isAboutCollection(issue) || written === "a mapping") return message;
  // Such a message names its subject; whatever stands under a secret's key is never quoted.
  if (message.startsWith("the ")) return message;
  return isSecret(path) ? `the secret ${message}` : `${written} ${message}`;
}

function expectation(message: string): string {
  return message.slice(Math.max(0, message.lastIndexOf(", expected ")));
}

function isAboutCollection(issue: Issue): boolean {
  if (issue.code === "too_small" || issue.code === "too_big") return issue.origin === "array";
  return issue.code === "invalid_type" && ["object", "array"].includes(issue.expected);
}

function isSecret(path: Path): boolean {
  const key = String(path.at(-1));
  return SECRET_FORMS.some(
    (form) => key.endsWith(form) && SECRET_KEYS.has(key.slice(0, key.length - form.length)),
  );
}
