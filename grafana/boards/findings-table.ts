import { FINDINGS } from "../../src/catalogue.ts";
import { type Meaning, words } from "../mapping.ts";
import { type AnyPanel, table } from "../panel.ts";

const DOCS = "https://github.com/mailcanary/mailcanary/blob/main/docs/findings.md";

/**
 * One row for each open finding: the kind twice, once shown as its title and once as its advice,
 * and as the value the time since when.
 */
const OPEN_FINDINGS = `
  label_replace(
    1000 * max by (kind, severity, subject) (deliverability_finding)
      * on (kind, subject) group_left ()
      max by (kind, subject) (deliverability_finding_since_timestamp_seconds),
    "advice", "$1", "kind", "(.+)"
  )`;

/** The open findings of all routes, each with what to do about it. */
export function findingsTable(): AnyPanel {
  return table({
    title: "Why, and what to do next?",
    description:
      "Every open finding of all routes with its remedy. fail: mail is in trouble. warn: look this week. unknown: Mailcanary could not look.",
    unit: "none",
    noValue: "No open findings: nothing to do",
    width: 24,
    height: 8,
    queries: [{ expr: OPEN_FINDINGS, shape: "table" }],
  })
    .withTransformation({
      id: "organize",
      options: {
        excludeByName: { Time: true },
        indexByName: { severity: 0, kind: 1, subject: 2, Value: 3, advice: 4 },
        renameByName: {
          severity: "Severity",
          kind: "Finding",
          subject: "About",
          Value: "Since",
          advice: "What to do",
        },
      },
    })
    .overrideByName("Severity", [
      { id: "mappings", value: [words(SEVERITIES)] },
      { id: "custom.cellOptions", value: { type: "color-text" } },
      { id: "custom.width", value: 90 },
    ])
    .overrideByName("Finding", [
      { id: "mappings", value: [words(named(({ title }) => title))] },
      {
        id: "links",
        value: [{ title: "What it means", url: `${DOCS}#\${__value.raw}`, targetBlank: true }],
      },
      { id: "custom.width", value: 300 },
    ])
    .overrideByName("About", [{ id: "custom.width", value: 180 }])
    .overrideByName("Since", [
      { id: "unit", value: "dateTimeFromNow" },
      { id: "custom.width", value: 140 },
    ])
    .overrideByName("What to do", [
      { id: "mappings", value: [words(named(({ advice }) => advice))] },
      { id: "custom.cellOptions", value: { type: "auto", wrapText: true } },
    ]);
}

const SEVERITIES: readonly Meaning[] = [
  ["fail", "fail", "red"],
  ["warn", "warn", "orange"],
  ["unknown", "unknown", "gray"],
];

function named(text: (info: (typeof FINDINGS)[string]) => string): readonly Meaning[] {
  return Object.entries(FINDINGS)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, info]): Meaning => [kind, text(info)]);
}
