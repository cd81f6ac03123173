import type { Source } from "./document.ts";
import type { Problem } from "./problem.ts";
import { walk } from "./walk.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Puts the environment into every text value of the file: `${NAME}`, `${NAME:-default}`, and `$$`
 * for a plain `$`. It works on parsed values, so that what comes in can never become YAML.
 */
export function expandEnvironment(source: Source, environment: Environment): readonly Problem[] {
  const problems: Problem[] = [];
  walk(source.document, {
    scalar(scalar, path) {
      if (typeof scalar.value !== "string" || !scalar.value.includes("$")) return;
      const expanded = expand(scalar.value, environment);
      if (expanded.ok) scalar.value = expanded.text;
      else problems.push(source.problem(path, expanded.message));
    },
  });
  return problems;
}

type Expanded =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** Upper case alone: then a text that has `${` by chance is not quoted in an error message. */
const REFERENCE = /\$\$|\$\{(?:([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\})?/g;
const MAX_NAME_SHOWN = 60;

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
      const shown = name.slice(0, MAX_NAME_SHOWN);
      wrong.push(`environment variable ${shown} is not set, expected a value`);
    }
    return value ?? "";
  });
  const [message] = wrong;
  return message === undefined ? { ok: true, text: filled } : { ok: false, message };
}
