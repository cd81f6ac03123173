import { EVERYTHING, type Finding, type FindingCatalogue } from "../domain/finding.ts";

/** A finding that no other one explains, and those that it explains. */
export interface Cause<Each extends Finding = Finding> {
  readonly finding: Each;
  /** They end when the cause is mended. */
  readonly symptoms: readonly Each[];
}

/**
 * Tells causes from symptoms: one fault is one cause, however many probes have met it. The order
 * stays. A symptom of several causes is named with the first.
 */
export function causesOf<Each extends Finding>(
  findings: readonly Each[],
  catalogue: FindingCatalogue,
): readonly Cause<Each>[] {
  const byKind = Map.groupBy(findings, ({ kind }) => kind);
  const explanationOf = (finding: Each): Each | undefined =>
    catalogue[finding.kind]?.explainedBy
      ?.flatMap((kind) => byKind.get(kind) ?? [])
      .find((other) => sharesSubject(finding, other));
  const symptoms = new Map<Each, Each[]>();
  for (const finding of findings) {
    const root = rootOf(finding, explanationOf);
    const known = symptoms.get(root) ?? [];
    symptoms.set(root, root === finding ? known : [...known, finding]);
  }
  return findings.flatMap((finding) => {
    const own = symptoms.get(finding);
    return own === undefined ? [] : [{ finding, symptoms: own }];
  });
}

/** Kinds never explain one another in a circle (a test of the catalogue), so this comes to an end. */
function rootOf<Each>(finding: Each, explanationOf: (finding: Each) => Each | undefined): Each {
  const explanation = explanationOf(finding);
  return explanation === undefined ? finding : rootOf(explanation, explanationOf);
}

function sharesSubject(one: Finding, other: Finding): boolean {
  const mine = subjectsOf(one);
  return subjectsOf(other).some((subject) => subject === EVERYTHING || mine.includes(subject));
}

function subjectsOf({ subject, about = [] }: Finding): readonly string[] {
  return [subject, ...about];
}
