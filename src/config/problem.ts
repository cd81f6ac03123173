/** One thing wrong with the config file, said so that it can be repaired without a manual. */
export interface Problem {
  /** The file as the operator named it. */
  readonly file: string;
  /** Where it is; undefined when it is about the file as a whole. Both count from 1. */
  readonly at: Position | undefined;
  /** `seeds[0].imap.port`; empty at the top of the file. */
  readonly path: string;
  /** What is wrong, a comma, and what is expected. Never contains a secret. */
  readonly message: string;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A step into the file: a key of a mapping or an index of a list. */
export type Path = readonly PropertyKey[];

/** More are counted and not listed. */
const MAX_PROBLEMS = 500;
const MAX_KEY_LENGTH = 60;

/** `["seeds", 0, "imap"]` as `seeds[0].imap`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += `${text === "" ? "" : "."}${formatKey(String(step))}`;
  }
  return text;
}

/** A line each, from top to bottom, each once, and a last line for what is too many to list. */
export function report(problems: readonly Problem[]): readonly string[] {
  const sorted = problems.toSorted(
    (a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0),
  );
  const lines = [...new Set(sorted.map(formatProblem))];
  if (lines.length <= MAX_PROBLEMS) return lines;
  return [...lines.slice(0, MAX_PROBLEMS), `and ${lines.length - MAX_PROBLEMS} more problems`];
}

/** Text from the file, fit for a terminal: one line, no control characters, not long. */
export function printable(text: string, maxLength: number): string {
  const shown = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, "?");
  return shown.length <= maxLength ? shown : `${shown.slice(0, maxLength)}...`;
}

/** `config.yaml:14:5 seeds[0].imap.port: 99999 is not a port, expected 1 to 65535`. */
function formatProblem({ file, at, path, message }: Problem): string {
  const place = at === undefined ? file : `${file}:${at.line}:${at.column}`;
  return path === "" ? `${place}: ${message}` : `${place} ${path}: ${message}`;
}

function formatKey(key: string): string {
  return /^[A-Za-z0-9_-]{1,60}$/.test(key) ? key : `"${printable(key, MAX_KEY_LENGTH)}"`;
}
