import type { MethodResult } from "../../domain/canary.ts";

const COMMON = ["pass", "fail", "none", "temperror", "permerror"] as const;

/**
 * The methods that a sender acts on, and the results that are counted by name (RFC 8601 §2.7);
 * anything else is `other`. Other methods are kept with the canary and not counted.
 */
export const RESULTS_OF = {
  spf: [...COMMON, "softfail", "neutral", "policy", "other"],
  dkim: [...COMMON, "neutral", "policy", "other"],
  dmarc: [...COMMON, "bestguesspass", "other"],
  arc: ["pass", "fail", "none", "other"],
} as const;

type CountedMethod = keyof typeof RESULTS_OF;

/** Which of several results of one method stands for them. */
const PRECEDENCE = ["pass", "policy", "neutral", "fail", "permerror", "temperror", "none"];

export interface AuthenticationLabels {
  readonly results: readonly { readonly method: CountedMethod; readonly result: string }[];
  /** How many results were written as `other`. */
  readonly folded: number;
}

/**
 * One bounded result a method, from a receiver's list. Of several DKIM results a pass wins: one
 * valid signature is enough (RFC 6376 §6.1).
 */
export function authenticationLabels(list: readonly MethodResult[]): AuthenticationLabels {
  let folded = 0;
  const methods = Object.keys(RESULTS_OF) as CountedMethod[];
  const results = methods.flatMap((method) => {
    const said = list.filter((entry) => entry.method === method).map(({ result }) => result);
    const [first] = said.toSorted((a, b) => rank(a) - rank(b));
    if (first === undefined) return [];
    const known: readonly string[] = RESULTS_OF[method];
    if (known.includes(first)) return [{ method, result: first }];
    folded += 1;
    return [{ method, result: "other" }];
  });
  return { results, folded };
}

function rank(result: string): number {
  const index = PRECEDENCE.indexOf(result);
  return index === -1 ? PRECEDENCE.length : index;
}

/** `5.7.1` as it is, `none` where the server gave none, `other` where it is out of shape (RFC 3463 §2). */
export function enhancedLabel(enhanced: string | undefined): string {
  if (enhanced === undefined) return "none";
  return /^[245]\.\d{1,2}\.\d{1,2}$/.test(enhanced) ? enhanced : "other";
}
