import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";
import type { Path } from "./problem.ts";
import { keyOf } from "./walk.ts";

/** Finds the parts of a document by their paths; aliases are followed. */
export interface Locator {
  /** The deepest node on the path, and how many steps led to it. */
  node(path: Path): { readonly node: Node | undefined; readonly depth: number };
  /** The key that the path ends in. */
  key(path: Path): Node | undefined;
}

/** What has been looked up is remembered, so that a file with many mistakes costs no square. */
export function createLocator(document: Document): Locator {
  const keys = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  const aliases = new WeakMap<Alias, Node>();

  function pairOf(map: YAMLMap, key: PropertyKey): Pair | undefined {
    const known = keys.get(map) ?? new Map(map.items.map((pair) => [keyOf(pair.key), pair]));
    keys.set(map, known);
    return known.get(String(key));
  }

  function resolved(value: unknown): Node | undefined {
    if (isScalar(value) || isCollection(value)) return value;
    if (!isAlias(value)) return undefined;
    const node = aliases.get(value) ?? value.resolve(document);
    if (node !== undefined) aliases.set(value, node);
    return node;
  }

  function child(node: Node | undefined, step: PropertyKey): unknown {
    if (isMap(node)) return pairOf(node, step)?.value;
    return isSeq(node) && typeof step === "number" ? node.items[step] : undefined;
  }

  function locate(path: Path): { node: Node | undefined; depth: number } {
    let node = resolved(document.contents);
    for (const [depth, step] of path.entries()) {
      const next = resolved(child(node, step));
      if (next === undefined) return { node, depth };
      node = next;
    }
    return { node, depth: path.length };
  }

  return {
    node: locate,
    key(path) {
      const { node } = locate(path.slice(0, -1));
      const key = isMap(node) ? pairOf(node, path.at(-1) ?? "")?.key : undefined;
      return isScalar(key) ? key : node;
    },
  };
}
