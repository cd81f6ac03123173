import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Scalar } from "yaml";
import type { Path } from "./problem.ts";

/** Whom a walk through a document tells what it meets, in the order of the file. */
export interface Visitor {
  scalar?(scalar: Scalar, path: Path): void;
  /** `seen`: the anchors before it, which are those that it may name. */
  alias?(alias: Alias, path: Path, seen: ReadonlySet<string>): void;
  /** A key that its mapping has already. */
  repeatedKey?(path: Path): void;
}

/** Visits every value once; what an alias names is visited where it stands. */
export function walk(document: Document, visitor: Visitor): void {
  const anchors = new Set<string>();

  function visit(node: unknown, path: Path): void {
    if (isAlias(node)) return visitor.alias?.(node, path, anchors);
    if (isScalar(node) || isMap(node) || isSeq(node)) {
      if (node.anchor !== undefined) anchors.add(node.anchor);
    }
    if (isScalar(node)) visitor.scalar?.(node, path);
    if (isSeq(node))
      for (const [index, item] of node.items.entries()) visit(item, [...path, index]);
    if (!isMap(node)) return;
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      const name = keyOf(key);
      const inner = [...path, name];
      if (seen.has(name)) visitor.repeatedKey?.(inner);
      seen.add(name);
      visit(value, inner);
    }
  }

  visit(document.contents, []);
}

/** A key as text; all keys are scalars (`stringKeys`). */
export function keyOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}
