import { describe, expect, it } from "vitest";
import { FINDINGS } from "../../src/catalogue.ts";
import { causesOf } from "../../src/diagnosis/causes.ts";
import { EVERYTHING, type Finding, type FindingCatalogue } from "../../src/domain/finding.ts";

const words = { severity: "fail", title: "", advice: "" } as const;
const CATALOGUE: FindingCatalogue = {
  fire: words,
  smoke: { ...words, explainedBy: ["fire"] },
  cough: { ...words, explainedBy: ["smoke", "cold"] },
  cold: words,
};

function finding(kind: string, subject: string, ...about: readonly string[]): Finding {
  return { kind, subject, about, detail: "" };
}

function told(...findings: readonly Finding[]): readonly string[] {
  return causesOf(findings, CATALOGUE).map(({ finding, symptoms }) =>
    [finding, ...symptoms].map(({ kind, subject }) => `${kind} ${subject}`).join(" > "),
  );
}

describe("causes", () => {
  it("are what nothing explains", () => {
    expect(told(finding("fire", "a"), finding("cold", "a"))).toEqual(["fire a", "cold a"]);
  });

  it("explain their symptoms about the same subject, and no others", () => {
    expect(told(finding("smoke", "a"), finding("smoke", "b"), finding("fire", "a"))).toEqual([
      "smoke b",
      "fire a > smoke a",
    ]);
  });

  it("meet symptoms through what both are about", () => {
    expect(told(finding("fire", "house", "b"), finding("smoke", "a", "b"))).toEqual([
      "fire house > smoke a",
    ]);
  });

  it("may concern everything", () => {
    expect(told(finding("smoke", "a"), finding("fire", "x", EVERYTHING))).toEqual([
      "fire x > smoke a",
    ]);
  });

  it("explain what their symptoms explain", () => {
    expect(told(finding("cough", "a"), finding("smoke", "a"), finding("fire", "a"))).toEqual([
      "fire a > cough a > smoke a",
    ]);
  });

  it("leave a symptom alone whose causes are elsewhere", () => {
    expect(told(finding("cough", "a"), finding("fire", "a"))).toEqual(["cough a", "fire a"]);
  });
});

describe("the catalogue", () => {
  const explained = Object.entries(FINDINGS).flatMap(([kind, { explainedBy = [] }]) =>
    explainedBy.map((cause): [string, string] => [kind, cause]),
  );

  it.each(explained)("knows what explains %s: %s", (_, cause) => {
    expect(FINDINGS).toHaveProperty(cause);
  });

  it("explains nothing in a circle", () => {
    const reaches = (kind: string): ReadonlySet<string> => {
      const seen = new Set<string>();
      const next = [...(FINDINGS[kind]?.explainedBy ?? [])];
      for (const cause of next) {
        if (seen.has(cause)) continue;
        seen.add(cause);
        next.push(...(FINDINGS[cause]?.explainedBy ?? []));
      }
      return seen;
    };
    expect(Object.keys(FINDINGS).filter((kind) => reaches(kind).has(kind))).toEqual([]);
  });
});
