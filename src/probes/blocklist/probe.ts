import { MINUTE } from "../../domain/duration.ts";
import { defineProbe } from "../probe.ts";
import { FINDINGS } from "./findings.ts";
import { identities, judge } from "./judge.ts";
import { nothingKnown } from "./known.ts";
import { askedLists } from "./lists.ts";
import { measure, METRICS } from "./measure.ts";
import { observe, type Target } from "./observe.ts";

/** Is what our mail carries on a blocklist, and can that list be believed today? (RFC 5782) */
export const blocklist = defineProbe({
  name: "blocklist",
  everyMs: ({ everyMs }) => everyMs,
  timeoutMs: 2 * MINUTE,
  follows: ["exit"],
  targets: (config): readonly Target[] =>
    askedLists(config.blocklists).map((asked) => ({ ...asked, config, known: nothingKnown() })),
  identify: ({ list }) => ({ list: list.name }),
  host: ({ list }) => list.zone,
  observe,
  findings: FINDINGS,
  judge,
  metrics: METRICS,
  measure,
  identities,
});
