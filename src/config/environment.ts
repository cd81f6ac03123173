import { isMap, isScalar, isSeq, type Scalar } from "yaml";
import { keyOf, type Source } from "./document.ts";
import { type Path, type Problem, formatPath } from "./problem.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Puts the environment into every text value of the file: `${NAME}`, `${NAME:-default}`, and `$$`
 * for a plain `$`. It works on parsed values, so that what comes in can never become YAML.
 * Finds keys that stand twice on the same walk.
 */
export function expandEnvironment(source: Source, environment: Environment): readonly Problem[] {
  const problems: Problem[] = [];

  function visit(node: unknown, path: Path): void {
    if (isScalar(node)) expandScalar(node, path);
    if (isSeq(node))
      for (const [index, item] of node.items.entries()) visit(item, [...path, index]);
    if (!isMap(node)) return;
    const seen = new Set<string>();
    for (const pair of node.items) {
      const key = keyOf(pair.key);
      const inner = [...path, key];
      if (seen.has(key)) problems.push(duplicate(source, inner, pair.key));
      seen.add(key);
      visit(pair.value, inner);
    }
  }

  function expandScalar(scalar: Scalar, path: Path): void {
    if (typeof scalar.value !== "string" || !scalar.value.includes("$")) return;
    const expanded = expand(scalar.value, environment);
    if (expanded.ok) scalar.value = expanded.text;
    else problems.push(source.problem(path, expanded.message));
  }

  visit(source.document.contents, []);
  return problems;
}

type Expanded =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** Upper case alone: then a text that has `${` by chance is not quoted in an error message. */
const REFERENCE = /\$\$|\$\{(?:([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\})?/g;

/** One text with the environment put in. */
export function expand(text: string, environment: Environment): Expanded {
  const wrong: string[] = [];
  const filled = text.replaceAll(REFERENCE, (whole, name?: string, fallback?: string) => {
    if (whole === "$$") return "$";
    if (name === undefined) {
      wrong.push("a ${ that names no variable, expected ${NAME}, or $${ for a plain ${");
      return "";
    }
    const value = environment[name];
    if (fallback !== undefined && (value === undefined || value === "")) return fallback;
    if (value === undefined) {
      wrong.push(`environment variable ${name.slice(0, 60)} is not set, expected a value`);
    }
    return value ?? "";
  });
  const [message] = wrong;
  return message === undefined ? { ok: true, text: filled } : { ok: false, message };
}

function duplicate(source: Source, path: Path, key: unknown): Problem {
  const offset = isScalar(key) ? key.range?.[0] : undefined;
  return {
    file: source.file,
    at: offset === undefined ? source.at(path) : source.positionOf(offset),
    path: formatPath(path),
    message: "the same key twice, expected it once",
  };
}
