import { styleText } from "node:util";
import { FINDINGS } from "../catalogue.ts";
import type { Checked, CheckedFinding, CheckedResult } from "../check.ts";
import { printable } from "../config/problem.ts";
import type { Result } from "../domain/result.ts";
import { type Severity, worst } from "../domain/severity.ts";

/** Longer details are cut. */
const MAX_DETAIL_LENGTH = 2000;
const MAX_TARGET_LENGTH = 120;
/** Targets without a finding that are named; more are counted. */
const MAX_FINE = 6;
const USUAL_WIDTH = 100;

/** Where the report goes: what it can show. */
export interface Paper {
  /** Lines are broken before this column; undefined leaves that to the reader. */
  readonly columns: number | undefined;
  readonly colours: boolean;
}

/** One finding with its meaning. */
export interface Told {
  readonly kind: string;
  readonly severity: Severity;
  readonly title: string;
  readonly subject: string;
  readonly detail: string;
  readonly advice: string;
  /** The finding that this one goes away with. */
  readonly explainedBy?: CheckedFinding["explainedBy"];
}

/** The worst of all that nothing else explains; `unknown` only where nothing is certainly wrong. */
export function verdictOf({ results }: Checked): Severity {
  const wordless = results.filter(({ findings }) => findings.length === 0);
  return worst([...wordless, ...causesIn(results)].map(({ severity }) => severity));
}

function causesIn(results: readonly CheckedResult[]): readonly Told[] {
  return results.flatMap(told).filter(({ explainedBy }) => explainedBy === undefined);
}

/** The findings of a result, in the words of the catalogue. */
export function told({ findings, severity }: CheckedResult): readonly Told[] {
  return findings.map(({ kind, subject, detail, explainedBy }) => {
    const info = FINDINGS[kind];
    return {
      kind,
      severity: info?.severity ?? severity,
      title: info?.title ?? kind,
      subject,
      detail,
      advice: info?.advice ?? "",
      explainedBy: explainedBy && { kind: explainedBy.kind, subject: explainedBy.subject },
    };
  });
}

/** The report for people: grouped by probe, what is wrong before what is fine. */
export function reportOf(checked: Checked, paper: Paper): string {
  const probes = [...new Set(checked.results.map(({ probe }) => probe))];
  const groups = probes.map((probe) =>
    groupOf(
      probe,
      checked.results.filter((result) => result.probe === probe),
      paper,
    ),
  );
  return `${[exitsOf(checked, paper), ...groups, sumOf(checked, paper)].join("\n\n")}\n`;
}

function exitsOf({ exits }: Checked, paper: Paper): string {
  const lines = exits.map(({ ip, why }) => `${ip} (${why})`);
  const known =
    lines.length === 0
      ? "No exit address is known, so nothing is said about one: name those that mail leaves from with --exit."
      : `Mail is taken to leave from ${lines.join(", ")}.`;
  return wrapped(known, "", paper);
}

function groupOf(probe: string, results: readonly CheckedResult[], paper: Paper): string {
  const findings = results
    .flatMap(told)
    .toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  const fine = results.filter(isFine);
  const unjudged = results.filter(({ judged }) => !judged);
  return [
    coloured("bold", probe, paper),
    ...findings.map((finding, index) => {
      const isFirst =
        findings.findIndex(
          ({ kind, explainedBy }) => kind === finding.kind && explainedBy === undefined,
        ) === index;
      return findingText(finding, isFirst, paper);
    }),
    ...(fine.length === 0 ? [] : [`${mark("ok", paper)}${namesOf(fine, paper)}`]),
    ...(unjudged.length === 0
      ? []
      : [`${WORDLESS}${namesOf(unjudged, paper)}: nothing there to judge`]),
  ].join("\n");
}

const SEVERITIES: readonly Severity[] = ["fail", "unknown", "warn", "ok"];
const COLOURS = { fail: "red", unknown: "magenta", warn: "yellow", ok: "green" } as const;
const INDENT = " ".repeat("  unknown  ".length);
const WORDLESS = "  -".padEnd(INDENT.length);

/** The advice stands with the first finding of its kind. */
function findingText(
  { severity, title, subject, detail, advice, explainedBy }: Told,
  withAdvice: boolean,
  paper: Paper,
): string {
  const about = printable(subject, MAX_TARGET_LENGTH);
  const first = `${mark(severity, paper)}${wrapped(`${about}: ${title}`, INDENT, paper).trimStart()}`;
  if (explainedBy !== undefined) {
    const cause = `explained by ${explainedBy.kind}: ${printable(explainedBy.subject, MAX_TARGET_LENGTH)}`;
    return [first, wrapped(cause, INDENT, paper)].join("\n");
  }
  return [
    first,
    wrapped(printable(detail, MAX_DETAIL_LENGTH), INDENT, paper),
    ...(withAdvice ? [coloured("dim", wrapped(`-> ${advice}`, INDENT, paper), paper)] : []),
  ].join("\n");
}

function isFine({ findings, judged }: CheckedResult): boolean {
  return judged && findings.length === 0;
}

function namesOf(results: readonly Result[], paper: Paper): string {
  const named = results.slice(0, MAX_FINE).map(targetOf).join(", ");
  const more = results.length > MAX_FINE ? ` and ${results.length - MAX_FINE} more` : "";
  return wrapped(`${named}${more}`, INDENT, paper).trimStart();
}

function sumOf({ results }: Checked, paper: Paper): string {
  const counts = SEVERITIES.map((severity) => ({
    severity,
    count:
      severity === "ok"
        ? results.filter(isFine).length
        : causesIn(results).filter((cause) => cause.severity === severity).length,
  }));
  const words = counts
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => coloured(COLOURS[severity], `${count} ${severity}`, paper));
  const unjudged = results.filter(({ judged }) => !judged).length;
  const rest = unjudged === 0 ? [] : [`${unjudged} with nothing to judge`];
  return `${results.length} checks: ${[...words, ...rest].join(", ")}`;
}

function mark(severity: Severity, paper: Paper): string {
  return coloured(COLOURS[severity], `  ${severity.padEnd(INDENT.length - 2)}`, paper);
}

function targetOf({ labels }: Result): string {
  const words = Object.values(labels).join(" ");
  return printable(words === "" ? "all" : words, MAX_TARGET_LENGTH);
}

function coloured(style: Parameters<typeof styleText>[0], text: string, paper: Paper): string {
  return paper.colours ? styleText(style, text, { validateStream: false }) : text;
}

/** The text in lines that fit, each behind the indent. */
function wrapped(text: string, indent: string, { columns }: Paper): string {
  const width = columns === undefined ? Infinity : Math.min(columns, USUAL_WIDTH);
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(indent + word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join("\n");
}
