import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLError,
} from "yaml";
import { createLocator } from "./locate.ts";
import { type Path, type Position, printable, type Problem, formatPath } from "./problem.ts";
import { describeSyntaxError } from "./syntax-errors.ts";
import { walk } from "./walk.ts";

/** How often aliases may repeat what they name, in all: more is a bomb, not a config file. */
export const MAX_ALIASES = 2000;
const MAX_SHOWN_LENGTH = 60;

/** A parsed YAML file that remembers where everything stood. */
export interface Source {
  readonly file: string;
  readonly document: Document;
  has(path: Path): boolean;
  /** The value as it is written in the file, not as the environment fills it in. */
  written(path: Path): string;
  /** Something wrong with the value there, or with what should be there. */
  problem(path: Path, message: string): Problem;
  /** Something wrong with the key itself. */
  keyProblem(path: Path, message: string): Problem;
}

/** Reads YAML 1.2. Syntax errors come as problems, in words of our own that quote nothing. */
export function parseSource(file: string, text: string): Source | readonly Problem[] {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    // Found by `repeatedKeys` in one walk; here they would cost the square of the number of keys.
    uniqueKeys: false,
    logLevel: "error",
  });
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const broken = [...document.errors, ...document.warnings, ...aliasErrors(document)];
  if (broken.length > 0) {
    return broken.map(({ code, pos }) => {
      const message = describeSyntaxError(code);
      return { file, at: positionOf(pos[0]), path: "", message };
    });
  }
  const locator = createLocator(document);
  const problemAt = (node: Node | undefined, path: Path, message: string): Problem => {
    return { file, at: positionOf(node?.range?.[0] ?? 0), path: formatPath(path), message };
  };
  return {
    file,
    document,
    has: (path) => locator.node(path).depth === path.length,
    written: (path) => written(text, locator.node(path).node),
    problem: (path, message) => problemAt(locator.node(path).node, path, message),
    keyProblem: (path, message) => problemAt(locator.key(path), path, message),
  };
}

/** Aliases that name nothing; and if there are too many, each that is too much. */
function aliasErrors(document: Document): readonly Pick<YAMLError, "code" | "pos">[] {
  const wrong: Pick<YAMLError, "code" | "pos">[] = [];
  let count = 0;
  walk(document, {
    alias(alias, _path, seen) {
      count += 1;
      const start = alias.range?.[0] ?? 0;
      if (count > MAX_ALIASES) wrong.push({ code: "RESOURCE_EXHAUSTION", pos: [start, start] });
      else if (!seen.has(alias.source)) wrong.push({ code: "BAD_ALIAS", pos: [start, start] });
    },
  });
  return wrong;
}

/** Keys that stand twice in one mapping. */
export function repeatedKeys(source: Source): readonly Problem[] {
  const problems: Problem[] = [];
  walk(source.document, {
    repeatedKey(path) {
      problems.push(source.keyProblem(path, "the same key twice, expected it once"));
    },
  });
  return problems;
}

function written(text: string, node: Node | undefined): string {
  if (isMap(node)) return "a mapping";
  if (isSeq(node)) return "a list";
  if (!isScalar(node) || node.range === undefined || node.range === null) return "";
  const raw = withoutLogin(text.slice(node.range[0], node.range[1])).replaceAll(/\s+/g, " ");
  if (raw.startsWith("|") || raw.startsWith(">")) return "the text";
  const shown = printable(raw, MAX_SHOWN_LENGTH);
  return typeof node.value !== "string" || /^["']/.test(raw) ? shown : `"${shown}"`;
}

/** A URL where a host belongs may have a password in it. */
function withoutLogin(text: string): string {
  const start = text.indexOf("://");
  const end = text.lastIndexOf("@");
  return start < 0 || end < start ? text : `${text.slice(0, start)}://[secret]${text.slice(end)}`;
}
