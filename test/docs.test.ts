import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { FINDINGS, METRICS } from "../src/catalogue.ts";

/** The docs are held to the code: a name that stands in one and not in the other fails here. */

it("docs/metrics.md has a row for each metric, with its type and labels", () => {
  const rows = readFileSync("docs/metrics.md", "utf8").matchAll(
    /^\| `(?<name>[a-z_]+)` *\| (?<type>\w+) *\| (?<labels>[^|]*)\|/gm,
  );
  const written = [...rows].map(
    ({ groups }) => `${groups?.["name"]} ${groups?.["type"]} ${groups?.["labels"]?.trim()}`,
  );
  const declared = METRICS.map(({ name, type, labels }) => `${name} ${type} ${labels.join(", ")}`);
  expect(written.toSorted()).toEqual(declared.toSorted());
});

it("docs/findings.md has a heading for each kind of finding", () => {
  const headings = readFileSync("docs/findings.md", "utf8").matchAll(/^## (?<kind>[a-z-]+)$/gm);
  const written = [...headings].map(({ groups }) => groups?.["kind"] ?? "");
  expect(written.toSorted()).toEqual(Object.keys(FINDINGS).toSorted());
});
