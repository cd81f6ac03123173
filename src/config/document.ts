import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from "yaml";
import { type Path, type Position, printable, type Problem, formatPath } from "./problem.ts";
import { describeSyntaxError } from "./syntax-errors.ts";

/** How often aliases may repeat what they name, in all: more is a bomb, not a config file. */
export const MAX_ALIASES = 2000;
const MAX_SHOWN_LENGTH = 60;

/** A parsed YAML file that remembers where everything stood. */
export interface Source {
  readonly file: string;
  readonly document: Document;
  /** The place of a character, counted from the beginning of the file. */
  positionOf(offset: number): Position;
  /** Where the value at the path begins, or else the nearest thing around it. */
  at(path: Path): Position;
  /** Where the key itself begins. */
  keyAt(path: Path): Position;
  has(path: Path): boolean;
  /** The value as it is written in the file, not as the environment fills it in. */
  written(path: Path): string;
  problem(path: Path, message: string): Problem;
}

/** Reads YAML 1.2. Syntax errors come as problems, in words of our own that quote nothing. */
export function parseSource(file: string, text: string): Source | readonly Problem[] {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // Duplicate keys are found by `expandEnvironment` in one walk; here they would cost a square.
    uniqueKeys: false,
    logLevel: "silent",
  });
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const wrong = [...document.errors, ...document.warnings];
  if (wrong.length > 0) {
    return wrong.map(({ code, pos }) => ({
      file,
      at: positionOf(pos[0]),
      path: "",
      message: describeSyntaxError(code),
    }));
  }
  const at = (path: Path) => positionOf(locate(document, path).node?.range?.[0] ?? 0);
  return {
    file,
    document,
    positionOf,
    at,
    keyAt: (path) => positionOf(keyOffset(document, path) ?? 0),
    has: (path) => locate(document, path).depth === path.length,
    written: (path) => written(text, locate(document, path).node),
    problem: (path, message) => ({ file, at: at(path), path: formatPath(path), message }),
  };
}

/** The deepest node on the path and how many steps led to it. */
function locate(document: Document, path: Path): { node: Node | undefined; depth: number } {
  let node = resolved(document, document.contents ?? undefined);
  for (const [depth, step] of path.entries()) {
    const next = resolved(document, child(node, step));
    if (next === undefined) return { node, depth };
    node = next;
  }
  return { node, depth: path.length };
}

function child(node: Node | undefined, step: PropertyKey): unknown {
  if (isMap(node)) return node.items.find(({ key }) => keyOf(key) === step)?.value ?? undefined;
  return isSeq(node) && typeof step === "number" ? node.items[step] : undefined;
}

function resolved(document: Document, value: unknown): Node | undefined {
  if (isAlias(value)) return value.resolve(document);
  return isScalar(value) || isCollection(value) ? value : undefined;
}

function keyOffset(document: Document, path: Path): number | undefined {
  const { node } = locate(document, path.slice(0, -1));
  if (!isMap(node)) return node?.range?.[0];
  const pair = node.items.find(({ key }) => keyOf(key) === path.at(-1));
  return isPair(pair) && isScalar(pair.key) ? pair.key.range?.[0] : node.range?.[0];
}

/** A key as text; all keys are scalars (`stringKeys`). */
export function keyOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function written(text: string, node: Node | undefined): string {
  if (isMap(node)) return "a mapping";
  if (isSeq(node)) return "a list";
  if (!isScalar(node) || node.range === undefined || node.range === null) return "it";
  const raw = text.slice(node.range[0], node.range[1]);
  if (raw.startsWith("|") || raw.startsWith(">")) return "the text";
  const plain = typeof node.value !== "string" || /^["']/.test(raw);
  const shown = printable(raw, MAX_SHOWN_LENGTH);
  return plain ? shown : `"${shown}"`;
}
