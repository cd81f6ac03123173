import type { FindingCatalogue } from "../domain/finding.ts";
import { CANARY_FINDINGS } from "./canary/findings.ts";
import { dkim } from "./dkim/probe.ts";
import { mailbox } from "./mailbox/probe.ts";
import type { Probe } from "./probe.ts";
import { spf } from "./spf/probe.ts";

/** Every probe that runs on a schedule. A new one is a folder and a line here. */
export const PROBES: readonly Probe[] = [mailbox, spf, dkim];

/** What each kind of finding means, the canaries' and the runner's included. */
export const FINDINGS: FindingCatalogue = {
  ...CANARY_FINDINGS,
  ...Object.assign({}, ...PROBES.map((probe) => probe.findings)),
};
